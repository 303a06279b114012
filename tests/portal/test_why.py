"""Why am I seeing this? Plain sentences from the decision records, and what to do about them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consent import queries
from policies import asking, operations
from portal.models import Feeling
from pseudonymize.queries import public_id
from rights import queries as rights
from rights.models import RequestedRight
from tests.builders import AT, a_grant, a_subject
from tests.portal.people import inside, version

MESSAGES = "marketing.messages"
PROOF: dict[str, Any] = {"evidence": {"double_opt_in_at": AT.isoformat()}}
MESSAGE: dict[str, Any] = {
    "action": {"name": "send_message"},
    "resource": {"type": "purpose", "id": MESSAGES},
    "context": {
        "channel": "email",
        "planned_at": "2026-11-24T12:00:00+01:00",
        "data": [
            {"category": "user.contact", "origin": "provided"},
            {"category": "user.behavior.search_history", "origin": "observed"},
        ],
    },
}


def decided(subject_key: int, asked: dict[str, Any]) -> str:
    """Let a decision about the person be made, and return its id."""
    now = timezone.now()
    subject = {"type": "data_subject", "id": public_id(subject_key)}
    named = asking.named({"subject": subject} | asked, at=now)
    return str(operations.decide([named], caller="t", at=now)[0]["context"]["id"])


def rights_of(subject_key: int) -> list[RequestedRight]:
    asked = rights.requests_of(subject_key)
    return [right for one in asked for right in rights.rights_of(one)]


def shown(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


@pytest.mark.django_db
def test_a_decision_says_what_was_used_where_from_what_not_and_on_which_permission() -> None:
    key = a_subject().subject_key
    a_grant(key, MESSAGES, channels=["email"], **PROOF)
    page = shown(inside(key), f"/preferences/why/{decided(key, MESSAGE)}")
    for told in (
        "It was allowed",
        "because on 2 November 2026 you gave us permission",
        "Your contact details",
        "data you gave us",
        "We did not use your searches",
        "Your permission, 2 November 2026",
        "/preferences/receipts/",
    ):
        assert told in page


@pytest.mark.django_db
def test_a_refusal_is_told_too() -> None:
    key = a_subject().subject_key
    decided(key, MESSAGE)
    page = shown(inside(key), "/preferences/why/")
    assert "It was stopped" in page
    assert "Less of this" not in page  # there is nothing to have less of


@pytest.mark.django_db
def test_the_link_beside_a_message_leads_to_its_decision_after_coming_in() -> None:
    key = a_subject().subject_key
    path = f"/preferences/why/{decided(key, MESSAGE)}"
    stranger = Client().get(path)
    assert stranger["Location"] == f"/preferences/?next={path.replace('/', '%2F')}"
    assert inside(key).get("/preferences/", {"next": path})["Location"] == path


@pytest.mark.django_db
@pytest.mark.parametrize("decision", ["", "dec_", "dec_0190a5b4-0000-7000-8000-000000000000", "x"])
def test_nobody_reads_a_decision_about_somebody_else(decision: str) -> None:
    key = a_subject().subject_key
    other = decided(a_subject().subject_key, MESSAGE)
    path = f"/preferences/why/{decision or other}"
    assert inside(key).get(path).status_code == 404


@pytest.mark.django_db
def test_less_of_this_slows_its_channel_by_one_step() -> None:
    key = a_subject().subject_key
    a_grant(key, MESSAGES, channels=["email"], **PROOF)
    client, decision = inside(key), decided(key, MESSAGE)
    for pace in ("monthly", "never"):
        seen = version(shown(client, "/preferences/why/"))
        client.post(f"/preferences/why/{decision}/less", {"seen": seen})
        assert queries.permission(key).standings[MESSAGES].frequency_for("email") == pace


@pytest.mark.django_db
def test_stop_this_ends_its_purpose_and_says_so_there() -> None:
    key = a_subject().subject_key
    a_grant(key, MESSAGES, channels=["email"], **PROOF)
    client = inside(key)
    decided(key, MESSAGE)
    page = shown(client, "/preferences/why/")
    sent = {"decision": "no", "page": "why", "seen": version(page)}
    reply = client.post(f"/preferences/choices/{MESSAGES}/decide", sent, follow=True)
    assert "Permission taken back" in reply.content.decode()
    assert reply.redirect_chain[0][0].startswith("/preferences/why/")


@pytest.mark.django_db
def test_what_is_wrong_becomes_a_request_to_correct_it() -> None:
    key = a_subject().subject_key
    decision = decided(key, MESSAGE)
    sent = {"about": "wrong", "decision": decision, "words": "I never bought that."}
    reply = inside(key).post("/preferences/tell/", sent)
    assert reply["Location"] == "/preferences/rights/"
    assert [right.right for right in rights_of(key)] == ["rectification"]
    assert not Feeling.objects.exists()
