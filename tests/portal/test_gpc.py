"""Global Privacy Control is believed, shown and recorded."""

import pytest
from django.test import Client

from consent import queries
from consent.act import Kind
from tests.builders import a_grant, a_subject
from tests.portal.people import BROWSER, inside

SIGNAL = {"Sec-GPC": "1", "User-Agent": BROWSER}
CHOICES = "/preferences/choices/"


@pytest.mark.django_db
def test_the_signal_is_recorded_once_and_shown() -> None:
    key = a_subject().subject_key
    a_grant(key, "sharing.partners")
    client = inside(key)
    pages = [client.get(CHOICES, headers=SIGNAL).content.decode() for _ in range(2)]
    assert all("Your browser asks not to share your data (GPC)." in page for page in pages)
    newest = queries.history(key).last()
    assert newest is not None
    assert (newest.kind, newest.purpose, newest.method) == (
        Kind.OBJECTED,
        "sharing.partners",
        "gpc_signal",
    )
    assert queries.history(key).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Sec-GPC": "0"}])
def test_without_the_signal_nothing_is_recorded(headers: dict[str, str]) -> None:
    key = a_subject().subject_key
    inside(key).get(CHOICES, headers={"User-Agent": BROWSER, **headers})
    assert not queries.history(key).exists()


def test_the_site_says_that_it_honours_the_signal() -> None:
    reply = Client().get("/.well-known/gpc.json")
    assert reply["Content-Type"] == "application/json"
    assert reply.json()["gpc"] is True
