"""Ids that name their moment: UUID version 7 (RFC 9562, section 5.7)."""

import os
import secrets
from datetime import UTC, datetime
from uuid import UUID

Id = tuple[bytes, str]
_MARKS = {  # version and variant, by the place of their byte
    6: bytes(byte & 0x0F | 0x70 for byte in range(256)),
    8: bytes(byte & 0x3F | 0x80 for byte in range(256)),
}


def uuid7(at: datetime) -> UUID:
    """Return a fresh id of the moment `at` (aware), to the millisecond; the rest is random."""
    return uuid7_at(int(at.timestamp() * 1000), secrets.randbits(74))


def fresh(at: datetime, count: int) -> list[Id]:
    """Return as many ids as `uuid7` makes, each as its 16 bytes and as its text."""
    raw = bytearray(os.urandom(16 * count))
    for place, byte in enumerate(int(at.timestamp() * 1000).to_bytes(6, "big")):
        raw[place::16] = bytes((byte,)) * count
    for place, table in _MARKS.items():
        raw[place::16] = raw[place::16].translate(table)
    whole, digits = bytes(raw), raw.hex()
    head = f"{digits[:8]}-{digits[8:12]}"  # the moment, which all have in common
    places = range(0, 32 * count, 32)
    texts = (digits[n + 12 : n + 32] for n in places)
    return [
        (whole[n // 2 : n // 2 + 16], f"{head}-{text[:4]}-{text[4:8]}-{text[8:]}")
        for n, text in zip(places, texts, strict=True)
    ]


def uuid7_at(milliseconds: int, random: int) -> UUID:
    """Return the id of a moment; `random` has 74 bits."""
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76
    return UUID(int=value | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1)


def moment_of(id: UUID) -> datetime:
    """Return the moment (UTC, to the millisecond) at which a version 7 id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, tz=UTC)
