"""Every page answers, for whoever is in; strangers are sent to the entry."""

import pytest
from django.test import Client

from tests.builders import a_subject
from tests.portal.people import inside

PAGES = (
    "/preferences/choices/",
    "/preferences/choices/marketing/",
    "/preferences/choices/marketing.messages/",
    "/preferences/choices/service.delivery/",
    "/preferences/choices/advice.health/",
    "/preferences/hours/",
    "/preferences/why/",
    "/preferences/history/",
    "/preferences/tell/",
    "/preferences/told/",
)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_every_page_answers_in_each_language(language: str) -> None:
    client = inside(a_subject().subject_key, language=language)
    for path in PAGES:
        reply = client.get(path)
        assert (path, reply.status_code) == (path, 200)
        assert reply["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_entry_and_back(path: str) -> None:
    reply = Client().get(path)
    assert reply.status_code == 302
    assert reply["Location"].startswith("/preferences/?next=%2Fpreferences%2F")
