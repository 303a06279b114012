"""Recipients hear of a restriction as of a correction."""

import pytest

from rights import operations
from rights.models import Notice
from tests.rights.access.packages import DAY, a_customer, everybody_tells
from tests.rights.requests import a_request, at, by, the
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db


def test_a_restriction_is_complete_once_recipients_heard_of_it(company: Company) -> None:
    customer = a_customer(company)
    request = a_request(DAY, "restriction", subject_key=customer.key, identity="system")
    number = the(request, "restriction").pk
    operations.answer(number, "granted", by(DAY))
    operations.execute(number, by(DAY))
    company.crm.behave("notify", status=503)
    everybody_tells(at(DAY))
    assert the(request, "restriction").state == "executing"
    company.crm.behave("notify")
    everybody_tells(at("2026-11-04"))
    assert the(request, "restriction").state == "completed"
    assert Notice.objects.get().outcome == "told"
