"""Change of the master key while the service runs."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from audit import operations as audit
from pseudonymize import envelopes, keys, queries, sealing
from pseudonymize.models import CarriedKey, Envelope, Identifier, Kind, SubjectSecret


def rotate(*, at: datetime, actor: str = "system", batch: int = 500) -> Iterator[int]:
    """
    Wrap every secret under the current master key, and yield after each batch how many remain.

    Secrets that were wrapped without their public id are wrapped anew with it, whatever their key.
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
    sealed = Envelope.objects.exclude(key_version=version)
    return _secrets_waiting(version).count() + sealed.count()


def _secrets_waiting(version: int) -> QuerySet[SubjectSecret]:
    """Those under an older master key, and those whose size shows that no id is in them."""
    known = Identifier.objects.filter(subject_id=OuterRef("pk"), kind=Kind.PUBLIC)
    rows = SubjectSecret.objects.annotate(size=Length("wrapped"))
    return rows.filter(
        ~Q(key_version=version) | Q(Exists(known), size=keys.size_without_public_id())
    )


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
    waiting = _secrets_waiting(version).order_by("pk")
    rows = list(waiting.select_for_update()[:size])
    for row in rows:
        role = row.wrapped_for
        secret, public_id = keys.unwrap_with_id(
            bytes(row.wrapped), subject_key=row.pk, role=role, version=row.key_version
        )
        row.wrapped, row.key_version = keys.wrap(
            secret, subject_key=row.pk, role=role, public_id=public_id or _id_of(row.pk, secret)
        )
    SubjectSecret.objects.bulk_update(rows, ["wrapped", "key_version"])
    _rewrap_envelopes(version, size - len(rows))


def _id_of(subject_key: int, secret: sealing.Key) -> str:
    """Return the `sub_…` id as it stands among the identifiers; empty where none does."""
    row = Identifier.objects.filter(subject_id=subject_key, kind=Kind.PUBLIC).first()
    if row is None:
        return ""
    label = queries.identifier_label(row.kind)
    return sealing.unseal(queries.sealing_key(secret), bytes(row.sealed), label=label).decode()


def _rewrap_envelopes(version: int, size: int) -> None:
    waiting = Envelope.objects.exclude(key_version=version).order_by("pk")
    rows = list(waiting.select_for_update()[:size])
    for row in rows:
        secret = envelopes.opened(row)
        row.wrapped, row.key_version = keys.wrap(secret, subject_key=row.pk, role=envelopes.ROLE)
    Envelope.objects.bulk_update(rows, ["wrapped", "key_version"])
