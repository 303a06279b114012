"""While an erasure is decided, what it is about is marked, where a law wants it."""

import pytest

from rights import operations
from rights.systems.declaration import Work
from tests.rights.erasure.people import (
    OVER,
    START,
    a_customer,
    asked,
    gone_on,
    granted,
    right_of,
)
from tests.rights.requests import by
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("country", ["AR", "CO", "UY"])
def test_what_shall_be_erased_is_marked_until_it_is_refused(company: Company, country: str) -> None:
    request = asked(a_customer(company, country=country).subject_key, country=country)
    driven(at=START)
    assert company.crm.seen()["people"][0]["marks"] == ["dispute"]
    right = right_of(request)
    assert not right.clocks.filter(event="mark_disputed", ended_on=None).exists()
    operations.refuse(right.pk, "legal_duty", by("2026-11-02", "Hay que conservarlo."))
    driven(at=START)
    assert "release" in company.crm.seen()["people"][0]["marks"]


def test_an_erasure_takes_the_mark_along(company: Company) -> None:
    request = asked(a_customer(company, country="AR").subject_key, country="AR")
    driven(at=START)
    assert gone_on(granted(request), moment=OVER).step == "ended"
    right = right_of(request)
    assert right.state == "completed"
    assert not right.errands.filter(work=Work.RELEASE).exists()
    assert company.crm.seen()["people"] == []


@pytest.mark.parametrize("country", ["BR", "ES", "CL"])
def test_where_no_law_wants_it_an_erasure_marks_nothing(company: Company, country: str) -> None:
    request = asked(a_customer(company, country=country).subject_key, country=country)
    assert not right_of(request).errands.exists()
