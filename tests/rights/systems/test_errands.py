"""An errand goes to every system that supports its work, and ends when the last has answered."""

from datetime import timedelta

import pytest

from rights.models import Errand, SystemTask
from rights.systems import errands, queries
from rights.systems.declaration import Work
from tests.builders import a_subject
from tests.rights.requests import at, by
from tests.rights.systems.company import Company, driven

NOW = at("2026-11-02")

pytestmark = pytest.mark.django_db


def a_person(company: Company) -> int:
    """Register a person whom shop and CRM know; return the key."""
    person = a_subject()
    [number] = [value for kind, value in known(person.subject_key) if kind == "external_id"]
    [email] = [value for kind, value in known(person.subject_key) if kind == "email"]
    company.shop.sells_to(number, email)
    company.crm.knows(number)
    return person.subject_key


def known(subject_key: int) -> list[tuple[str, str]]:
    """Return what the vault knows of a person."""
    from pseudonymize.queries import every_identifier

    return every_identifier(subject_key)


def states(errand: Errand) -> dict[str, str]:
    """Return each system's state."""
    return {one.system.key: one.state for one in queries.progress(errand)}


def test_an_errand_reaches_every_system_that_supports_its_work(company: Company) -> None:
    errand = errands.send(a_person(company), Work.EXPORT, by("2026-11-02"))
    assert list(states(errand)) == ["crm", "shop", "recordings", "venia"]
    notice = errands.send(errand.subject_key, Work.NOTIFY, by("2026-11-02"))
    assert list(states(notice)) == ["crm"]


def test_a_silent_system_keeps_no_other_from_an_export(company: Company) -> None:
    company.crm.behave(status=503)
    errand = errands.send(a_person(company), Work.EXPORT, by("2026-11-02"))
    driven(at=NOW)
    assert states(errand) == {
        "crm": "waiting",
        "shop": "done",
        "recordings": "sent",
        "venia": "done",
    }


def test_an_erasure_goes_by_the_order_and_a_later_system_waits(company: Company) -> None:
    errand = errands.send(a_person(company), Work.ERASE, by("2026-11-02"))
    driven(at=NOW)
    assert states(errand) == {
        "crm": "done",
        "shop": "done",
        "recordings": "sent",
        "venia": "waiting",
    }


def test_an_export_brings_what_shop_and_crm_hold(company: Company) -> None:
    errand = errands.send(a_person(company), Work.EXPORT, by("2026-11-02"))
    driven(at=NOW)
    told = queries.results(errand)
    assert told["crm"]["records"]["contacts"][0]["name"] == "Rosa Soto"
    orders = told["shop"]["records"]["alameda_shop.orders"]
    assert [row["total"] for row in orders] == ["19.90", "19.90"]


def test_the_same_errand_is_sent_once_while_it_runs(company: Company) -> None:
    key = a_person(company)
    first = errands.send(key, Work.NOTIFY, by("2026-11-02"))
    assert errands.send(key, Work.NOTIFY, by("2026-11-02")) == first
    driven(at=NOW)
    second = errands.send(key, Work.NOTIFY, by("2026-11-03"))
    assert second.round == 2


def test_an_errand_without_a_system_is_settled_at_once(company: Company) -> None:
    errand = errands.send(a_subject().subject_key, Work.NOTIFY, by("2026-11-02"), only=["shop"])
    assert errand.settled_at is not None
    driven(at=NOW)
    errand.refresh_from_db()
    assert errand.continued_at is not None


def test_a_system_that_fails_is_called_again_later_with_the_same_key(company: Company) -> None:
    errand = errands.send(a_person(company), Work.NOTIFY, by("2026-11-02"))
    company.crm.behave(status=503)
    driven(at=NOW)
    task = errand.tasks.get()
    assert (task.state, task.trouble) == ("waiting", "http_503")
    company.crm.behave()
    driven(at=NOW + timedelta(minutes=5))
    seen = company.crm.seen()
    assert {call["task"] for call in seen["calls"]} == {task.public_id}
    assert seen["effects"] == {task.public_id: 1}
    assert states(errand) == {"crm": "done"}


def test_a_silent_system_is_escalated_and_called_again_all_the_same(company: Company) -> None:
    errand = errands.send(a_person(company), Work.NOTIFY, by("2026-11-02"))
    company.crm.behave(status=503)
    driven(at=NOW)
    driven(at=NOW + timedelta(hours=25))
    task = errand.tasks.get()
    assert task.escalated_at is not None
    assert task.settled_at is None
    company.crm.behave()
    driven(at=NOW + timedelta(hours=40))
    task.refresh_from_db()
    assert task.state == "done"
    assert task.escalated_at is not None


def test_results_are_forgotten_and_that_it_was_told_stays(company: Company) -> None:
    errand = errands.send(a_person(company), Work.EXPORT, by("2026-11-02"))
    driven(at=NOW)
    errand.refresh_from_db()
    assert queries.forget_results(errand)
    assert not queries.forget_results(errand)
    assert queries.results(errand) == {}
    assert SystemTask.objects.filter(errand=errand, result__isnull=False).count() == 0
    assert states(errand)["crm"] == "done"
