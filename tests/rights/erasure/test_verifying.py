"""Every system is asked again: what is still there is erased again, and put on the desk."""

from datetime import timedelta

import pytest

from rights import operations
from rights.erasure import operations as erasures
from rights.execution import StillRunning
from rights.models import Erasure, RequestEvent, SystemTask
from rights.operations import Acting
from rights.systems import errands
from tests.rights.erasure.people import (
    OVER,
    a_customer,
    an_erasure,
    gone_on,
    identifiers,
    recordings_confirmed,
)
from tests.rights.requests import OFFICER
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db


def verifying(company: Company) -> tuple[Erasure, str]:
    """Return an erasure whose systems have erased and are about to be asked, and the number."""
    person = a_customer(company)
    number, _ = identifiers(person.subject_key)
    erasure = an_erasure(person.subject_key)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    driven(at=OVER)
    return erasure, number


def test_a_system_that_got_the_person_again_is_told_again_and_escalated(company: Company) -> None:
    erasure, number = verifying(company)
    company.crm.knows(number)  # a late import brought them back
    recordings_confirmed(OVER)
    driven(at=OVER)
    recordings_confirmed(OVER)
    again = Erasure.objects.get(pk=erasure.pk)
    assert again.step == "erasing"
    task = SystemTask.objects.get(settled_at=None)
    assert (task.system, task.errand.round) == ("crm", 2)
    assert task.escalated_at == OVER
    event = RequestEvent.objects.get(kind="erasure.still_there")
    assert list(event.details["systems"]) == ["crm"]
    assert driven(at=OVER) == 0  # it has its rest
    assert gone_on(erasure, moment=OVER + timedelta(hours=2)).step == "ended"
    assert company.crm.seen()["people"] == []


def test_a_system_that_answers_after_its_escalation_is_as_good_as_any(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    company.crm.behave("erase", status=503)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    for hours in (0, 25, 26):
        driven(at=OVER + timedelta(hours=hours))
    assert SystemTask.objects.get(system="crm", errand__work="erase").escalated_at is not None
    assert Erasure.objects.get().step == "erasing"
    company.crm.behave("erase")
    assert gone_on(erasure, moment=OVER + timedelta(hours=40)).step == "ended"


def test_what_a_system_declares_to_keep_is_no_remainder(company: Company) -> None:
    person = a_customer(company)
    number, _ = identifiers(person.subject_key)
    before = company.shop.count("orders")
    assert gone_on(an_erasure(person.subject_key)).step == "ended"
    assert company.shop.count("orders") == before
    assert company.shop.count("customers", "customer_number = %s", number) == 0


def test_an_escalated_system_is_confirmed_by_a_person(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    company.crm.behave("erase", status=500)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    for hours in (0, 25):
        driven(at=OVER + timedelta(hours=hours))
    task = SystemTask.objects.get(system="crm", errand__work="erase")
    late = Acting(OFFICER, OVER + timedelta(hours=26))
    errands.confirm(task.pk, late, outcome="done", note="Por teléfono con el equipo.")
    moved = gone_on(erasure, moment=OVER + timedelta(hours=27))
    assert moved.step == "erasing"  # it said that nothing is left, and it was not so
    company.crm.behave("erase")
    assert gone_on(erasure, moment=OVER + timedelta(hours=40)).step == "ended"


def test_a_granted_erasure_is_not_completed_by_hand_before_it_is_done(company: Company) -> None:
    erasure = an_erasure(a_customer(company).subject_key)
    right = erasure.asked.get().right
    with pytest.raises(StillRunning):
        operations.complete(right.pk, Acting(OFFICER, OVER))
