"""What acts name is there and stays, whoever writes: the database itself sees to it."""

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from config import grants
from consent import verification
from consent.models import ConsentEvent, Receipt
from pseudonymize.models import Subject
from tests.builders import a_grant, a_subject

NOBODY = 0
ORPHANS: dict[str, tuple[str, dict[str, object]]] = {
    "an act of nobody": ("consent_consentevent", {"subject_id": NOBODY}),
    "an act on no notice": ("consent_consentevent", {"notice_id": NOBODY, "sequence": 99}),
    "a proof of no act": ("consent_consentevidence", {"event_id": NOBODY}),
    "a receipt of no act": ("consent_receipt", {"event_id": NOBODY}),
    "what stands for nobody": ("consent_consentstate", {"subject_id": NOBODY}),
    "the state of nobody": ("consent_subjectstate", {"subject_id": NOBODY}),
}
MOVED = {
    "a proof": "UPDATE consent_consentevidence SET event_id = event_id + 1",
    "a receipt": "UPDATE consent_receipt SET event_id = event_id + 1",
    "what stands": "UPDATE consent_consentstate SET subject_id = subject_id + 1",
    "a person's state": "UPDATE consent_subjectstate SET subject_id = subject_id + 1",
}
LOST = {
    "a person": "DELETE FROM pseudonymize_subject",
    "a person's key": "UPDATE pseudonymize_subject SET subject_key = -subject_key",
    "an act": "DELETE FROM consent_consentevent",
    "a notice": "DELETE FROM consent_notice",
    "a notice's number": "UPDATE consent_notice SET id = -id",
}
EMPTIED = {
    "acts": "TRUNCATE consent_consentevent, consent_confirmation",
    "notices": "TRUNCATE consent_notice",
}
_LIKE = """SELECT told.* FROM {0} AS kept, LATERAL
    jsonb_populate_record(NULL::{0}, to_jsonb(kept) || '{1}') AS told LIMIT 1"""
_NEW: dict[str, dict[str, object]] = {
    "consent_consentevent": {"id": 10**9},
    "consent_consentstate": {"id": 10**9},
    "consent_receipt": {"id": str(uuid.UUID(int=0))},
}


@contextmanager
def refused() -> Iterator[None]:
    """Expect what a declared foreign key would raise."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert getattr(caught.value.__cause__, "sqlstate", "") == "23503"


def some_acts() -> None:
    for _ in range(2):
        a_grant(a_subject().subject_key, evidence={"form": "17"})


def orphan(case: str) -> tuple[str, str]:
    """Return a table, and a query for a row like those that are there, but with other keys."""
    table, fields = ORPHANS[case]
    return table, _LIKE.format(table, json.dumps(_NEW.get(table, {}) | fields))


@pytest.mark.django_db
@pytest.mark.parametrize("case", ORPHANS)
@pytest.mark.parametrize("else_", ["", "ON CONFLICT DO NOTHING"])
def test_a_row_names_what_is_there(case: str, else_: str) -> None:
    some_acts()
    table, query = orphan(case)
    with refused(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} {query} {else_}")


@pytest.mark.django_db
@pytest.mark.parametrize("case", ORPHANS)
def test_a_row_that_is_copied_names_what_is_there(case: str) -> None:
    some_acts()
    table, query = orphan(case)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
            [row] = [bytes(line) for line in copy]
        into = f"COPY {table} FROM STDIN"
        with refused(), connection.wrap_database_errors, cursor.copy(into) as copy:
            copy.write(row)


@pytest.mark.django_db
def test_one_row_among_many_stops_all() -> None:
    some_acts()
    Receipt.objects.all().delete()
    events = [event.pk for event in ConsentEvent.objects.all()]
    with refused():
        Receipt.objects.bulk_create(Receipt(event_id=pk) for pk in (*events, NOBODY))
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_what_was_taken_back_is_not_there() -> None:
    with transaction.atomic():
        event = a_grant(a_subject().subject_key)
        transaction.set_rollback(True)
    with refused():
        Receipt.objects.create(event_id=event.pk)


@pytest.mark.usefixtures("committed_db")
def test_no_other_table_stands_for_a_parent() -> None:
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE consent_consentevent (id bigint)")
        cursor.execute("INSERT INTO consent_consentevent VALUES (%s)", [NOBODY])
        with refused():
            Receipt.objects.create(event_id=NOBODY)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", MOVED.values(), ids=MOVED)
def test_a_row_keeps_to_what_it_names(statement: str) -> None:
    some_acts()
    with refused(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("statement", LOST.values(), ids=LOST)
def test_not_even_the_owner_takes_a_parent_away(statement: str) -> None:
    some_acts()
    with grants.as_owner(), connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(statement)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("statement", EMPTIED.values(), ids=EMPTIED)
def test_not_even_the_owner_empties_a_table_that_others_name(statement: str) -> None:
    some_acts()
    with grants.as_owner(), refused(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("committed_db")
def test_an_installation_with_acts_changes_over_and_back() -> None:
    some_acts()
    with grants.as_owner():
        try:
            call_command("migrate", "consent", "0006", verbosity=0)
            declared = _declared()
        finally:
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
    assert declared - _declared() == {(table, next(iter(f))) for table, f in ORPHANS.values()}
    some_acts()
    assert not [each for each in verification.verified() if each.complaints]
    with refused():
        Receipt.objects.create(event_id=NOBODY)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("case", ORPHANS)
def test_what_a_restore_may_bring_is_found(case: str) -> None:
    some_acts()
    assert not [*verification.orphans()]
    table, query = orphan(case)
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER venia_parents_exist")
        cursor.execute(f"INSERT INTO {table} {query}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER venia_parents_exist")
    [found] = verification.orphans()
    assert found.startswith(f"{table}: 1 rows")
    with pytest.raises(CommandError, match="findings"):
        call_command("verify_ledger", stderr=io.StringIO())


@pytest.mark.django_db
def test_an_erased_person_stays_as_a_key() -> None:
    key = a_subject().subject_key
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.filter(pk=key).delete()
    assert Subject.objects.filter(pk=key).exists()


def _declared() -> set[tuple[str, str]]:
    """Return tables and columns with a declared foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = ANY (conkey) WHERE contype = 'f'"
        )
        return set(cursor.fetchall())
