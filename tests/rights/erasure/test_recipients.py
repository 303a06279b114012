"""Who received a person's data hears of the erasure, while it is known who the person is."""

from datetime import timedelta

import pytest

from rights.erasure import operations as erasures
from rights.models import Notice
from rights.operations import Acting
from rights.systems.declaration import Work
from tests.rights.access.packages import everybody_tells
from tests.rights.erasure.people import OVER, a_customer, an_erasure
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db


def test_a_recipient_with_a_system_is_told_and_the_erasure_waits_for_it(company: Company) -> None:
    person = a_customer(company)
    erasure = an_erasure(person.subject_key)
    company.crm.behave("notify", status=503)
    erasures.go_on(erasure.pk, Acting("system", OVER))
    everybody_tells(OVER)
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.by_system, notice.outcome) == ("crm", True, "")
    assert notice.right.clocks.filter(event="notify_recipients").exists()
    assert erasures.go_on(erasure.pk, Acting("system", OVER)).step == "erasing"
    company.crm.behave("notify")
    later = OVER + timedelta(hours=7)
    everybody_tells(later)
    notice.refresh_from_db()
    assert notice.outcome == "told"
    assert erasures.go_on(erasure.pk, Acting("system", later)).step != "erasing"
    assert {call["work"] for call in company.crm.seen()["calls"]} >= {Work.NOTIFY, Work.ERASE}
