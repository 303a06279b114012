"""What somebody who steals the database finds of a person who was erased."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from pseudonymize import operations, queries
from pseudonymize.models import Identifier, SubjectSecret
from pseudonymize.registration import Guardian, Registration

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PERSON = Registration(
    identifiers=(
        ("external_id", "C-1042"),
        ("email", "ines.soto@correo.example"),
        ("phone", "+34612345678"),
    ),
    country="ES",
    birth_date=date(2012, 5, 20),
    guardian=Guardian("Rosa Soto", "rosa@correo.example"),
)


@pytest.mark.django_db
def test_after_erasure_nothing_of_the_person_is_found_in_a_dump() -> None:
    subject = operations.register(PERSON, at=AT)
    secret = queries.secret(subject.subject_key)
    traces = {subject.id, "C-1042", "ines.soto", "612345678", "Rosa", secret.value.hex()}
    traces |= {row.digest.hex() for row in Identifier.objects.all()}
    traces |= {row.sealed.hex() for row in Identifier.objects.all()}
    traces.add(SubjectSecret.objects.get().wrapped.hex())
    before = dump()
    assert {trace for trace in traces if trace in before} > {subject_digest(subject)}
    operations.shred(subject.subject_key, AT)
    after = dump()
    assert not [trace for trace in traces if trace in after]


def subject_digest(subject: operations.Registered) -> str:
    return queries.lookup_digest("public", subject.id).hex()


def dump() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)
