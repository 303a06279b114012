"""Tasks are tried again, one after the other, and no system holds up another."""

from datetime import date, timedelta

import msgspec
import pytest

from pseudonymize import holds
from pseudonymize import operations as subjects
from pseudonymize.queries import every_identifier
from pseudonymize.registration import Registration
from rights.casework.events import Acting
from rights.models import SystemTask
from rights.systems import driving, errands, identifiers, keeping, queries, settling
from rights.systems.declaration import VENIA, Work
from rights.systems.protocol import Failed, Settled
from rights.systems.registry import systems
from tests.builders import a_subject
from tests.rights.requests import a_request, at, by, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db
NOW = at("2026-11-02")


def a_task(work: Work = Work.NOTIFY, *, system: str = "crm") -> SystemTask:
    """Return a task that nobody has tried."""
    errand = errands.send(a_subject().subject_key, work, by("2026-11-02"), only=[system])
    return errand.tasks.get()


def test_each_wait_is_twice_as_long_up_to_six_hours(company: Company) -> None:
    company.crm.behave(status=503)
    task, now, waits = a_task(), NOW, []
    for _ in range(14):
        errands.drive(task.pk, at=now)
        task.refresh_from_db()
        assert task.due_at
        waits.append(task.due_at - now)
        now = task.due_at
    for number, wait in enumerate(waits):
        longest = min(timedelta(seconds=30 * 2**number), timedelta(hours=6))
        assert longest / 2 <= wait <= longest


def test_a_system_that_says_when_to_come_again_is_heeded(company: Company) -> None:
    company.crm.behave(status=503, headers={"Retry-After": "7200"})
    task = a_task()
    errands.drive(task.pk, at=NOW)
    task.refresh_from_db()
    assert task.due_at == NOW + timedelta(hours=2)


def test_a_system_that_is_down_holds_up_no_other(company: Company) -> None:
    company.crm.behave(status=503)
    waiting = [a_task() for _ in range(5)]
    other = a_task(Work.RESTRICT, system="shop")
    driven(at=NOW)
    other.refresh_from_db()
    assert other.state == "done"
    assert len(company.crm.seen()["calls"]) == 1
    company.crm.behave()
    driven(at=NOW + timedelta(minutes=2))
    assert {SystemTask.objects.get(pk=one.pk).state for one in waiting} == {"done"}


def test_one_person_whom_a_system_refuses_does_not_keep_it_from_the_others(
    company: Company,
) -> None:
    company.crm.behave(status=400)
    refused = a_task()
    errands.drive(refused.pk, at=NOW)
    company.crm.behave()
    fine = a_task()
    driven(at=NOW)
    fine.refresh_from_db()
    refused.refresh_from_db()
    assert (fine.state, refused.state) == ("done", "waiting")
    assert refused.escalated_at


def test_an_answer_of_a_worker_whose_claim_ran_out_counts_if_it_is_first(company: Company) -> None:
    task = a_task()
    system = Acting("system", NOW)
    assert settling.settle(task.pk, Settled("done"), system, way="answered")
    assert not settling.settle(task.pk, Settled("nothing"), system, way="answered")
    task.refresh_from_db()
    assert task.outcome == "done"
    assert errands.drive(task.pk, at=NOW) is None


def test_a_claim_that_ran_out_is_taken_over(company: Company) -> None:
    task = a_task()
    rows = SystemTask.objects.filter(pk=task.pk)
    rows.update(state="claimed", claim="dead", claimed_until=NOW + timedelta(minutes=1))
    assert errands.drive(task.pk, at=NOW) is None
    assert errands.drive(task.pk, at=NOW + timedelta(minutes=1)) == Settled("nothing", {})


def test_a_fault_of_ours_is_told_by_its_type_alone(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    task = a_task(Work.RESTRICT, system="shop")
    SystemTask.objects.filter(pk=task.pk).update(system="crm")
    company.file.unlink()
    task.errand.payload = b"broken"
    task.errand.save()
    assert errands.drive(task.pk, at=NOW) == Failed("connector_broke", lasting=True)
    assert "rights.task.broke" in caplog.text
    assert "prueba.example" not in caplog.text


def test_a_hold_in_the_middle_stops_every_system_that_was_not_told_yet(company: Company) -> None:
    company.crm.behave(status=503)
    key = a_subject().subject_key
    errand = errands.send(key, Work.ERASE, by("2026-11-02"), only=["crm", "recordings"])
    driven(at=NOW)
    hold = holds.place(
        key,
        reason="Demanda 12/26",
        owner="legal",
        ends_on=date(2027, 1, 1),
        actor="user:1",
        at=NOW,
    )
    company.crm.behave()
    later = NOW + timedelta(hours=7)
    driven(at=later)
    crm = errand.tasks.get(system="crm")
    assert (crm.state, crm.trouble, crm.due_at) == ("waiting", "legal_hold", None)
    assert crm.escalated_at
    assert not company.crm.seen()["effects"]
    [waiting] = queries.for_people(at=later)
    assert waiting.is_held
    assert errands.call_again(crm.pk, Acting("user:1", later))
    driven(at=later)
    assert not company.crm.seen()["effects"]
    holds.end(hold.pk, actor="user:1", at=later)
    driven(at=later + timedelta(days=1))
    assert not company.crm.seen()["effects"]
    assert errands.call_again(crm.pk, Acting("user:1", later + timedelta(days=1)))
    driven(at=later + timedelta(days=1))
    assert list(company.crm.seen()["effects"].values()) == [1]


def test_an_address_that_two_people_share_is_not_told(company: Company) -> None:
    first = a_subject()
    email = dict(every_identifier(first.subject_key))["email"]
    both = Registration(identifiers=(("external_id", "T-shared"), ("email", email)), country="ES")
    second = subjects.register(both, at=NOW)
    told = identifiers.told(second.subject_key, systems()["shop"], at=NOW)
    assert told == (("external_id", "T-shared"),)
    shop = systems()["recordings"]
    assert identifiers.told(second.subject_key, shop, at=NOW) == (("external_id", "T-shared"),)


def test_a_person_without_any_name_there_is_not_held_there(company: Company) -> None:
    only_phone = Registration(identifiers=(("phone", "+34600111222"),), country="ES")
    key = subjects.register(only_phone, at=NOW).subject_key
    errand = errands.send(key, Work.NOTIFY, by("2026-11-02"))
    driven(at=NOW)
    task = errand.tasks.get()
    assert (task.outcome, task.trouble, task.escalated_at) == ("nothing", "", None)
    assert queries.results(errand) == {"crm": {"unnamed": ["email", "external_id"]}}
    assert company.crm.seen()["calls"] == []


def test_where_people_may_be_known_otherwise_they_are_looked_for_by_hand() -> None:
    archive = msgspec.structs.replace(VENIA, identified_by=("external_id",), must_know=True)
    nobody, shared = map(identifiers.NobodyToName, (identifiers.NOT_KNOWN, identifiers.SHARED))
    assert identifiers.without_name(archive, nobody) == Failed("no_identifier", lasting=True)
    usual = msgspec.structs.replace(archive, must_know=False)
    assert identifiers.without_name(usual, shared) == Failed("identifier_shared", lasting=True)


def test_a_system_that_is_no_longer_declared_becomes_a_task_for_a_person(company: Company) -> None:
    task = a_task()
    SystemTask.objects.filter(pk=task.pk).update(system="gone")
    driven(at=NOW)
    task.refresh_from_db()
    assert task.escalated_at
    [waiting] = queries.for_people(at=NOW)
    assert (waiting.progress.system.key, waiting.is_manual) == ("gone", True)
    assert errands.confirm(task.pk, by("2026-11-03"), outcome="nothing")


def test_what_was_told_is_destroyed_some_time_after_the_right_has_ended(company: Company) -> None:
    request = a_request("2026-11-02", subject_key=a_subject().subject_key)
    right = the(request, "access")
    key = request.subject_key
    assert key
    errand = errands.send(key, Work.NOTIFY, by("2026-11-02"), right=right)
    driven(at=NOW)
    assert keeping.forget_settled(at=NOW + keeping.KEPT) == 0
    right.state = "withdrawn"
    right.save()
    assert keeping.forget_settled(at=NOW + keeping.KEPT) == 1
    errand.refresh_from_db()
    assert (errand.envelope, errand.payload) == (None, None)
    assert driving.due(NOW).count() == 0


def test_a_request_that_is_forgotten_takes_its_errands_along(company: Company) -> None:
    request = a_request("2026-11-02", subject_key=a_subject().subject_key)
    key = request.subject_key
    assert key
    errand = errands.send(key, Work.EXPORT, by("2026-11-02"), right=the(request, "access"))
    driven(at=NOW)
    assert keeping.forget_of(request) == 1
    errand.refresh_from_db()
    assert queries.results(errand) == {}
