"""Ids that name their moment: UUID version 7 (RFC 9562, section 5.7)."""

import secrets
from datetime import UTC, datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """Return a fresh id of the moment `at` (aware), to the millisecond; the rest is random."""
    return uuid7_at(int(at.timestamp() * 1000), secrets.randbits(74))


def uuid7_at(milliseconds: int, random: int) -> UUID:
    """Return the id of a moment; `random` has 74 bits."""
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76
    return UUID(int=value | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1)


def moment_of(id: UUID) -> datetime:
    """Return the moment (UTC, to the millisecond) at which a version 7 id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, tz=UTC)
