"""
Signatures between Venia and a system, under a key that both hold.

`Venia-Signature: t=<Unix seconds>,v1=<hex>`, where v1 is HMAC-SHA-256 over the bytes
`v1.<t>.<task>.` followed by the body as it was sent. Pure.
"""

import hmac
import re
from datetime import datetime, timedelta

HEADER = "Venia-Signature"
TOLERANCE = timedelta(minutes=5)
_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(key: str, *, task: str, body: bytes, at: datetime) -> str:
    """Return the header's value for a body sent at `at`."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_code(key, task, body, seconds)}"


def is_genuine(header: str, key: str, *, task: str, body: bytes, at: datetime) -> bool:
    """Return whether a header was made with `key` for this task and body, within 5 minutes."""
    found = _FORM.fullmatch(header)
    if not key or found is None:
        return False
    seconds = int(found[1])
    expected = _code(key, task, body, seconds)
    is_fresh = abs(at.timestamp() - seconds) <= TOLERANCE.total_seconds()
    return hmac.compare_digest(found[2], expected) and is_fresh


def _code(key: str, task: str, body: bytes, seconds: int) -> str:
    message = f"v1.{seconds}.{task}.".encode() + body
    return hmac.digest(key.encode(), message, "sha256").hex()
