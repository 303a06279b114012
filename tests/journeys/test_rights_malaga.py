"""A privacy officer's day, over HTTP: a letter from Málaga that asks for three things."""

import re

import pytest
from django.utils import timezone

from portal.desk.accounts import Role
from tests.builders import Api
from tests.journeys import checks
from tests.portal.officers import at_desk

pytestmark = pytest.mark.django_db
RECEIVED = "2026-11-06"
# By hand: a month from 6 November is Sunday 6 December; in Andalusia Monday 7 December 2026 is a
# holiday (the Constitution's day, moved), 8 December is the Immaculate Conception.
DUE = "2026-12-09"
ASKED = ["access", "erasure", "objection"]


@pytest.fixture
def officer() -> Api:
    return Api("admin", "policies:check", "consents:write", "rights:read")


def a_letter(person: str) -> dict[str, object]:
    return {
        "identifier": person,
        "channel": "letter",
        "received_on": RECEIVED,
        "place": "ES",
        "region": "ES-AN",
        "rights": ASKED,
        "made_by": "self",
        "locale": "es",
        "words": "Quiero mis datos, que los borren, y que dejen de escribirme.",
    }


def test_three_clocks_each_explained_and_the_objection_holds_at_once(officer: Api) -> None:
    person = checks.register(officer, "C-MALAGA", region="ES-AN")
    checks.decide(officer, person, "granted", "marketing.messages", channels=["push"])
    assert checks.ask(officer, checks.a_message(person))["decision"] is True

    desk = at_desk(Role.OFFICER)
    number = int(desk.post("/desk/intake/", a_letter(person))["Location"].rpartition("/")[2])
    page = desk.get(f"/desk/requests/{number}").content.decode()

    refused = checks.ask(officer, checks.a_message(person))
    assert (refused["decision"], checks.codes(refused)) == (False, ["objected"])
    assert page.count("9 December 2026") >= len(ASKED)
    assert page.count("ES-AN; holidays") == len(ASKED)
    assert page.count("The clock starts with receipt of the request") == len(ASKED)
    assert "Immaculate Conception" in page
    assert "In effect at the check at once" in page


def test_the_same_dates_over_the_api_and_by_the_deadline_query(officer: Api) -> None:
    person = checks.register(officer, "C-MALAGA-2", region="ES-AN")
    desk = at_desk(Role.OFFICER)
    desk.post("/desk/intake/", a_letter(person))
    body = {"subject": person, "rights": ASKED, "received_on": RECEIVED}
    told = Api("rights:write").post("/api/v1/rights-requests", body).json()
    assert {right["statutory_due"] for right in told["rights"]} == {DUE}
    for right in ASKED:
        path = f"/api/v1/laws/ES-LOPDGDD/deadline?received_on={RECEIVED}&region=ES-AN&right={right}"
        assert officer.get(path).json()["statutory_due"] == DUE


def test_a_late_extension_is_refused_and_an_early_one_is_written(officer: Api) -> None:
    person = checks.register(officer, "C-MALAGA-3", region="ES-AN")
    desk = at_desk(Role.OFFICER)
    today = timezone.localdate().isoformat()
    early = desk.post("/desk/intake/", a_letter(person) | {"received_on": today})["Location"]
    late = desk.post("/desk/intake/", a_letter(person) | {"received_on": "2026-06-01"})["Location"]
    told = {"act": "extend", "right": "access", "words": "Son muchos sistemas.", "letter": "1"}

    assert desk.post(f"{early}/act", told).status_code == 302
    assert re.search(r"Notice of extension, .*\(PDF\)", desk.get(early).content.decode())
    refused = desk.post(f"{late}/act", told)
    assert refused.status_code == 422
    assert "had to go out inside the first period" in refused.content.decode()


def test_no_identifier_reaches_the_log_or_an_address(
    officer: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    person = checks.register(officer, "C-MALAGA-4", region="ES-AN")
    where = at_desk(Role.OFFICER).post("/desk/intake/", a_letter(person))["Location"]
    assert re.fullmatch(r"/desk/requests/\d+", where)
    assert "c-malaga-4@persona.example" not in caplog.text.lower()
    assert person not in caplog.text
