"""A system may answer later, signed; whatever else arrives at that door changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rights.casework.events import Acting
from rights.models import RequestEvent, SystemTask
from rights.systems import errands, queries, signing
from rights.systems.declaration import Work
from tests.builders import a_subject
from tests.rights.requests import a_request, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
DONE = b'{"outcome": "done"}'


@pytest.fixture
def task(company: Company) -> SystemTask:
    """Return a task that the CRM took on and has not answered."""
    company.crm.behave(later=True)
    now = timezone.now()
    key = a_subject().subject_key
    right = the(a_request(now.date().isoformat(), subject_key=key), "access")
    errand = errands.send(key, Work.NOTIFY, Acting("system", now), right=right)
    driven(at=now)
    return errand.tasks.get()


def told(task: str, body: bytes, key: str, *, signed_for: str = "", **moved: int) -> Any:
    """Return the response to a callback signed with `key`."""
    at = timezone.now() + timedelta(**moved)
    signature = signing.signature(key, task=signed_for or task, body=body, at=at)
    return Client().post(
        f"/api/v1/system-tasks/{task}",
        body,
        content_type="application/json",
        headers={signing.HEADER: signature},
    )


def test_a_callback_settles_the_task(company: Company, task: SystemTask) -> None:
    assert (task.state, task.reference) == ("sent", "CRM-1")
    assert told(task.public_id, DONE, company.crm.key).status_code == 204
    task.refresh_from_db()
    assert (task.state, task.outcome, task.settled_by) == ("done", "done", "system:crm")
    assert queries.progress(task.errand)[0].outcome == "done"


def test_a_second_callback_changes_nothing(company: Company, task: SystemTask) -> None:
    told(task.public_id, DONE, company.crm.key)
    before = SystemTask.objects.values().get(pk=task.pk)
    again = told(task.public_id, b'{"outcome": "nothing"}', company.crm.key)
    assert again.status_code == 204
    assert SystemTask.objects.values().get(pk=task.pk) == before
    assert RequestEvent.objects.filter(kind="errand.system_settled").count() == 1


def test_a_callback_after_the_escalation_is_accepted(company: Company, task: SystemTask) -> None:
    driven(at=timezone.now() + timedelta(hours=25))
    task.refresh_from_db()
    assert task.escalated_at
    assert told(task.public_id, DONE, company.crm.key).status_code == 204
    task.refresh_from_db()
    assert task.state == "done"
    event = RequestEvent.objects.get(kind="errand.system_settled")
    assert event.details["late"] is True


def test_a_call_that_was_taken_on_is_repeated_until_it_is_answered(
    company: Company, task: SystemTask
) -> None:
    company.crm.behave()
    driven(at=timezone.now() + timedelta(minutes=61))
    task.refresh_from_db()
    assert task.state == "done"
    assert [call["task"] for call in company.crm.seen()["calls"]] == [task.public_id] * 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"key": "wrong"}, 403, id="another key"),
        pytest.param({"signed_for": "tsk_other"}, 403, id="signed for another task"),
        pytest.param({"minutes": -6}, 403, id="an old one, sent again"),
        pytest.param({"body": b"{}"}, 422, id="no answer in it"),
        pytest.param({"task": "tsk_unknown"}, 404, id="no such task"),
    ],
)
def test_anything_else_is_refused_and_changes_nothing(
    company: Company, task: SystemTask, changes: dict[str, Any], status: int
) -> None:
    sent = {"task": task.public_id, "body": DONE, "key": company.crm.key} | changes
    response = told(**sent)
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/problem+json")
    task.refresh_from_db()
    assert task.state == "sent"


def test_a_task_of_another_system_cannot_be_answered_over_http(company: Company) -> None:
    now = timezone.now()
    key = a_subject().subject_key
    errand = errands.send(key, Work.EXPORT, Acting("system", now), only=["recordings"])
    task = errand.tasks.get()
    assert told(task.public_id, DONE, company.crm.key).status_code == 404
