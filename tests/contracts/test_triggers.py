"""Ledgers refuse change in the database itself, after every migration."""

import pytest
from django.db import DatabaseError, connection, transaction

from config.grants import APPEND_ONLY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_ledger_has_its_trigger(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(%s)"
            " AND tgname IN ('venia_append_only', 'venia_never_updated')",
            [table],
        )
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("word", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_application_has_no_right_to_change_a_ledger(table: str, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s)", [table, word])
        assert cursor.fetchone()[0] is False


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_even_an_empty_ledger_cannot_be_emptied(table: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
