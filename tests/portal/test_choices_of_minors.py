"""Children, adolescents and guardians: who says yes, in which words, and who is asked again."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client

from consent import queries
from consent.act import Actor, Kind
from portal.models import Kind as Door
from tests.builders import a_subject, an_event
from tests.portal.people import acts, decide, inside, permitted

OFFERS = "marketing.offers"
MESSAGES = "marketing.messages"
BASIC = "personalisation.basic"
RECOMMENDATIONS = "personalisation.recommendations"
THEME = "/preferences/choices/marketing/"


@pytest.mark.django_db
def test_a_child_says_no_alone_and_yes_with_the_guardian() -> None:
    key = a_subject(birth_date=date(2016, 3, 1), guardian=True).subject_key
    child, guardian = inside(key), inside(key, door=Door.GUARDIAN)
    assert "somebody who takes care of you says yes" in child.get(THEME).content.decode()
    page = decide(child, BASIC, "yes")
    assert ("Somebody who takes care of you decides this" in page, acts(key)) == (True, [])
    decide(guardian, BASIC, "yes")
    assert permitted(key, BASIC, "recommend", "web")
    assert queries.history(key).get().actor == Actor.GUARDIAN
    decide(child, BASIC, "no")
    assert not permitted(key, BASIC, "recommend", "web")


@pytest.mark.django_db
def test_the_guardian_sees_whose_choices_these_are() -> None:
    key = a_subject(birth_date=date(2016, 3, 1), guardian=True).subject_key
    page = inside(key, door=Door.GUARDIAN).get("/preferences/choices/").content.decode()
    assert "You are deciding for a minor in your care." in page


@pytest.mark.django_db
def test_a_child_can_ask_the_guardian_who_then_comes_in_by_a_link() -> None:
    key = a_subject(birth_date=date(2016, 3, 1), guardian=True).subject_key
    child = inside(key)
    assert "Ask them by e-mail" in child.get("/preferences/choices/").content.decode()
    child.post("/preferences/guardian")
    link = str(mail.outbox[-1].body).partition("/p/")[2].split()[0]
    guardian = Client()
    guardian.get(f"/p/{link}")
    page = guardian.get("/preferences/choices/").content.decode()
    assert 'class="note strip"' in page


@pytest.mark.django_db
def test_an_adolescent_reads_words_for_their_age() -> None:
    young = a_subject(birth_date=date(2011, 3, 1)).subject_key
    grown = a_subject(birth_date=date(1986, 3, 1)).subject_key
    words = queries.purposes()[MESSAGES].notices[-1].words["en"]
    for key, shown, other in (
        (young, words.adolescent, words.summary),
        (grown, words.summary, words.adolescent),
    ):
        page = inside(key).get(THEME).content.decode()
        assert (shown in page, other in page) == (True, False)


@pytest.mark.django_db
def test_nobody_under_age_is_profiled_for_advertising() -> None:
    page = inside(a_subject(birth_date=date(2010, 3, 1)).subject_key).get(THEME).content.decode()
    assert "Closed until you are of age" in page


@pytest.mark.django_db
def test_decisions_of_a_guardian_are_asked_again_at_the_age_of_consent() -> None:
    key = a_subject(birth_date=date(2011, 3, 1), guardian=True).subject_key
    an_event(key, Kind.GRANTED, BASIC, actor=Actor.GUARDIAN)
    client = inside(key)
    assert "Now it is you who decides" in client.get("/preferences/choices/").content.decode()
    decide(client, BASIC, "no")
    assert "Now it is you who decides" not in client.get("/preferences/choices/").content.decode()
