"""One press decides everything at once, in one step, and never over another tab."""

import pytest
from django.test import Client

from consent import queries
from tests.builders import a_grant, a_subject
from tests.portal.people import acts, inside, permitted, version

OFFERS = "marketing.offers"
MESSAGES = "marketing.messages"
BASIC = "personalisation.basic"
RECOMMENDATIONS = "personalisation.recommendations"
THEME = "/preferences/choices/marketing/"


def press(client: Client, act: str) -> str:
    """Press one of the buttons for everything at once."""
    page = client.get("/preferences/choices/").content.decode()
    reply = client.post(f"/preferences/quick/{act}", {"seen": version(page)}, follow=True)
    return reply.content.decode()


@pytest.mark.django_db
def test_one_press_leaves_only_basic_personalisation() -> None:
    key = a_subject().subject_key
    for purpose in (OFFERS, RECOMMENDATIONS):
        a_grant(key, purpose)
    press(inside(key), "basics")
    assert permitted(key, BASIC, "recommend", "web")
    assert not permitted(key, OFFERS, "show_offer")
    assert not permitted(key, RECOMMENDATIONS, "recommend", "web")
    assert len({row.recorded_at for row in queries.history(key)[2:]}) == 1


@pytest.mark.django_db
def test_one_press_stops_all_marketing_even_what_nobody_asked() -> None:
    key = a_subject().subject_key
    a_grant(key, OFFERS)
    press(inside(key), "stop")
    assert set(acts(key)[1:]) == {("withdrawn", OFFERS), ("refused", MESSAGES)}


@pytest.mark.django_db
def test_one_press_pauses_for_thirty_days_and_one_ends_it() -> None:
    key = a_subject().subject_key
    a_grant(key, OFFERS)
    client = inside(key)
    page = press(client, "pause")
    assert "Everything but your services is paused" in page
    assert not permitted(key, OFFERS, "show_offer")
    press(client, "resume")
    assert permitted(key, OFFERS, "show_offer")


@pytest.mark.django_db
def test_a_stale_press_changes_nothing() -> None:
    key = a_subject().subject_key
    a_grant(key, OFFERS)
    reply = inside(key).post("/preferences/quick/stop", {"seen": "0"})
    assert (reply.status_code, len(acts(key))) == (409, 1)
