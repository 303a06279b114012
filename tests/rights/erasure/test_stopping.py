"""While it cools off, who asked and the office may stop an erasure; afterwards nobody."""

import pytest
from django.core import mail

from pseudonymize import queries as subjects
from rights.erasure import operations as erasures
from rights.models import Erasure
from rights.operations import Acting
from tests.rights.erasure.people import (
    OVER,
    START,
    a_customer,
    an_erasure,
    asked,
    gone_on,
    granted,
    right_of,
    send_letters,
)
from tests.rights.requests import OFFICER

pytestmark = pytest.mark.django_db
PERSON = Acting("person", START)


def test_the_person_stops_their_own_erasure() -> None:
    person = a_customer()
    request = asked(person.subject_key)
    erasure = granted(request)
    erasures.take_back(right_of(request).pk, PERSON)
    assert right_of(request).state == "withdrawn"
    assert gone_on(erasure).step == "stopped"
    assert subjects.person(person.subject_key).life == "active"


def test_of_two_requests_the_other_goes_on_when_one_is_taken_back() -> None:
    person = a_customer()
    first, second = asked(person.subject_key), asked(person.subject_key)
    erasure = granted(first)
    assert granted(second) == erasure
    erasures.take_back(right_of(first).pk, PERSON)
    assert gone_on(erasure).step == "ended"
    assert [right_of(first).state, right_of(second).state] == ["withdrawn", "completed"]


def test_the_office_stops_it_with_a_ground_and_a_letter() -> None:
    person = a_customer(country="ES")
    request = asked(person.subject_key, country="ES")
    granted(request)
    by = Acting(OFFICER, START, "Hay una reclamación.")
    erasures.decline(right_of(request).pk, "legal_claims", by)
    send_letters(START)
    assert (right_of(request).state, right_of(request).ground) == ("refused", "legal_claims")
    assert any("Denegación" in one.subject for one in mail.outbox)
    assert Erasure.objects.get().step == "stopped"


def test_once_the_systems_know_nobody_stops_it() -> None:
    person = a_customer(country="ES")
    request = asked(person.subject_key, country="ES")
    erasure = granted(request)
    gone_on(erasure)
    with pytest.raises(erasures.TooLate):
        erasures.take_back(right_of(request).pk, Acting("person", OVER))


def test_who_does_not_want_to_wait_need_not() -> None:
    person = a_customer()
    erasure = an_erasure(person.subject_key)
    erasures.hurry(erasure.pk, PERSON)
    assert gone_on(erasure, moment=START).step == "ended"


def test_a_stopped_erasure_can_be_asked_for_again() -> None:
    person = a_customer()
    request = asked(person.subject_key)
    granted(request)
    erasures.take_back(right_of(request).pk, PERSON)
    assert gone_on(an_erasure(person.subject_key)).step == "ended"
