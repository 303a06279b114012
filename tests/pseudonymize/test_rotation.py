"""The master key changes while the service runs."""

import base64
import io
from datetime import UTC, datetime
from itertools import islice

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from audit.models import AuditEntry
from pseudonymize import keys, operations, queries, roster, rotation, sealing
from pseudonymize.models import SubjectSecret
from pseudonymize.registration import Registration

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def a_master_key(fill: int) -> str:
    return base64.urlsafe_b64encode(bytes([fill]) * 32).decode()


def some_subjects(count: int) -> list[operations.Registered]:
    people = (Registration((("external_id", f"C-{n}"),), "ES") for n in range(count))
    return [operations.register(person, at=AT) for person in people]


def change_master_key(settings: Settings, version: int) -> None:
    old = f"{settings.VENIA_MASTER_KEY_VERSION}:{settings.VENIA_MASTER_KEY}"
    settings.VENIA_PREVIOUS_MASTER_KEYS = old
    settings.VENIA_MASTER_KEY = a_master_key(version)
    settings.VENIA_MASTER_KEY_VERSION = version


def all_is_readable(subjects: list[operations.Registered]) -> bool:
    return all(
        queries.find("external_id", f"C-{n}") == subject.subject_key
        and queries.public_id(subject.subject_key) == subject.id
        for n, subject in enumerate(subjects)
    )


@pytest.mark.django_db
def test_everything_is_readable_before_during_and_after_a_rotation(
    settings: Settings,
) -> None:
    subjects = some_subjects(7)
    operations.block(subjects[6].subject_key, None, AT)
    change_master_key(settings, 2)
    assert all_is_readable(subjects[:6])
    assert list(islice(rotation.rotate(at=AT, batch=3), 3)) == [7, 4, 1]  # stopped here
    assert all_is_readable(subjects[:6])
    assert list(rotation.rotate(at=AT, batch=3)) == [1, 0]
    settings.VENIA_PREVIOUS_MASTER_KEYS = ""
    assert all_is_readable(subjects[:6])
    operations.unblock(subjects[6].subject_key, AT)
    assert all_is_readable(subjects)


@pytest.mark.django_db
def test_digests_of_the_dead_and_the_suppressed_outlive_two_rotations(
    settings: Settings,
) -> None:
    (subject,) = some_subjects(1)
    operations.suppress(["email"], "email", "ana@correo.example", at=AT)
    operations.shred(subject.subject_key, AT)
    for version in (2, 3):
        change_master_key(settings, version)
        list(rotation.rotate(at=AT))
        settings.VENIA_PREVIOUS_MASTER_KEYS = ""
        assert queries.is_dead(subject.id)
        assert queries.is_suppressed("email", "email", "ana@correo.example")


@pytest.mark.django_db
def test_a_secret_of_a_missing_master_key_is_named_by_its_version(
    settings: Settings,
) -> None:
    (subject,) = some_subjects(1)
    change_master_key(settings, 2)
    settings.VENIA_PREVIOUS_MASTER_KEYS = ""
    with pytest.raises(keys.MasterKeyMissing, match="version 1"):
        queries.public_id(subject.subject_key)
    with pytest.raises(keys.MasterKeyMissing, match="version 1"):
        list(rotation.rotate(at=AT))


@pytest.mark.django_db
def test_the_command_shows_progress_and_is_harmless_when_nothing_waits(
    settings: Settings,
) -> None:
    some_subjects(3)
    change_master_key(settings, 2)
    told = io.StringIO()
    call_command("rotate_keys", "--batch=2", stdout=told)
    assert told.getvalue().splitlines()[:3] == [
        f"{count} secrets wait for the new key." for count in (3, 1, 0)
    ]
    call_command("rotate_keys", stdout=told)
    assert not SubjectSecret.objects.exclude(key_version=2).exists()
    assert AuditEntry.objects.filter(action="keys.rotated").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1, 2])
def test_secrets_that_lack_their_public_id_get_it(settings: Settings, version: int) -> None:
    subjects = some_subjects(4)
    operations.block(subjects[3].subject_key, None, AT)
    for row in SubjectSecret.objects.exclude(subject_id=subjects[0].subject_key):
        role, secret = row.wrapped_for, queries.opened(row, role=row.wrapped_for)
        row.wrapped, _ = keys.wrap(secret, subject_key=row.pk, role=role)
        row.save()
    if version > 1:
        change_master_key(settings, version)
    list(rotation.rotate(at=AT, batch=2))
    operations.unblock(subjects[3].subject_key, AT)
    rows = SubjectSecret.objects.order_by("pk").values_list("pk", "key_version", "wrapped")
    wrapped = [(key, number, bytes(secret)) for key, number, secret in rows]
    holders, _, secrets = zip(*wrapped, strict=True)
    assert keys.public_ids(holders, secrets, version=version) == {
        one.subject_key: one.id for one in subjects
    }
    assert {number for _, number, _ in wrapped} == {version}
    assert all_is_readable(subjects)
    assert list(rotation.rotate(at=AT)) == [0]


@pytest.mark.django_db
def test_ids_are_told_while_some_secrets_are_still_of_the_old_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "_AT_ONCE", 3)
    subjects = some_subjects(4)
    change_master_key(settings, 2)
    assert list(islice(rotation.rotate(at=AT, batch=2), 2)) == [4, 2]  # stopped here
    assert set(SubjectSecret.objects.values_list("key_version", flat=True)) == {1, 2}
    found = roster.public_ids([one.subject_key for one in reversed(subjects)])
    assert list(found.items()) == [(one.subject_key, one.id) for one in subjects]


@pytest.mark.django_db
def test_one_secret_that_was_wrapped_for_somebody_else_stops_all() -> None:
    one, other = some_subjects(2)
    wrapped = bytes(SubjectSecret.objects.get(pk=one.subject_key).wrapped)
    SubjectSecret.objects.filter(pk=other.subject_key).update(wrapped=wrapped)
    with pytest.raises(sealing.SealBroken):
        roster.public_ids([one.subject_key, other.subject_key])


_ELSEWHERE = keys.KeyRing(1, {1: keys.new_secret()})


def kept_elsewhere() -> keys.MasterKeys:
    return _ELSEWHERE


@pytest.mark.django_db
def test_another_provider_can_be_plugged_in(settings: Settings) -> None:
    settings.VENIA_KEY_PROVIDER = f"{__name__}.kept_elsewhere"
    settings.VENIA_MASTER_KEY = "not used"
    assert all_is_readable(some_subjects(2))


def test_previous_keys_that_cannot_be_read_are_refused(settings: Settings) -> None:
    settings.VENIA_PREVIOUS_MASTER_KEYS = "nonsense"
    with pytest.raises(ImproperlyConfigured, match="VENIA_PREVIOUS_MASTER_KEYS"):
        keys.master_keys()
