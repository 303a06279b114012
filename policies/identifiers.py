"""Ids that name their moment: UUID version 7 (RFC 9562, section 5.7)."""

import functools
import os
import secrets
from datetime import UTC, datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """Return a fresh id of the moment `at` (aware), to the millisecond; the rest is random."""
    return uuid7_at(int(at.timestamp() * 1000), secrets.randbits(74))


def fresh(at: datetime) -> tuple[bytes, str]:
    """Return what `uuid7` does as its 16 bytes and as its text, without the object between."""
    raw = bytearray(_stamp(at) + os.urandom(10))
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return bytes(raw), f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@functools.lru_cache(maxsize=8)  # all of a batch are of one moment
def _stamp(at: datetime) -> bytes:
    return int(at.timestamp() * 1000).to_bytes(6, "big")


def uuid7_at(milliseconds: int, random: int) -> UUID:
    """Return the id of a moment; `random` has 74 bits."""
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76
    return UUID(int=value | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1)


def moment_of(id: UUID) -> datetime:
    """Return the moment (UTC, to the millisecond) at which a version 7 id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, tz=UTC)
