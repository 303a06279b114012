"""Facts told by other systems: about whom, and from when."""

import pytest
from django.utils import timezone

from consent.models import Circumstance
from consent.operations import set_circumstance
from pseudonymize import operations as subjects
from pseudonymize.queries import SubjectErased
from tests.builders import AT, Api, a_subject

pytestmark = pytest.mark.django_db
SINCE = {"since": "2026-11-01T10:00:00Z"}


def told(method: str = "PUT", **body: str) -> tuple[int, str]:
    person = a_subject()
    path = f"/api/v1/subjects/{person.id}/circumstances/vulnerable"
    answer = Api("consents:write").call(method, path, SINCE | body)
    return answer.status_code, answer.json().get("field", "")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_nothing_is_told_of_a_blocked_person(method: str) -> None:
    person = a_subject()
    subjects.block(person.subject_key, None, timezone.now())
    path = f"/api/v1/subjects/{person.id}/circumstances/vulnerable"
    answer = Api("consents:write").call(method, path, SINCE)
    assert (answer.status_code, answer.json()["code"]) == (409, "data_blocked")
    assert not Circumstance.objects.exists()


def test_nothing_is_told_of_a_person_who_was_erased_meanwhile() -> None:
    key = a_subject().subject_key
    subjects.shred(key, AT)
    with pytest.raises(SubjectErased):
        set_circumstance(key, "vulnerable", since=AT, until=None, caller="key:test", at=AT)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"since": "0001-01-01T00:00:00Z"}, "since"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "until"),
    ],
)
def test_a_year_at_the_ends_of_the_calendar_is_refused(body: dict[str, str], field: str) -> None:
    assert told(**body) == (422, field)
