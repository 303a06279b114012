"""The stop link: it stops, and can do nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consent import queries
from portal import links
from tests.builders import AT, a_grant, a_subject
from tests.portal.people import inside

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.django_db
def test_a_mail_program_stops_marketing_with_one_post() -> None:
    key = a_subject().subject_key
    a_grant(key, "marketing.offers")
    a_grant(key, "personalisation.basic")
    client = Client(enforce_csrf_checks=True)
    assert client.post(links.stop_path(key, at=timezone.now()), ONE_CLICK).status_code == 200
    newest = list(queries.history(key).values_list("kind", "purpose", "method"))[2:]
    assert sorted(newest) == [
        ("refused", "marketing.messages", "stop_link"),
        ("withdrawn", "marketing.offers", "stop_link"),
    ]


@pytest.mark.django_db
def test_following_the_link_asks_first_and_reads_nothing_out() -> None:
    key = a_subject().subject_key
    a_grant(key, "marketing.offers")
    reply = Client().get(links.stop_path(key, at=timezone.now()))
    page = reply.content.decode()
    assert queries.history(key).count() == 1
    assert "Offers chosen" not in page
    assert "Ofertas elegidas" not in page
    assert "venia_visit" not in reply.cookies


@pytest.mark.django_db
def test_stopping_twice_is_harmless() -> None:
    key = a_subject().subject_key
    path = links.stop_path(key, at=timezone.now())
    for _ in range(2):
        assert Client().post(path, ONE_CLICK).status_code == 200
    assert queries.history(key).count() == 2


@pytest.mark.django_db
def test_every_message_carries_the_same_stop_link() -> None:
    key = a_subject().subject_key
    first, second = (links.stop_path(key, at=AT + timedelta(days=n)) for n in (0, 300))
    assert first == second
    assert first != links.stop_path(a_subject().subject_key, at=AT)


@pytest.mark.django_db
def test_a_stop_link_opens_no_page_and_a_page_link_stops_nothing() -> None:
    key = a_subject().subject_key
    stop = links.stop_path(key, at=timezone.now()).removeprefix("/s/")
    full = links.issue(key, actor="system", at=timezone.now())
    assert Client().get(f"/p/{stop}").status_code == 410
    assert Client().post(f"/s/{full.token}", ONE_CLICK).status_code == 410
    assert inside(key).get("/preferences/choices/").status_code == 200


@pytest.mark.django_db
def test_the_page_speaks_the_persons_language() -> None:
    key = a_subject("BR", locale="pt-BR").subject_key
    page = Client().get(links.stop_path(key, at=timezone.now())).content.decode()
    assert "Parar toda a publicidade?" in page
    assert 'lang="pt-BR"' in page
