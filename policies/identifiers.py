"""Ids that name their moment: UUID version 7 (RFC 9562, section 5.7)."""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID


def uuid7() -> UUID:
    """Return a fresh id: 48 bits of milliseconds since 1970, the rest random."""
    milliseconds = time.time_ns() // 1_000_000
    return uuid7_at(milliseconds, secrets.randbits(74))


def uuid7_at(milliseconds: int, random: int) -> UUID:
    """Return the id of a moment; `random` has 74 bits."""
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76
    return UUID(int=value | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1)


def moment_of(id: UUID) -> datetime:
    """Return the moment (UTC, to the millisecond) at which a version 7 id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, tz=UTC)
