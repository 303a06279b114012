"""The person's own days and hours reach the ledger, and the policy check."""

from datetime import time

import pytest
from django.http import QueryDict

from consent import queries
from consent.act import Window
from portal import hours
from tests.builders import a_subject
from tests.portal.people import inside, version

PATH = "/preferences/hours/"
EVENINGS = Window(frozenset({1, 3}), time(18), time(20, 30))
FORM = {
    "rule.phone": "own",
    "day.phone": ["1", "3"],
    "opens.phone": "18:00",
    "closes.phone": "20:30",
}


@pytest.mark.django_db
def test_own_hours_are_saved_per_channel_and_told() -> None:
    key = a_subject().subject_key
    client = inside(key)
    seen = version(client.get(PATH).content.decode())
    reply = client.post(PATH, {**FORM, "rule.sms": "never", "seen": seen}, follow=True)
    assert queries.permission(key).person.contact_hours == {"phone": (EVENINGS,), "sms": ()}
    assert "Phone calls: Mon, Wed, 18:00–20:30" in reply.content.decode()
    assert "SMS: never" in reply.content.decode()


@pytest.mark.django_db
def test_a_window_that_ends_before_it_begins_is_not_saved() -> None:
    key = a_subject().subject_key
    client = inside(key)
    seen = version(client.get(PATH).content.decode())
    reply = client.post(PATH, {**FORM, "closes.phone": "17:00", "seen": seen})
    assert (reply.status_code, queries.history(key).count()) == (422, 0)
    assert 'value="17:00"' in reply.content.decode()  # what was typed is still there


@pytest.mark.django_db
def test_a_stale_form_overwrites_nothing() -> None:
    key = a_subject().subject_key
    client = inside(key)
    assert client.post(PATH, {**FORM, "seen": "7"}).status_code == 409


def test_several_windows_stay_when_the_first_is_left_as_it_is() -> None:
    mornings = Window(frozenset({6}), time(10), time(11))
    stood = {"phone": (EVENINGS, mornings)}
    form = "rule.phone=own&day.phone=1&day.phone=3&opens.phone=18:00&closes.phone="
    assert hours.read(QueryDict(form + "20:30"), stood) == stood
    assert len(hours.read(QueryDict(form + "20:00"), stood)["phone"]) == 1


def test_channels_that_the_form_does_not_show_stay_as_they_were() -> None:
    kept = {"social": (EVENINGS,), "phone": ()}
    assert hours.read(QueryDict("rule.phone=any"), kept) == {"social": (EVENINGS,)}


@pytest.mark.parametrize(
    "sent", ["rule.sms=own", "rule.sms=own&day.sms=9&opens.sms=1&closes.sms=2"]
)
def test_what_cannot_be_read_names_its_channel(sent: str) -> None:
    with pytest.raises(hours.HoursNotReadable) as refused:
        hours.read(QueryDict(sent), {})
    assert refused.value.channel == "sms"
