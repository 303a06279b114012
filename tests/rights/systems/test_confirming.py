"""A person at the desk confirms what only a person can do, and what a silent system left."""

from datetime import timedelta

import pytest

from rights.casework.events import Acting
from rights.models import RequestEvent, SystemTask
from rights.systems import errands, queries
from rights.systems.declaration import Work
from rights.systems.errands import ConfirmationRefused
from tests.builders import a_subject
from tests.rights.requests import OFFICER, a_request, at, by, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02")


def a_task(system: str, work: Work = Work.RESTRICT) -> SystemTask:
    """Return a task that one system was told of."""
    key = a_subject().subject_key
    right = the(a_request("2026-11-02", "restriction", subject_key=key), "restriction")
    errand = errands.send(key, work, by("2026-11-02"), right=right, only=[system])
    driven(at=NOW)
    return errand.tasks.get()


def test_a_manual_task_waits_until_somebody_says_how_it_ended(company: Company) -> None:
    task = a_task("recordings")
    assert (task.state, task.due_at) == ("sent", None)
    assert errands.confirm(task.pk, by("2026-11-03"), outcome="done", note="Dos llamadas marcadas")
    task.refresh_from_db()
    assert (task.state, task.outcome, task.settled_by) == ("done", "done", OFFICER)
    assert queries.results(task.errand)["recordings"] == {"note": "Dos llamadas marcadas"}


def test_the_note_is_sealed_wherever_it_stands(company: Company) -> None:
    task = a_task("recordings")
    errands.confirm(task.pk, by("2026-11-03"), outcome="done", note="Dos llamadas marcadas")
    task.refresh_from_db()
    assert task.result
    assert b"llamadas" not in bytes(task.result)
    event = RequestEvent.objects.get(kind="errand.system_settled")
    assert event.note
    assert b"llamadas" not in bytes(event.note)
    assert "llamadas" not in str(event.details)


def test_a_task_is_confirmed_once(company: Company) -> None:
    task = a_task("recordings")
    assert errands.confirm(task.pk, by("2026-11-03"), outcome="done")
    assert not errands.confirm(task.pk, by("2026-11-04"), outcome="nothing")
    task.refresh_from_db()
    assert task.outcome == "done"


def test_a_system_with_its_own_voice_is_not_answered_for(company: Company) -> None:
    company.crm.behave(status=503)
    task = a_task("crm")
    with pytest.raises(ConfirmationRefused, match="answers by itself"):
        errands.confirm(task.pk, by("2026-11-02"), outcome="done", note="Hecho")


def test_a_silent_system_is_answered_for_with_a_reason(company: Company) -> None:
    company.crm.behave(status=503)
    task = a_task("crm")
    errands.drive_due(at=NOW + timedelta(hours=25))
    late = Acting(OFFICER, NOW + timedelta(hours=26))
    with pytest.raises(ConfirmationRefused, match="what was done"):
        errands.confirm(task.pk, late, outcome="done")
    assert errands.confirm(task.pk, late, outcome="done", note="Hecho por teléfono con el CRM")
    assert not company.crm.seen()["effects"]


def test_what_was_kept_needs_its_reason(company: Company) -> None:
    task = a_task("recordings", Work.ERASE)
    with pytest.raises(ConfirmationRefused):
        errands.confirm(task.pk, by("2026-11-03"), outcome="kept")
    with pytest.raises(ConfirmationRefused, match="how it ended"):
        errands.confirm(task.pk, by("2026-11-03"), outcome="perhaps")


@pytest.mark.parametrize(("outcome", "held"), [("done", {}), ("nothing", {}), ("kept", {"*": 1})])
def test_a_person_who_looked_again_says_whether_something_is_held(
    company: Company, outcome: str, held: dict[str, int]
) -> None:
    task = a_task("recordings", Work.VERIFY)
    errands.confirm(task.pk, by("2026-11-03"), outcome=outcome, note="Mirado en el archivo")
    assert queries.results(task.errand)["recordings"]["held"] == held


def test_what_was_found_by_hand_is_part_of_an_export(company: Company) -> None:
    task = a_task("recordings", Work.EXPORT)
    found = {"records": {"calls": [{"recording": "Llamada del 3 de mayo"}]}}
    errands.confirm(task.pk, by("2026-11-03"), outcome="done", report=found)
    assert queries.results(task.errand)["recordings"]["records"] == found["records"]


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(errands.TaskUnknown):
        errands.confirm(1, by("2026-11-02"), outcome="done")
