"""Objection, withdrawal and restriction reach the systems; the check obeyed them before."""

from datetime import timedelta

import pytest

from consent import queries as consents
from rights import operations
from rights.casework import carrying
from rights.casework.answers import ReasonMissing
from rights.contact import messages
from rights.execution import StillRunning
from rights.models import Errand, RightsRequest
from rights.operations import Acting
from rights.systems import queries
from rights.systems.sending import payload_of
from tests.rights.erasure.people import START, a_customer, asked, recordings_confirmed
from tests.rights.requests import OFFICER, a_request, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
BY = Acting(OFFICER, START, "De acuerdo.")


def carried(company: Company, right: str) -> tuple[RightsRequest, Errand]:
    """Ask for a right, grant it and begin to carry it out."""
    person = a_customer(company)
    request = asked(person.subject_key, right)
    operations.answer(the(request, right).pk, "granted", BY)
    operations.execute(the(request, right).pk, BY)
    return request, the(request, right).errands.get()


@pytest.mark.parametrize("right", ["objection", "consent_withdrawal"])
def test_systems_are_told_for_which_purposes_to_stop(company: Company, right: str) -> None:
    request, errand = carried(company, right)
    assert errand.work == "object"
    assert "marketing.offers" in payload_of(errand)["purposes"]
    with pytest.raises(StillRunning):
        operations.complete(the(request, right).pk, BY)
    driven(at=START)
    recordings_confirmed(START)
    assert the(request, right).state == "completed"


def test_a_restriction_reaches_the_systems_and_its_end_too(company: Company) -> None:
    request, errand = carried(company, "restriction")
    assert errand.work == "restrict"
    driven(at=START)
    recordings_confirmed(START)
    driven(at=START)  # the recipients, after the systems
    right = the(request, "restriction")
    assert right.state == "completed"
    later = START + timedelta(days=30)
    with pytest.raises(ReasonMissing):
        carrying.lift(right.pk, Acting(OFFICER, later))
    released = carrying.lift(right.pk, Acting(OFFICER, later, "El dato es correcto."))
    assert released is not None
    driven(at=later)
    recordings_confirmed(later)
    assert {one.state for one in queries.progress(released)} == {"done"}
    assert request.subject_key is not None
    assert not consents.permission(request.subject_key).person.restricted
    assert messages.said(request)[-1].words == "El dato es correcto."


def test_of_somebody_unknown_there_is_nothing_to_tell() -> None:
    request = a_request("2026-11-02", "objection")
    operations.answer(the(request, "objection").pk, "granted", BY)
    operations.execute(the(request, "objection").pk, BY)
    assert not Errand.objects.exists()
    operations.complete(the(request, "objection").pk, BY)
