"""Officers see how far systems are and do what only a person can; people see it in plain words."""

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from portal.desk.accounts import Role
from rights.casework.events import Acting
from rights.contact import doors
from rights.models import RequestedRight, SystemTask
from rights.systems import errands, queries
from rights.systems.declaration import Work
from tests.builders import a_subject
from tests.portal.officers import at_desk
from tests.rights.requests import a_request, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db


def a_right(work: Work, *, only: list[str] | None = None) -> RequestedRight:
    """Return a right whose errand was sent and driven now."""
    now = timezone.now()
    key = a_subject().subject_key
    right = the(a_request(now.date().isoformat(), subject_key=key), "access")
    errands.send(key, work, Acting("system", now), right=right, only=only)
    driven(at=now)
    return right


def task_of(system: str) -> SystemTask:
    return SystemTask.objects.get(system=system)


def test_the_desk_lists_what_waits_for_a_person(company: Company) -> None:
    right = a_right(Work.EXPORT)
    shown = at_desk().get("/desk/systems/").content.decode()
    assert "Archive of call recordings" in shown
    assert f"/desk/requests/{right.request_id}" in shown
    assert "Customer care" not in shown
    queue = at_desk(name="other").get("/desk/").content.decode()
    assert "Tasks that wait for a person: 1" in queue


def test_a_silent_system_is_listed_with_what_to_do(company: Company) -> None:
    company.crm.behave(status=401)
    a_right(Work.NOTIFY)
    shown = at_desk().get("/desk/systems/").content.decode()
    assert "It answers with an error (http_401)" in shown


def test_the_page_of_a_task_says_how_and_by_what_and_leaves_a_trace(company: Company) -> None:
    a_right(Work.EXPORT)
    shown = at_desk().get(f"/desk/systems/{task_of('recordings').pk}").content.decode()
    assert "Look for the calls by customer number" in shown
    assert "customer number: <code>T-" in shown
    assert "Recording of the call" in shown
    assert AuditEntry.objects.filter(action="desk.identifiers_shown", actor="user:dpo").exists()


def test_an_auditor_sees_the_task_and_not_the_person(company: Company) -> None:
    a_right(Work.EXPORT)
    desk = at_desk(Role.AUDITOR)
    address = f"/desk/systems/{task_of('recordings').pk}"
    shown = desk.get(address)
    assert shown.status_code == 200
    assert "T-" not in shown.content.decode()
    assert desk.post(f"{address}/confirm", {"outcome": "done"}).status_code == 403
    assert task_of("recordings").state == "sent"


def test_an_officer_confirms_with_what_was_found(company: Company) -> None:
    a_right(Work.EXPORT)
    task = task_of("recordings")
    told = {"outcome": "done", "field-calls.recording": "Llamada del 3 de mayo", "note": "Una"}
    response = at_desk().post(f"/desk/systems/{task.pk}/confirm", told)
    assert response.status_code == 302
    task.refresh_from_db()
    assert task.settled_by == "user:dpo"
    found = queries.results(task.errand)["recordings"]
    assert found["records"] == {"calls": [{"recording": "Llamada del 3 de mayo"}]}
    again = at_desk(name="other").post(f"/desk/systems/{task.pk}/confirm", {"outcome": "nothing"})
    assert again.status_code == 302
    assert at_desk(name="third").get(f"/desk/systems/{task.pk}").status_code == 404


def test_what_was_kept_without_a_reason_comes_back_with_the_problem(company: Company) -> None:
    a_right(Work.ERASE, only=["recordings"])
    task = task_of("recordings")
    response = at_desk().post(f"/desk/systems/{task.pk}/confirm", {"outcome": "kept"})
    assert response.status_code == 422
    assert "what was done" in response.content.decode()


def test_a_system_that_was_put_right_is_called_at_once(company: Company) -> None:
    company.crm.behave(status=401)
    a_right(Work.NOTIFY)
    company.crm.behave()
    task = task_of("crm")
    assert at_desk().post(f"/desk/systems/{task.pk}/again").status_code == 302
    driven(at=timezone.now())
    task.refresh_from_db()
    assert task.state == "done"


def test_the_case_shows_every_system_with_its_state(company: Company) -> None:
    right = a_right(Work.EXPORT)
    shown = at_desk().get(f"/desk/requests/{right.request_id}").content.decode()
    assert "Systems that have answered: 3 of 4" in shown
    assert "waits for a person" in shown
    assert "does not know the person" in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Terminados: 2 de 3."),
        ("pt-br", "Concluídos: 2 de 3."),
        ("en", "Finished: 2 of 3."),
    ],
)
def test_a_person_reads_how_far_it_is_in_their_language(
    company: Company, language: str, words: str
) -> None:
    right = a_right(Work.EXPORT)
    client = Client()
    client.cookies["django_language"] = language
    token = doors.link(right.request, at=timezone.now())
    shown = client.get(f"/rights/in/{token}", follow=True).content.decode()
    assert words in shown


def test_a_correction_is_told_in_words(company: Company) -> None:
    now = timezone.now()
    key = a_subject().subject_key
    changes = {"changes": [{"kind": "name", "category": "user.name", "old": "Ros", "new": "Rosa"}]}
    company.crm.behave(status=400)
    errands.send(key, Work.RECTIFY, Acting("system", now), payload=changes, only=["crm"])
    driven(at=now)
    shown = at_desk().get(f"/desk/systems/{task_of('crm').pk}").content.decode()
    assert "Name: from “Ros” to “Rosa”" in shown
