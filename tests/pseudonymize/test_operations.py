"""Registration, blocking and erasure on a real PostgreSQL."""

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit import queries as audit
from pseudonymize import operations, queries
from pseudonymize.models import Identifier, Kind, Life, Subject, SubjectSecret
from pseudonymize.registration import Guardian, Registration, RegistrationRefused
from pseudonymize.sealing import SealBroken

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
EMAIL = "Ines.Soto@correo.example"


def a_registration(**changes: Any) -> Registration:
    plain = Registration(
        identifiers=(("external_id", "C-1042"), ("email", EMAIL), ("phone", "612 345 678")),
        country="ES",
        region="ES-MD",
        locale="es-ES",
        birth_date=date(2012, 5, 20),
        guardian=Guardian("Rosa Soto", "rosa@correo.example"),
    )
    return dataclasses.replace(plain, **changes)


def registered(**changes: Any) -> operations.Registered:
    return operations.register(a_registration(**changes), at=AT)


@pytest.mark.django_db
def test_a_registered_person_is_found_by_any_identifier_however_it_is_typed() -> None:
    subject = registered()
    found = [
        queries.find("external_id", " C-1042 "),
        queries.find("email", "ines.soto@CORREO.example"),
        queries.find("phone", "+34 612-345-678"),
        queries.subject_key_of(subject.id),
    ]
    assert found == [subject.subject_key] * 4
    assert subject.created
    assert queries.public_id(subject.subject_key) == subject.id


@pytest.mark.django_db
def test_only_the_age_class_and_the_month_of_its_change_are_kept() -> None:
    person = queries.person(registered().subject_key)
    assert (person.age_class, person.age_changes_on) == (14, date(2027, 6, 1))
    assert person.has_guardian
    birth = "2012-05-20"
    for model in (Subject, Identifier):
        assert birth not in str(list(model.objects.values()))


@pytest.mark.django_db
def test_registering_again_completes_the_same_subject() -> None:
    first = registered(region="")
    again = registered(
        identifiers=(("external_id", "C-1042"), ("device_id", "D-7")), time_zone="Europe/Madrid"
    )
    assert again == operations.Registered(first.subject_key, first.id, created=False)
    assert queries.find("device_id", "D-7") == first.subject_key
    person = queries.person(first.subject_key)
    assert (person.region, person.time_zone) == ("ES-MD", "Europe/Madrid")


@pytest.mark.django_db
def test_a_move_to_another_country_drops_the_old_region() -> None:
    registered()
    moved = registered(country="PT", region="", identifiers=(("external_id", "C-1042"),))
    person = queries.person(moved.subject_key)
    assert (person.country, person.region) == ("PT", "")


@pytest.mark.django_db
def test_a_shared_email_leads_to_nobody_in_particular() -> None:
    one = registered()
    other = registered(identifiers=(("external_id", "C-2"), ("email", EMAIL)))
    assert other.subject_key != one.subject_key
    assert queries.find("email", EMAIL) is None
    assert queries.holders("email", EMAIL) == [one.subject_key, other.subject_key]


@pytest.mark.django_db
def test_identifiers_of_two_subjects_are_refused_and_nothing_is_written() -> None:
    registered()
    registered(identifiers=(("external_id", "C-2"),))
    before = Identifier.objects.count()
    with pytest.raises(operations.IdentifiersConflict) as refused:
        registered(identifiers=(("external_id", "C-1042"), ("external_id", "C-2")))
    assert refused.value.code == "identifiers_conflict"
    assert Identifier.objects.count() == before


@pytest.mark.django_db
def test_without_an_external_id_the_other_identifiers_make_it_idempotent() -> None:
    first = registered(identifiers=(("email", EMAIL),))
    again = registered(identifiers=(("email", EMAIL), ("phone", "612345678")))
    assert again.subject_key == first.subject_key
    registered(identifiers=(("external_id", "C-9"), ("email", "other@correo.example")))
    with pytest.raises(operations.IdentifiersConflict):
        registered(identifiers=(("email", EMAIL), ("email", "other@correo.example")))


@pytest.mark.django_db
def test_a_refused_registration_writes_nothing() -> None:
    with pytest.raises(RegistrationRefused):
        registered(country="XX")
    assert not Subject.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_parallel_registrations_of_one_person_make_one_subject() -> None:
    barrier = threading.Barrier(8)

    def register(number: int) -> operations.Registered:
        try:
            barrier.wait(timeout=20)
            extra = ("device_id", f"D-{number % 3}")
            return registered(identifiers=(("external_id", "C-1042"), ("email", EMAIL), extra))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(register, range(8)))
    assert len({result.id for result in results}) == 1
    assert sum(result.created for result in results) == 1
    assert Subject.objects.count() == 1
    assert Identifier.objects.count() == 1 + 2 + 3


@pytest.mark.usefixtures("committed_db")
def test_a_registration_that_meets_an_erasure_makes_a_new_subject() -> None:
    old = registered()
    locked, done = threading.Event(), threading.Event()

    def erase() -> None:
        with transaction.atomic():
            operations.shred(old.subject_key, AT)
            locked.set()
            done.wait(timeout=0.5)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        erasing = pool.submit(erase)
        locked.wait(timeout=20)
        new = registered()
        erasing.result()
    assert new.created
    assert new.subject_key != old.subject_key
    assert queries.find("external_id", "C-1042") == new.subject_key


@pytest.mark.django_db
def test_the_database_itself_keeps_an_external_id_with_one_subject() -> None:
    first, second = registered(), registered(identifiers=(("external_id", "C-2"),))
    row = Identifier.objects.get(subject_id=first.subject_key, kind=Kind.EXTERNAL_ID)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.create(
            subject_id=second.subject_key, kind=row.kind, digest=row.digest, sealed=b""
        )


@pytest.mark.django_db
def test_a_sealed_value_opens_only_for_its_subject_and_label() -> None:
    one, other = registered(), registered(identifiers=(("external_id", "C-2"),))
    sealed = operations.seal(one.subject_key, b"evidence", label="consent 1")
    assert queries.unseal(one.subject_key, sealed, "consent 1") == b"evidence"
    with pytest.raises(SealBroken):
        queries.unseal(one.subject_key, sealed, "consent 2")
    with pytest.raises(SealBroken):
        queries.unseal(other.subject_key, sealed, "consent 1")


@pytest.mark.django_db
def test_a_blocked_subject_is_neither_shown_nor_used_until_it_is_given_back() -> None:
    subject = registered()
    key = subject.subject_key
    operations.block(key, date(2029, 11, 2), AT)
    assert queries.person(key).life == Life.BLOCKED
    assert queries.find("external_id", "C-1042") == key
    assert queries.contact(key, "email") is None
    assert queries.guardian(key) is None
    with pytest.raises(queries.SubjectBlocked):
        queries.public_id(key)
    with pytest.raises(queries.SubjectBlocked):
        registered()
    operations.unblock(key, AT)
    assert queries.public_id(key) == subject.id
    assert queries.contact(key, "email") == "ines.soto@correo.example"
    assert queries.guardian(key) == Guardian("Rosa Soto", "rosa@correo.example")


@pytest.mark.django_db
@pytest.mark.parametrize("blocked_first", [False, True])
def test_after_erasure_nothing_leads_to_the_person_or_back(blocked_first: bool) -> None:
    subject = registered()
    key = subject.subject_key
    sealed = operations.seal(key, b"evidence", label="x")
    if blocked_first:
        operations.block(key, None, AT)
    assert operations.shred(key, AT)
    assert not operations.shred(key, AT)
    assert queries.is_dead(subject.id)
    assert queries.subject_key_of(subject.id) is None
    assert queries.find("external_id", "C-1042") is None
    assert not SubjectSecret.objects.exists()
    assert not Identifier.objects.exists()
    tombstone = Subject.objects.filter(pk=key).values().get()
    assert {name for name, value in tombstone.items() if value not in (None, "")} == {
        "subject_key",
        "life",
        "shredded_at",
    }
    with pytest.raises(queries.SubjectErased):
        queries.unseal(key, sealed, "x")


@pytest.mark.django_db
def test_the_person_may_return_as_somebody_new_after_erasure() -> None:
    old = registered()
    operations.shred(old.subject_key, AT)
    new = registered()
    assert new.created
    assert new.id != old.id
    assert queries.is_dead(old.id)
    assert not queries.is_dead(new.id)


@pytest.mark.django_db
def test_suppression_survives_erasure_and_is_per_channel() -> None:
    subject = registered()
    operations.suppress(["email", "postal"], "email", EMAIL, at=AT)
    operations.suppress(["email"], "email", EMAIL, at=AT)
    operations.shred(subject.subject_key, AT)
    assert queries.is_suppressed("email", "email", "ines.soto@correo.example")
    assert not queries.is_suppressed("sms", "email", EMAIL)


@pytest.mark.django_db
def test_the_audit_trail_names_each_step_and_holds_no_identifier() -> None:
    subject = registered()
    operations.look_up("email", EMAIL, actor="key:abc", at=AT)
    operations.block(subject.subject_key, date(2029, 11, 2), AT)
    operations.shred(subject.subject_key, AT)
    entries = list(audit.entries_about(subject.subject_key).values("actor", "action", "details"))
    assert [entry["action"] for entry in entries] == [
        "subject.registered",
        "subject.looked_up",
        "subject.blocked",
        "subject.shredded",
    ]
    told = json.dumps(entries).lower()
    for identifier in ("c-1042", "ines.soto", "612345678", "rosa", subject.id):
        assert identifier not in told


@pytest.mark.django_db
def test_locking_an_unknown_subject_is_refused() -> None:
    with transaction.atomic(), pytest.raises(queries.SubjectUnknown):
        operations.lock(987654321)
