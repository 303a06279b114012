"""An erasure goes through its steps, and at the end nothing leads to the person."""

import pytest

from pseudonymize import queries as subjects
from rights.models import Erasure
from tests.rights.erasure.people import OVER, a_customer, an_erasure, gone_on, identifiers
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db


def test_where_no_law_wants_blocking_everything_is_destroyed(company: Company) -> None:
    person = a_customer(company)
    number, email = identifiers(person.subject_key)
    erasure = gone_on(an_erasure(person.subject_key))
    assert erasure.step == "ended"
    assert subjects.person(person.subject_key).life == "shredded"
    assert subjects.find("email", email) is None
    assert subjects.is_dead(person.id)
    assert company.shop.count("customers", "customer_number = %s", number) == 0
    assert company.crm.seen()["people"] == []


def test_nothing_happens_before_the_cooling_off_is_over() -> None:
    from tests.rights.erasure.people import START

    person = a_customer()
    erasure = gone_on(an_erasure(person.subject_key), moment=START)
    assert erasure.step == "cooling"
    assert subjects.person(person.subject_key).life == "active"


def test_in_spain_the_data_are_blocked_for_years_and_then_destroyed(company: Company) -> None:
    person = a_customer(company, country="ES")
    begun = an_erasure(person.subject_key, country="ES")
    erasure = gone_on(begun)
    assert erasure.step == "blocked"
    assert subjects.person(person.subject_key).blocked_until == erasure.blocked_until
    assert str(erasure.blocked_until) == "2032-11-06"
    assert Erasure.objects.get().asked.get().right.state == "completed"
    later = OVER.replace(year=2032, month=11, day=8)
    assert gone_on(begun, moment=later).step == "ended"
