"""Keys and the trail, on a real database, with the application's own rights."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit import operations, queries
from config import grants

NOW = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)


def recorded(count: int) -> None:
    for number in range(count):
        operations.record("tested", actor="system", at=NOW, details={"number": number})


@pytest.mark.django_db
def test_a_key_is_known_until_it_is_revoked() -> None:
    key = operations.issue_key("shop", scopes=["policies:check"], actor="system", at=NOW)
    known = queries.caller(key.text)
    assert known is not None
    assert known.may("policies:check")
    assert not known.may("admin")
    assert operations.revoke_key(key.kid, actor="system", at=NOW)
    assert queries.caller(key.text) is None
    assert not operations.revoke_key(key.kid, actor="system", at=NOW)


@pytest.mark.django_db
def test_a_key_with_another_secret_is_nobody() -> None:
    key = operations.issue_key("shop", scopes=[], actor="system", at=NOW)
    assert queries.caller(f"vk_{key.kid}.{'a' * 32}") is None
    assert queries.caller("Bearer") is None


@pytest.mark.django_db
def test_an_unknown_scope_is_refused_by_name() -> None:
    with pytest.raises(operations.UnknownScope, match="everything"):
        operations.issue_key("shop", scopes=["everything"], actor="system", at=NOW)


@pytest.mark.django_db
def test_last_use_is_kept_to_the_minute() -> None:
    key = operations.issue_key("shop", scopes=[], actor="system", at=NOW)
    operations.note_use(key.kid, last_used_at=None, at=NOW)
    seen = queries.caller(key.text)
    assert seen is not None
    assert seen.last_used_at == NOW.replace(second=0)
    operations.note_use(key.kid, last_used_at=seen.last_used_at, at=NOW + timedelta(seconds=20))
    again = queries.caller(key.text)
    assert again is not None
    assert again.last_used_at == seen.last_used_at


@pytest.mark.django_db
def test_sealing_chains_every_entry_once_and_signs_the_end() -> None:
    operations.seal(at=NOW)
    recorded(3)
    assert operations.seal(at=NOW) == 3
    assert operations.seal(at=NOW) == 0
    assert queries.first_break() is None
    assert queries.unsigned_seals() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"),
    [("audit_auditentry", "actor"), ("audit_auditlink", "digest"), ("audit_auditseal", "digest")],
)
@pytest.mark.parametrize(
    "act",
    ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}", "TRUNCATE {table} CASCADE"],
)
def test_the_application_may_not_change_the_trail(table: str, column: str, act: str) -> None:
    recorded(1)
    operations.seal(at=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(act.format(table=table, column=column))


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit_auditentry SET action = 'other'",
        "DELETE FROM audit_auditseal",
        "UPDATE audit_auditlink SET digest = ''",
    ],
)
def test_not_even_the_owner_changes_the_trail(act: str) -> None:
    recorded(1)
    operations.seal(at=NOW)
    with (
        grants.as_owner(),
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)
    assert queries.first_break() is None


@pytest.mark.usefixtures("committed_db")
def test_a_changed_entry_shows_in_the_chain() -> None:
    recorded(3)
    operations.seal(at=NOW)
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER venia_append_only")
        cursor.execute(
            "UPDATE audit_auditentry SET actor = 'nobody' WHERE details->>'number' = '1'"
        )
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER venia_append_only")
    assert queries.first_break() == 2
