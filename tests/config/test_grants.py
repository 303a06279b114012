"""Who may do what in the database, asked of the database itself after every migration."""

import pytest
from django.db import connection

from config import grants

pytestmark = pytest.mark.django_db

APPLICATION = "venia_app"


def may(role: str, table: str, right: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
        return bool(cursor.fetchone()[0])


def runs(role: str, function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege(%s, %s, 'EXECUTE')", [role, function])
        return bool(cursor.fetchone()[0])


def existing() -> set[str]:
    with connection.cursor() as cursor:
        return grants.tables(cursor)


def asked(query: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def test_the_tests_themselves_run_as_the_application() -> None:
    assert asked("SELECT current_user") == {APPLICATION}


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_ledgers_only_grow(right: str) -> None:
    for table in existing() & set(grants.APPEND_ONLY):
        assert not may(APPLICATION, table, right), table
        assert may(APPLICATION, table, "INSERT"), table


def test_nothing_is_ever_truncated_by_the_application() -> None:
    assert [table for table in existing() if may(APPLICATION, table, "TRUNCATE")] == []


def test_a_partition_is_no_way_round_its_table() -> None:
    partitions = asked("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    assert not [t for t in partitions for right in rights if may(APPLICATION, t, right)]


def test_a_process_that_only_checks_reads_its_list_and_nothing_else() -> None:
    allowed = set(grants.CHECK_READS) | set(grants.CHECK_ADDS)
    readable = {table for table in existing() if may(grants.CHECK_ROLE, table, "SELECT")}
    assert readable <= allowed
    for forbidden in ("pseudonymize_subjectsecret", "auth_user", "django_session"):
        assert not may(grants.CHECK_ROLE, forbidden, "SELECT")


def test_a_process_that_only_checks_writes_nothing_but_decisions() -> None:
    for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        writable = {table for table in existing() if may(grants.CHECK_ROLE, table, right)}
        assert writable <= (set(grants.CHECK_ADDS) if right == "INSERT" else set())


def test_every_ledger_refuses_changes_by_a_trigger() -> None:
    guarded = asked(
        "SELECT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE p.proname = 'venia_refuse_change' AND tgenabled <> 'D'"
    )
    # Rows leave with their month, or by a named function.
    partitioned = {"policies_decision", "policies_form"}
    assert guarded >= existing() & set(grants.APPEND_ONLY) - partitioned


def test_only_the_application_runs_what_acts_with_the_owners_rights() -> None:
    functions = asked("SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef")
    for function in functions:
        assert runs(APPLICATION, function), function
        assert not runs(grants.CHECK_ROLE, function), function
