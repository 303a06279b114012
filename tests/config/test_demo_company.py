"""The demo on record: made by the real engine, and as whole as what people do themselves."""

import io
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from config.demo import company, tables
from config.demo.lives import circumstances_of
from config.demo.manifest import manifest
from config.demo.memory import Known, Registers, facts_at
from config.demo.people import Invented, midnight, people
from config.demo.questions import questions
from consent import queries as consent
from policies import engine, queries, reading, records
from policies.models import DecisionRecord, Review
from policies.reading import Named
from policies.registers import newest_assessments, newest_recipients
from pseudonymize import queries as subjects

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
COUNT = 312


@pytest.fixture(scope="module", autouse=True)
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[company.Loaded | None]:
    """Load part of the company once for all tests here; afterwards nothing of it is left."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield company.load(at=NOW, count=COUNT)
        transaction.set_rollback(True)


def _replayed(row: DecisionRecord) -> list[str]:
    policy = queries.policy(row.policy.partition("@")[0], consent.catalogue_version())
    question, facts = records.question_from(row.question), records.facts_from(row.facts)
    decision = engine.evaluate(question, facts, policy)
    return [decision.effect.word, *(finding.code for finding in decision.findings)]


def test_it_is_loaded_once(loaded: company.Loaded) -> None:
    assert loaded.people == COUNT
    assert loaded.acts > 5 * COUNT
    assert company.load(at=NOW + timedelta(days=40), count=COUNT) is None


def test_the_command_leaves_a_loaded_company_alone() -> None:
    said = io.StringIO()
    call_command("seed_demo", stdout=said)
    assert said.getvalue() == "The demo company is on record already.\n"


def test_ledger_and_state_hold() -> None:
    call_command("verify_ledger", stdout=io.StringIO())
    call_command("rebuild_state", "--check", stdout=io.StringIO())


def test_every_decision_is_what_the_engine_says_of_its_own_record() -> None:
    rows = list(DecisionRecord.objects.order_by("at"))
    assert len(rows) >= 5 * COUNT
    for row in rows:
        told = [row.answer["effect"], *(reason["code"] for reason in row.answer["reasons"])]
        assert told == _replayed(row)


def test_every_effect_occurs_and_nothing_is_from_the_future() -> None:
    rows = DecisionRecord.objects.all()
    assert set(rows.values_list("effect", flat=True)) == {0, 1, 2, 3}
    assert not rows.filter(at__gte=midnight(NOW.date())).exists()
    assert rows.filter(at__lt=NOW - timedelta(days=365)).exists()


def test_decisions_lie_in_their_months() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM policies_decision")
        tables_used = {name for (name,) in cursor.fetchall()}
    assert len(tables_used) == 14
    assert "policies_decision_default" not in tables_used


def test_what_the_demo_remembers_is_what_a_check_reads() -> None:
    """A question about now rests on the same facts, from memory and from the database."""
    kept = _registers()
    for posed in questions(people(NOW.date(), count=60), NOW.date(), {})[-120:]:
        known = _known(posed.person)
        asked = replace(posed.question, planned_at=NOW, channel=None)
        digest = subjects.lookup_digest("external_id", posed.person.external_id)
        read = reading.read([Named(asked, digest, None)], also=kept.also, caller="", at=NOW)
        assert facts_at(known, asked, kept, caller="") == read.facts[0]


def _known(person: Invented) -> Known:
    key = subjects.find("external_id", person.external_id)
    assert key is not None
    return Known(
        subject_key=key,
        person=person,
        acts=[(event.recorded_at, consent.act_of(event)) for event in consent.history(key)],
        told=circumstances_of(person, NOW.date()),
    )


def _registers() -> Registers:
    return Registers(
        recipients={row.key: company.recipient_facts(row) for row in tables.recipients()},
        assessed={row.purpose: row.expires_on for row in newest_assessments()},
        also="content.generated",
    )


def test_registers_hold_what_the_rules_need() -> None:
    named = {row.key: (row.country, row.safeguard, row.purposes) for row in newest_recipients()}
    assert named == {
        "alameda-seguros": ("FR", "standard_clauses", ["sharing.partners"]),
        "northwind-ads": ("US", "", ["sharing.partners"]),
        "data-bazaar": ("VN", "", ["sharing.partners"]),
    }
    high_risk = {key for key, purpose in consent.purposes().items() if purpose.high_risk}
    assessed = newest_assessments()
    assert {row.purpose for row in assessed} == high_risk
    assert all(row.approved_by and row.expires_on > NOW.date() for row in assessed)


def test_officers_have_decided_and_have_something_left_to_decide() -> None:
    assert set(Review.objects.values_list("status", flat=True)) == {"open", "approved", "rejected"}
    assert Review.objects.filter(status="approved", used_at__isnull=False).exists()


def test_the_manifest_opens_the_demo_and_stays_the_same(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    first, second = manifest("http://localhost"), manifest("http://localhost")
    assert first["desk"] == second["desk"]
    assert stat.S_IMODE((tmp_path / "demo-desk.json").stat().st_mode) == 0o600
    colleagues = {one["username"]: one for one in first["desk"]["colleagues"]}
    assert {name: one["role"] for name, one in colleagues.items()} == {
        "deputy": "officer",
        "auditor": "auditor",
    }
    told = {name: colleagues["auditor"][name] for name in ("username", "password")}
    client = Client()
    assert client.post("/desk/login", told)["Location"] == "/desk/"
    assert client.post("/desk/assign", {"requests": ["1"]}).status_code == 403
    assert {shown["country"] for shown in first["subjects"]} == set(tables.countries())
    for shown in first["subjects"]:
        key = subjects.find("external_id", shown["external_id"])
        assert key is not None
        assert subjects.public_id(key) == shown["id"]
        assert shown["preference_url"].startswith("http://localhost/p/")
    assert json.dumps(first)
