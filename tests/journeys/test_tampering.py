"""Whoever owns the tables can change them; the ledger says so afterwards."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import operations as audit
from config import grants
from consent import additions, keeping
from consent.act import Kind
from consent.drafts import Draft, row_of
from consent.models import ConsentEvent
from tests.builders import AT, a_grant, a_subject, an_event

_GUARDED = ("consent_consentevent", "consent_notice", "audit_auditentry", "audit_auditseal")
_ACTS = "SELECT id FROM consent_consentevent WHERE subject_id = {key} AND sequence >= {first}"


@pytest.fixture
def victim(committed_db: None) -> int:
    """Return one of three people whose acts were sealed."""
    keys = [a_subject().subject_key for _ in range(3)]
    for key in keys:
        a_grant(key, evidence={"form": "F-7"})
        an_event(key, Kind.OBJECTED, "service.proactive")
    audit.seal(at=AT)
    assert complaints() == ""
    return keys[1]


def complaints() -> str:
    """Return what verify_ledger complains of; nothing when all holds."""
    errors = io.StringIO()
    try:
        call_command("verify_ledger", stdout=io.StringIO(), stderr=errors)
    except CommandError:
        assert errors.getvalue()
    return errors.getvalue()


def tampered(*statements: str) -> None:
    """Do as the owner what the application may not, with the guarding triggers off."""
    with grants.as_owner(), connection.cursor() as cursor:
        for switch in ("DISABLE", "ENABLE"):
            for table in _GUARDED:
                cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
            for statement in statements if switch == "DISABLE" else ():
                cursor.execute(statement)


def without_acts(key: int, first: int) -> list[str]:
    """Return what removes a person's acts from number `first` on, and all that hangs on them."""
    acts = _ACTS.format(key=key, first=first)
    beside = ("consent_receipt", "consent_consentevidence")
    return [
        *(f"DELETE FROM {table} WHERE event_id IN ({acts})" for table in beside),
        f"DELETE FROM consent_consentevent WHERE id IN ({acts})",
        f"UPDATE consent_subjectstate SET acts = {first - 1} WHERE subject_id = {key}",
    ]


def linked_anew(key: int) -> list[str]:
    """Return what a reader of our code would do: change an act, and link the chain again."""
    events = list(ConsentEvent.objects.filter(subject_id=key).order_by("sequence"))
    events[0].method = "phone_call"
    relinked = [Draft(row_of(event), event.notice) for event in events]
    additions.linked(relinked, after=keeping.START, seal=bytes)
    return [
        f"UPDATE consent_consentevent SET method = '{draft.row['method']}',"
        f" previous = '\\x{draft.row['previous'].hex()}',"
        f" digest = '\\x{draft.row['digest'].hex()}' WHERE id = {event.pk}"
        for event, draft in zip(events, relinked, strict=True)
    ]


TAMPERINGS: dict[str, Callable[[int], list[str]]] = {
    "act 1 was changed": lambda key: [
        f"UPDATE consent_consentevent SET explicit = true WHERE subject_id = {key}"
    ],
    "act 2 is missing": lambda key: without_acts(key, 2),
    "all acts are missing": lambda key: [
        *without_acts(key, 1),
        f"DELETE FROM consent_subjectstate WHERE subject_id = {key}",
    ],
    "act 1 is not the one in the audit trail": linked_anew,
    "the evidence of act 1 is missing": lambda key: [
        f"DELETE FROM consent_consentevidence WHERE event_id IN ({_ACTS.format(key=key, first=1)})"
    ],
    "link 1 does not follow": lambda key: [
        "UPDATE audit_auditentry SET actor = 'nobody' WHERE id ="
        " (SELECT entry_id FROM audit_auditlink WHERE number = 1)"
    ],
    "is not this installation's": lambda key: [
        "UPDATE audit_auditseal SET signature = decode(repeat('00', 64), 'hex')"
    ],
}


@pytest.mark.parametrize("complaint", TAMPERINGS)
def test_what_the_owner_of_the_tables_changes_shows(victim: int, complaint: str) -> None:
    tampered(*TAMPERINGS[complaint](victim))
    assert complaint in complaints()


def test_a_text_that_was_shown_and_changed_shows(victim: int) -> None:
    title = "SET words = jsonb_set(words, '{title}', to_jsonb(words->>'title' || '%s'))"
    change = f"UPDATE consent_notice {title} WHERE purpose = 'marketing.offers'"
    tampered(change % " ")
    try:
        assert "marketing.offers notice 1.0 in es: is no longer what was offered" in complaints()
    finally:
        tampered(
            "UPDATE consent_notice SET words = jsonb_set(words, '{title}',"
            " to_jsonb(rtrim(words->>'title'))) WHERE purpose = 'marketing.offers'"
        )
    assert complaints() == ""
