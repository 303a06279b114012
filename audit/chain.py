"""Hash chains: any changed, removed or moved record breaks every link after it."""

import hashlib
from collections.abc import Iterable
from struct import Struct

GENESIS = bytes(32)
_size = Struct(">Q").pack


def framed(*fields: bytes) -> bytes:
    """Return `fields` each preceded by its length (8 bytes), so that no two lists look alike."""
    return b"".join(map(framed_one, fields))


def framed_one(field: bytes) -> bytes:
    """Return what `framed` does of a single field."""
    return _size(len(field)) + field


_NAME = framed(b"venia-chain-1")


def link(previous: bytes, body: bytes) -> bytes:
    """
    Return the 32-byte link of a record: SHA-256 over the previous link and the record's bytes.

    The first record of a chain follows `GENESIS`.
    """
    sizes = _size(len(previous)), _size(len(body))  # `framed` spelled out: each act needs it
    told = b"".join((_NAME, sizes[0], previous, sizes[1], body))
    return hashlib.sha256(told).digest()


def first_break(records: Iterable[tuple[bytes, bytes]]) -> int | None:
    """Return the index of the first `(link, body)` that does not follow, or None if all do."""
    previous = GENESIS
    for index, (stored, body) in enumerate(records):
        if link(previous, body) != stored:
            return index
        previous = stored
    return None
