"""The view that a policy check reads, and who may read what."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from config import grants
from pseudonymize import operations, queries
from pseudonymize.registration import Registration

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PERSON = Registration((("external_id", "C-1042"),), "ES", "ES-MD", birth_date=date(2012, 5, 20))
FIND = "SELECT * FROM pseudonymize_person WHERE digest = %s"


def rows(query: str, *values: bytes) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.django_db
def test_one_statement_finds_a_person_by_any_identifier() -> None:
    subject = operations.register(PERSON, at=AT)
    for kind, value in (("external_id", "C-1042"), ("public", subject.id)):
        (row,) = rows(FIND, queries.lookup_digest(kind, value))
        assert bytes(row.pop("digest")) == queries.lookup_digest(kind, value)
        assert row == {
            "subject_key": subject.subject_key,
            "identifier_type": kind,
            "life": "active",
            "blocked_until": None,
            "country": "ES",
            "region": "ES-MD",
            "locale": "",
            "time_zone": "",
            "age_class": 14,
            "age_changes_on": date(2027, 6, 1),
            "has_guardian": False,
        }


@pytest.mark.django_db
def test_the_statement_uses_indexes_only() -> None:
    operations.register(PERSON, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = "\n".join(str(row) for row in rows(f"EXPLAIN {FIND}", bytes(32)))
    assert "Seq Scan" not in plan
    assert "pseudonymize_identifier" in plan


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ("pseudonymize_person", True),
        ("pseudonymize_deadid", True),
        ("pseudonymize_subjectsecret", False),
        ("pseudonymize_identifier", False),
        ("pseudonymize_subject", False),
        ("pseudonymize_suppression", False),
    ],
)
def test_a_check_only_process_reads_the_view_and_no_secret(table: str, allowed: bool) -> None:
    with grants.as_owner(), connection.cursor() as cursor:
        query = "SELECT has_table_privilege(%s, %s, 'SELECT')"
        cursor.execute(query, [grants.CHECK_ROLE, table])
        assert cursor.fetchone()[0] is allowed
        query = "SELECT has_table_privilege(%s, %s, 'INSERT, UPDATE, DELETE')"
        cursor.execute(query, [grants.CHECK_ROLE, table])
        assert cursor.fetchone()[0] is False
