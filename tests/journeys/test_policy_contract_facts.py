"""What officers and other systems put on record, and how the very next check heeds it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.builders import Api
from tests.journeys.checks import (
    EVALUATIONS,
    a_message,
    a_working_noon,
    an_evaluation,
    ask,
    codes,
    decide,
    register,
    send_stream,
)

pytestmark = pytest.mark.django_db

SCOPES = ("policies:check", "consents:read", "consents:write", "decisions:read", "admin")
INSURER: dict[str, Any] = {"id": "alameda-seguros", "country": "FR"}


@pytest.fixture
def api() -> Api:
    return Api(*SCOPES)


@pytest.fixture
def person(api: Api) -> str:
    """Somebody in Spain who agreed to messages, sharing, and being called back."""
    subject_id = register(api, "C-7")
    decide(api, subject_id, "granted", "marketing.messages", channels=["push", "sms"])
    decide(api, subject_id, "granted", "sharing.partners")
    decide(api, subject_id, "granted", "prediction.behaviour")
    return subject_id


def a_share(subject_id: str, **context: Any) -> dict[str, Any]:
    email = {"category": "user.contact.email", "origin": "provided"}
    members = {"recipient": INSURER, "data": [email]} | context
    return an_evaluation(subject_id, "share", "sharing.partners", **members)


def a_rescue(subject_id: str, channel: str = "push", **context: Any) -> dict[str, Any]:
    """Return a check of automated retention, which a person must look at first."""
    members = {"channel": channel, "planned_at": a_working_noon()} | context
    automated = {"automated": True, "predicts": "churn"}
    return an_evaluation(
        subject_id, "retain", "prediction.behaviour", properties=automated, **members
    )


def suspended(officer: Api, kind: str, value: str) -> int:
    asked = {"kind": kind, "value": value, "reason": "a complaint is being looked into"}
    response = officer.post("/api/v1/suspensions", asked)
    assert response.status_code == 201, response.content
    return int(response.json()["id"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("purpose", "marketing.messages"),
        ("action", "send_message"),
        ("channel", "push"),
        ("law", "EU-GDPR"),
    ],
)
def test_a_suspension_stops_the_very_next_check(
    api: Api, person: str, kind: str, value: str
) -> None:
    assert ask(api, a_message(person))["decision"] is True
    suspended(api, kind, value)
    assert "suspended" in codes(ask(api, a_message(person)))


def test_a_suspended_caller_is_stopped_and_others_are_not(api: Api, person: str) -> None:
    suspended(api, "caller", api.kid)
    assert "suspended" in codes(ask(api, a_message(person)))
    assert ask(Api(*SCOPES), a_message(person))["decision"] is True


def test_two_people_lift_a_suspension(api: Api, person: str) -> None:
    number = suspended(api, "channel", "push")
    path = f"/api/v1/suspensions/{number}"
    assert api.call("DELETE", path).status_code == 202
    assert api.call("DELETE", path).status_code == 202
    assert "suspended" in codes(ask(api, a_message(person)))
    assert Api("admin").call("DELETE", path).status_code == 200
    assert ask(api, a_message(person))["decision"] is True
    assert api.call("DELETE", path).status_code == 404


def test_a_review_goes_from_the_machine_to_a_person_and_back_once(api: Api, person: str) -> None:
    waiting = ask(api, a_rescue(person))
    assert (waiting["decision"], waiting["context"]["effect"]) == (False, "needs_human")
    review = waiting["context"]["review"]
    assert review["status"] == "open"
    assert ask(api, a_rescue(person))["context"]["review"] == review
    tasks = api.get("/api/v1/reviews").json()["results"]
    assert [task["id"] for task in tasks] == [review["id"]]
    assert person not in json.dumps(tasks)

    verdict = {"approve": True, "reason": "a fair offer", "person": "staff-12"}
    path = f"/api/v1/reviews/{review['id']}/decision"
    assert api.post(path, verdict).json()["status"] == "approved"
    assert api.post(path, verdict).status_code == 409

    other = ask(api, a_rescue(person, "sms", review=review["id"]))
    assert other["context"]["effect"] == "needs_human"
    approved = ask(api, a_rescue(person, review=review["id"]))
    assert approved["decision"] is True
    assert set(codes(approved)) == {"consent", "review_approved"}
    again = ask(api, a_rescue(person, review=review["id"]))
    assert again["context"]["effect"] == "needs_human"


def test_one_approval_opens_one_item_of_a_batch(api: Api, person: str) -> None:
    review = ask(api, a_rescue(person))["context"]["review"]["id"]
    verdict = {"approve": True, "reason": "a fair offer", "person": "staff-12"}
    api.post(f"/api/v1/reviews/{review}/decision", verdict)
    batch = a_rescue(person, review=review) | {"evaluations": [{}, {}]}
    answered = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in answered] == [True, False]


def test_a_rejected_review_opens_nothing(api: Api, person: str) -> None:
    review = ask(api, a_rescue(person))["context"]["review"]["id"]
    verdict = {"approve": False, "reason": "not fair", "person": "staff-12"}
    assert api.post(f"/api/v1/reviews/{review}/decision", verdict).status_code == 200
    refused = ask(api, a_rescue(person, review=review))
    assert refused["context"]["effect"] == "needs_human"
    assert api.get("/api/v1/reviews").json()["last_90_days"] == {"approved": 0, "rejected": 1}


def test_an_approval_does_not_outlive_a_withdrawal(api: Api, person: str) -> None:
    review = ask(api, a_rescue(person))["context"]["review"]["id"]
    verdict = {"approve": True, "reason": "a fair offer", "person": "staff-12"}
    api.post(f"/api/v1/reviews/{review}/decision", verdict)
    decide(api, person, "withdrawn", "prediction.behaviour")
    assert codes(ask(api, a_rescue(person, review=review)))[0] == "consent_withdrawn"


def test_a_list_of_do_not_contact_yields_to_a_yes_to_this_sender(api: Api, person: str) -> None:
    stranger = register(api, "C-8", "FR")
    line = '{{"type": "email", "value": "{}@persona.example"}}\n'
    path = "/api/v1/exclusion-lists/robinson?channels=push"
    assert send_stream(line.format("c-7") + line.format("c-8"), path).status_code == 201
    assert ask(api, a_message(person))["decision"] is True
    planned = a_working_noon()
    survey = an_evaluation(
        stranger, "send_message", "service.feedback", channel="push", planned_at=planned
    )
    assert "do_not_contact" in codes(ask(api, survey))
    survey["context"]["channel"] = "sms"
    assert ask(api, survey)["decision"] is True


def test_the_browsers_signal_stops_sharing_and_nothing_of_our_own(api: Api, person: str) -> None:
    assert codes(ask(api, a_share(person)))[0] == "recipient_unknown"
    entry = INSURER | {"name": "Alameda Seguros", "role": "controller"}
    entry |= {"purposes": ["sharing.partners"], "safeguard": "standard_clauses"}
    assert api.post("/api/v1/recipients", entry).status_code == 201
    assert ask(api, a_share(person))["decision"] is True
    assert "gpc_signal" in codes(ask(api, a_share(person, gpc=True)))
    assert ask(api, a_message(person, gpc=True))["decision"] is True


def test_a_circumstance_is_heeded_from_its_telling_to_its_end(api: Api, person: str) -> None:
    sale = a_message(person) | {"action": {"name": "send_message", "properties": {"sale": True}}}
    path = f"/api/v1/subjects/{person}/circumstances/open_complaint"
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    assert api.call("PUT", path, {"since": since}).status_code in (200, 201, 204)
    assert "open_complaint" in codes(ask(api, sale))
    assert api.call("DELETE", path).status_code in (200, 204)
    assert ask(api, sale)["decision"] is True


def test_a_pause_covers_all_but_services(api: Api, person: str) -> None:
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    paused = api.post(f"/api/v1/subjects/{person}/pauses", {"until": until})
    assert paused.status_code in (200, 201), paused.content
    assert "paused" in codes(ask(api, a_message(person)))
    parcel = an_evaluation(person, "send_message", "service.delivery", channel="sms")
    assert ask(api, parcel)["decision"] is True


def test_a_reservation_spends_and_what_was_not_sent_gives_back(api: Api, person: str) -> None:
    assert ask(api, a_message(person))["decision"] is True
    first = ask(api, a_message(person, reserve=True))
    assert first["decision"] is True
    assert {"id": "report_outcome"} in first["context"]["obligations"]
    assert "frequency_cap" in codes(ask(api, a_message(person)))
    path = f"/api/v1/decisions/{first['context']['id']}/outcome"
    told = {"outcome": "not_executed", "factors": ["out of stock"], "sentence": "Sin existencias"}
    assert api.post(path, told).status_code == 201
    assert api.post(path, told).status_code == 409
    assert ask(api, a_message(person, reserve=True))["decision"] is True


def test_what_was_sent_stays_spent(api: Api, person: str) -> None:
    first = ask(api, a_message(person, reserve=True))
    path = f"/api/v1/decisions/{first['context']['id']}/outcome"
    assert api.post(path, {"outcome": "executed"}).status_code == 201
    assert "frequency_cap" in codes(ask(api, a_message(person, reserve=True)))
    four = {"outcome": "executed", "factors": ["a", "b", "c", "d"]}
    assert api.post(path, four).status_code == 422


def test_all_required_spends_everything_or_nothing(api: Api, person: str) -> None:
    whole = {"options": {"all_required": True}}
    by_push, by_sms = (
        {"context": a_message(person, channel, reserve=True)["context"]}
        for channel in ("push", "sms")
    )
    elsewhere = {"context": a_message(person, "whatsapp", reserve=True)["context"]}
    batch = a_message(person) | whole | {"evaluations": [by_push, elsewhere]}
    refused = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in refused] == [False, False]
    assert "channel_not_permitted" in codes(refused[0])

    batch |= {"evaluations": [by_push, by_sms]}
    permitted = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in permitted] == [True, True]
    for channel in ("push", "sms"):
        assert "frequency_cap" in codes(ask(api, a_message(person, channel)))


def test_one_batch_cannot_spend_one_budget_twice(api: Api, person: str) -> None:
    batch = a_message(person, reserve=True) | {"evaluations": [{}, {}]}
    answered = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in answered] == [True, False]
