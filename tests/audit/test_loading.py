"""Many rows at once arrive as one by one."""

import pytest
from django.db import IntegrityError, transaction

from audit import operations
from audit.loading import insert_all
from audit.models import ApiKey, AuditEntry
from tests.builders import AT

pytestmark = pytest.mark.django_db
MANY = 250  # enough for COPY


def _entries(count: int) -> list[AuditEntry]:
    return [
        AuditEntry(at=AT, actor="system", action=f"test.{n}", details={"n": n, "word": "ñ\t\\N"})
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 3, MANY])
def test_rows_keep_their_order_and_get_ids(count: int) -> None:
    rows = _entries(count)
    insert_all(rows)
    stored = AuditEntry.objects.filter(action__startswith="test.").order_by("pk")
    assert [(row.pk, row.action, row.details) for row in stored] == [
        (row.pk, row.action, row.details) for row in rows
    ]


def test_what_is_inserted_later_gets_a_later_id() -> None:
    rows = _entries(MANY)
    insert_all(rows)
    assert operations.record("test.after", actor="system", at=AT).pk > rows[-1].pk


def test_one_row_that_breaks_a_constraint_stops_all() -> None:
    keys = [ApiKey(kid=f"{n % 200:016}", digest=b"", scopes=[], created_at=AT) for n in range(MANY)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all(keys)
    assert not ApiKey.objects.filter(digest=b"").exists()
