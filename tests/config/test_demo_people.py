"""The invented people: the same every time, and nobody's."""

import re
from collections import Counter
from datetime import date

import phonenumbers

from config.demo import tables
from config.demo.acts import acts_of
from config.demo.lives import circumstances_of
from config.demo.people import PEOPLE, Invented, midnight, people
from config.demo.questions import questions
from consent import catalogue

DAY = date(2026, 11, 21)
PURPOSES = catalogue.load()
EVERYBODY = people(DAY)


def _contacts(person: Invented) -> dict[str, str]:
    return dict(person.registration.identifiers)


def test_the_same_day_gives_the_same_people_acts_and_questions() -> None:
    some = people(DAY, count=120)
    assert some == EVERYBODY[:120]
    assert [acts_of(p, DAY, PURPOSES) for p in some] == [acts_of(p, DAY, PURPOSES) for p in some]
    keen = {"marketing.messages": {3, 5, 8}}
    assert questions(some, DAY, keen) == questions(some, DAY, keen)


def test_another_day_moves_what_happened_and_leaves_who_people_are() -> None:
    later = people(date(2027, 3, 1), count=50)
    assert [p.registration.identifiers for p in later] == [
        p.registration.identifiers for p in EVERYBODY[:50]
    ]
    assert later[0].registered_at > EVERYBODY[0].registered_at


def test_no_address_leads_to_anybody() -> None:
    addresses = {_contacts(p)["email"] for p in EVERYBODY}
    guardians = [p.registration.guardian for p in EVERYBODY if p.registration.guardian]
    for address in (*addresses, *(guardian.email for guardian in guardians)):
        assert re.fullmatch(r"[a-z]+\.[a-z]+\.g?\d{4}@[a-z]+\.example", address)


def test_phone_numbers_look_like_those_of_their_country() -> None:
    for person in EVERYBODY:
        if number := _contacts(person).get("phone"):
            parsed = phonenumbers.parse(number)
            assert phonenumbers.is_valid_number(parsed)
            assert phonenumbers.region_code_for_number(parsed) == person.registration.country


def test_every_country_has_people_minors_and_guardians() -> None:
    found = Counter(
        (p.registration.country, p.is_minor, p.registration.guardian is not None) for p in EVERYBODY
    )
    assert len(EVERYBODY) == PEOPLE == len({p.external_id for p in EVERYBODY})
    for country in ("ES", "BR", "MX", "CO", "AR", "CL"):
        assert found[country, False, False] >= 90
        assert found[country, True, True]  # a minor with a guardian
        assert found[country, True, False]  # and one without


def test_nothing_happens_before_a_person_is_known_or_after_the_demo_ends() -> None:
    end = midnight(DAY)
    for person in EVERYBODY:
        moments = [received.at for received in acts_of(person, DAY, PURPOSES)]
        moments += [told.since for told in circumstances_of(person, DAY)]
        assert all(person.registered_at <= moment < end for moment in moments)
    for posed in questions(EVERYBODY, DAY, {}):
        assert posed.person.registered_at < posed.at < end


def test_a_confirmation_comes_after_the_grant_that_it_confirms() -> None:
    for person in EVERYBODY:
        acts = [received.act for received in acts_of(person, DAY, PURPOSES)]
        for index, act in enumerate(acts):
            if act.confirms:
                assert act.confirms <= index
                assert acts[act.confirms - 1].purpose == act.purpose


def test_the_demo_speaks_only_of_purposes_that_the_catalogue_offers() -> None:
    assert {habit.purpose for habit in tables.habits()} <= set(PURPOSES)
    high_risk = {key for key, purpose in PURPOSES.items() if purpose.high_risk}
    assert {assessment.purpose for assessment in tables.assessments()} == high_risk
    named = set(PURPOSES["sharing.partners"].recipients)
    assert {recipient.key for recipient in tables.recipients()} == named
    unknown = {s.purpose for s in tables.scenarios()} - set(PURPOSES)
    assert unknown == {"marketing.newsletter"}  # asked by a caller that nobody told of its end
