"""Each right in each law of the demo, over HTTP: asked, counted, answered, carried out."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jurisdictions.load import laws
from jurisdictions.stack import laws_in_force
from jurisdictions.vocabulary import RIGHTS
from pseudonymize.queries import person
from rights.contact import outbox
from rights.erasure import operations as erasures
from rights.models import Letter
from tests.builders import Api, a_subject
from tests.portal.officers import at_desk

pytestmark = pytest.mark.django_db
COUNTRIES = ("ES", "BR", "MX", "CO", "AR", "CL")
TODAY = timezone.localdate()
ASKED = [
    (country, right)
    for country in COUNTRIES
    for right in sorted(RIGHTS)
    if any(law.grants(right) for law in laws_in_force(country, None, TODAY))
]

# Carried out by systems and not by a word at the desk; their own journeys walk them.
BY_SYSTEMS = ("access", "erasure", "portability", "rectification")


def by_the_query(api: Api, told: dict[str, Any], right: str) -> str:
    """Return the earliest date that the deadline query gives under the request's laws."""
    dates = []
    for law in told["laws"]:
        if laws()[law].clock_for(right, "answer") is None:
            continue
        region = "&region=ES" if law == "EU-GDPR" else ""
        query = f"received_on={told['received_on']}&right={right}{region}"
        dates.append(api.get(f"/api/v1/laws/{law}/deadline?{query}").json()["statutory_due"])
    return str(min(dates))


@pytest.mark.parametrize(("country", "right"), [one for one in ASKED if one[1] not in BY_SYSTEMS])
def test_a_right_is_asked_counted_answered_and_carried_out(country: str, right: str) -> None:
    api = Api("rights:write", "rights:read")
    body = {"subject": a_subject(country).id, "rights": [right]}
    told = api.post("/api/v1/rights-requests", body).json()
    answer = next(c for c in told["rights"][0]["clocks"] if c["event"] == "answer")
    assert answer["statutory_due"] == by_the_query(api, told, right)
    assert answer["prudent_due"] <= answer["statutory_due"]
    assert answer["source"]
    assert answer["steps"]

    desk, path = at_desk(), f"/desk/requests/{told['number']}/act"
    granted = {"act": "answer", "right": right, "outcome": "granted", "letter": "1"}
    assert desk.post(path, granted).status_code == 302
    assert desk.post(path, {"act": "execute", "right": right}).status_code == 302
    assert desk.post(path, {"act": "complete", "right": right, "letter": "1"}).status_code == 302
    after = api.get(f"/api/v1/rights-requests/{told['id']}").json()
    assert (after["state"], after["rights"][0]["outcome"]) == ("completed", "granted")
    assert all(clock["ended"] == "met" for clock in after["rights"][0]["clocks"])
    assert [letter["kind"] for letter in letters_of(told["number"])] == ["answer", "certificate"]


@pytest.mark.parametrize(
    ("country", "right"),
    [one for one in ASKED if one[1] in BY_SYSTEMS and one[1] != "rectification"],
)
def test_what_systems_carry_out_is_not_completed_by_a_word(country: str, right: str) -> None:
    api = Api("rights:write", "rights:read")
    body = {"subject": a_subject(country).id, "rights": [right]}
    told = api.post("/api/v1/rights-requests", body).json()
    answer = next(c for c in told["rights"][0]["clocks"] if c["event"] == "answer")
    assert answer["statutory_due"] == by_the_query(api, told, right)
    desk, path = at_desk(), f"/desk/requests/{told['number']}/act"
    granted = {"act": "answer", "right": right, "outcome": "granted", "letter": "1"}
    assert desk.post(path, granted).status_code == 302
    desk.post(path, {"act": "execute", "right": right})
    assert desk.post(path, {"act": "complete", "right": right}).status_code == 422


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_erasure_is_carried_out_in_every_law(country: str) -> None:
    api, subject = Api("rights:write", "rights:read"), a_subject(country)
    body = {"subject": subject.id, "rights": ["erasure"]}
    told = api.post("/api/v1/rights-requests", body).json()
    desk, path = at_desk(), f"/desk/requests/{told['number']}"
    granted = {"act": "answer", "right": "erasure", "outcome": "granted", "letter": "1"}
    desk.post(f"{path}/act", granted)
    desk.post(f"{path}/act", {"act": "execute", "right": "erasure"})
    desk.post(f"{path}/erasure", {"act": "hurry"})  # the cooling-off is the house's own
    outbox.send_due(at=timezone.now())
    erasures.go_on_due(at=timezone.now() + timedelta(minutes=2))
    after = api.get(f"/api/v1/rights-requests/{told['id']}").json()
    assert after["state"] == "completed"
    assert [letter["kind"] for letter in letters_of(told["number"])] == ["answer", "certificate"]
    life = "blocked" if country in ("ES", "MX") else "shredded"
    assert person(subject.subject_key).life == life


def letters_of(number: int) -> Any:
    return Letter.objects.filter(request_id=number).order_by("pk").values("kind")
