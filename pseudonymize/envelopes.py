"""
Keys of their own for what strangers write: opened while it is needed, destroyed afterwards.

A subject's words are sealed under the subject's secret. Somebody who is not yet known to be one,
or a case that outlives an erasure, has an envelope instead; destroying it leaves nothing to read.
"""

from datetime import datetime

from pseudonymize import keys, sealing
from pseudonymize.models import Envelope

ROLE = "envelope"


class EnvelopeDestroyed(Exception):
    """The key is gone, and with it all that was sealed under it."""

    code = "envelope_destroyed"

    def __init__(self) -> None:
        super().__init__("What was written here was destroyed; only the record of acts is left.")


def make(*, at: datetime) -> int:
    """Make an envelope and return its number."""
    row = Envelope.objects.create(wrapped=b"", key_version=0, created_at=at)
    row.wrapped, row.key_version = keys.wrap(keys.new_secret(), subject_key=row.pk, role=ROLE)
    row.save(update_fields=["wrapped", "key_version"])
    return row.pk


def seal(envelope: int | None, plaintext: bytes, *, label: str) -> bytes:
    """
    Return `plaintext` sealed in an envelope; it opens only with the same `label`.

    :raises EnvelopeDestroyed: when there is no such envelope any more.
    """
    return sealing.seal(_key(envelope), plaintext, label=label.encode())


def unseal(envelope: int | None, sealed: bytes, *, label: str) -> bytes:
    """
    Return what `seal` sealed.

    :raises EnvelopeDestroyed: when there is no such envelope any more.
    :raises SealBroken: another envelope, another label, or changed bytes.
    """
    return sealing.unseal(_key(envelope), bytes(sealed), label=label.encode())


def destroy(envelope: int | None) -> bool:
    """Destroy an envelope's key; returns whether there was one. Twice is harmless."""
    if envelope is None:
        return False
    deleted, _ = Envelope.objects.filter(pk=envelope).delete()
    return bool(deleted)


def _key(envelope: int | None) -> sealing.Key:
    row = Envelope.objects.filter(pk=envelope).first() if envelope else None
    if row is None:
        raise EnvelopeDestroyed
    return opened(row)


def opened(row: Envelope) -> sealing.Key:
    """Return the key in `row`."""
    return keys.unwrap(bytes(row.wrapped), subject_key=row.pk, role=ROLE, version=row.key_version)
