"""Identifiers that were wrong are corrected; others' are not touched."""

from datetime import UTC, datetime

import pytest

from audit import queries as audit
from pseudonymize import operations, queries
from pseudonymize.registration import Registration

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def a_subject(number: int, *more: tuple[str, str]) -> int:
    registration = Registration((("external_id", f"C-{number}"), *more), "ES")
    return operations.register(registration, at=AT).subject_key


def correct(subject_key: int, kind: str, old: str, new: str | None) -> None:
    operations.correct(subject_key, kind, old=old, new=new, at=AT)


@pytest.mark.django_db
def test_a_corrected_identifier_replaces_the_wrong_one() -> None:
    key = a_subject(1, ("phone", "612345678"))
    correct(key, "phone", "+34 612 345 678", "612345679")
    assert queries.find("phone", "+34612345678") is None
    assert queries.find("phone", "+34612345679") == key
    assert queries.contact(key, "phone") == "+34612345679"
    assert [entry.action for entry in audit.entries_about(key)][-1] == "subject.corrected"


@pytest.mark.django_db
def test_an_identifier_can_be_removed() -> None:
    key = a_subject(1, ("email", "ines@correo.example"))
    correct(key, "email", "INES@correo.example", None)
    assert [kind for kind, _ in queries.every_identifier(key)] == ["public", "external_id"]


@pytest.mark.django_db
def test_a_persons_copy_holds_every_identifier_as_it_is_on_record() -> None:
    key = a_subject(1, ("email", "Ines@correo.example"))
    assert dict(queries.every_identifier(key)) == {
        "public": queries.public_id(key),
        "external_id": "C-1",
        "email": "ines@correo.example",
    }


@pytest.mark.django_db
def test_what_is_not_theirs_cannot_be_corrected_and_stays() -> None:
    one, other = a_subject(1), a_subject(2)
    with pytest.raises(operations.IdentifierUnknown):
        correct(one, "external_id", "C-2", "C-3")
    with pytest.raises(operations.IdentifiersConflict):
        correct(one, "external_id", "C-1", "C-2")
    public = queries.public_id(one)
    with pytest.raises(operations.IdentifierUnknown):
        correct(one, "public", public, None)
    assert queries.find("external_id", "C-2") == other
    assert (queries.find("external_id", "C-1"), queries.public_id(one)) == (one, public)


@pytest.mark.django_db
def test_a_blocked_subject_is_not_corrected() -> None:
    key = a_subject(1)
    operations.block(key, None, AT)
    with pytest.raises(queries.SubjectBlocked):
        correct(key, "external_id", "C-1", "C-2")
