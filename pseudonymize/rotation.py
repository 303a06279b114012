"""Change of the master key while the service runs."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from audit import operations as audit
from pseudonymize import envelopes, keys
from pseudonymize.models import CarriedKey, Envelope, SubjectSecret


def rotate(*, at: datetime, actor: str = "system", batch: int = 500) -> Iterator[int]:
    """
    Wrap every secret under the current master key, and yield after each batch how many remain.

    Each batch is a transaction of its own, so it can be stopped anywhere and begun again;
    readers go on meanwhile with the old key. When the last number is 0, no secret needs an
    older master key any more, and an audit entry says so.

    :raises MasterKeyMissing: when a secret needs a master key that this process lacks.
    """
    version = keys.master_keys().current
    if _carry_purposes(version) or _waiting(version):
        audit.record("keys.rotation_begun", actor=actor, at=at, details={"version": version})
    else:
        yield 0
        return
    while remaining := _waiting(version):
        yield remaining
        _rewrap_batch(version, batch)
    audit.record("keys.rotated", actor=actor, at=at, details={"version": version})
    yield 0


def _waiting(version: int) -> int:
    kinds = (SubjectSecret, Envelope)
    return sum(kind.objects.exclude(key_version=version).count() for kind in kinds)


@transaction.atomic
def _carry_purposes(version: int) -> int:
    """Wrap the keys of lookups and lists under the new master key; return how many."""
    carried = CarriedKey.objects.filter(key_version=version).values_list("purpose", flat=True)
    missing = set(keys.CARRIED) - set(carried) if version > keys.FIRST else set()
    for purpose in missing:
        wrapped = keys.carry(purpose)
        CarriedKey.objects.update_or_create(
            purpose=purpose, defaults={"wrapped": wrapped, "key_version": version}
        )
    return len(missing)


@transaction.atomic
def _rewrap_batch(version: int, size: int) -> None:
    waiting = SubjectSecret.objects.exclude(key_version=version).order_by("pk")
    rows = list(waiting.select_for_update()[:size])
    for row in rows:
        role = row.wrapped_for
        row.wrapped, row.key_version = keys.rewrap(
            bytes(row.wrapped),
            subject_key=row.pk,
            version=row.key_version,
            held_by=role,
            role=role,
        )
    SubjectSecret.objects.bulk_update(rows, ["wrapped", "key_version"])
    _rewrap_envelopes(version, size - len(rows))


def _rewrap_envelopes(version: int, size: int) -> None:
    waiting = Envelope.objects.exclude(key_version=version).order_by("pk")
    rows = list(waiting.select_for_update()[:size])
    for row in rows:
        secret = envelopes.opened(row)
        row.wrapped, row.key_version = keys.wrap(secret, subject_key=row.pk, role=envelopes.ROLE)
    Envelope.objects.bulk_update(rows, ["wrapped", "key_version"])
