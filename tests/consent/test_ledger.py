"""The database itself keeps the ledger: no change, no gap, one chain whoever writes at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config import grants
from consent import compact, operations, queries, verification
from consent.act import Kind
from consent.models import ConsentEvent, ConsentState, Notice, SubjectState
from tests.builders import AT, CALLER, a_grant, a_subject, an_act

TAMPERINGS = {
    "an act is made explicit": "UPDATE consent_consentevent SET explicit = NOT explicit",
    "an act is moved": "UPDATE consent_consentevent SET acted_at = acted_at - interval '1 day'",
    "channels are added": "UPDATE consent_consentevent SET channels = '{web}'",
    "the notice is another": "UPDATE consent_consentevent SET notice_id = notice_id + 1",
    "a caller is hidden": "UPDATE consent_consentevent SET caller = 'person'",
}


def as_owner(statement: str) -> None:
    """Run what only somebody with the owner's password could run, triggers switched off."""
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consent_consentevent DISABLE TRIGGER venia_append_only")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE consent_consentevent ENABLE TRIGGER venia_append_only")


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["consentevent", "notice", "purpose"])
def test_the_application_can_neither_change_nor_delete(table: str) -> None:
    a_grant(a_subject().subject_key)
    for statement in (f"DELETE FROM consent_{table}", f"UPDATE consent_{table} SET id = -id"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.usefixtures("committed_db")
def test_not_even_the_owner_changes_an_act() -> None:
    a_grant(a_subject().subject_key)
    with grants.as_owner(), connection.cursor() as cursor:
        for statement in (*TAMPERINGS.values(), "DELETE FROM consent_consentevent"):
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(statement)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_change_behind_the_triggers_shows(statement: str) -> None:
    key = a_subject().subject_key
    a_grant(key)
    as_owner(statement)
    assert verification.breaks(key) == ["act 1 was changed"]


@pytest.mark.usefixtures("committed_db")
def test_a_missing_act_shows_wherever_it_stood() -> None:
    key = a_subject().subject_key
    for _ in range(3):
        a_grant(key)
    as_owner("DELETE FROM consent_receipt; DELETE FROM consent_consentevent WHERE sequence = 3")
    assert verification.breaks(key) == ["act 3 is missing"]


@pytest.mark.usefixtures("committed_db")
def test_two_tabs_make_one_chain_and_one_state() -> None:
    key = a_subject().subject_key
    start = threading.Barrier(8)

    def one_tab(number: int) -> None:
        kind = Kind.GRANTED if number % 2 else Kind.WITHDRAWN
        act = an_act(kind, "marketing.offers", acted_at=AT - timedelta(seconds=number))
        start.wait()
        try:
            operations.record_act(key, act, caller=CALLER, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(one_tab, range(8)))
    sequences = ConsentEvent.objects.filter(subject_id=key).values_list("sequence", flat=True)
    assert sorted(sequences) == [*range(1, 9)]
    assert verification.breaks(key) == []
    layer = queries.permission(key).standings["marketing.offers"].layer_for(None, None)
    assert layer is not None
    assert layer.kind is Kind.WITHDRAWN, "the newest act is number 0, whenever it arrived"


ACTS = st.lists(
    st.builds(
        lambda kind, purpose, hours, channels: replace(
            an_act(kind, purpose, acted_at=AT - timedelta(hours=hours)), channels=channels
        ),
        st.sampled_from([Kind.GRANTED, Kind.REFUSED, Kind.WITHDRAWN, Kind.OBJECTED]),
        st.sampled_from(["marketing.offers", "service.proactive"]),
        st.integers(0, 5),
        st.none() | st.lists(st.sampled_from(["web", "email"]), min_size=1),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.django_db
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTS)
def test_the_projection_is_the_fold_of_the_ledger(acts: list[operations.NewAct]) -> None:
    key = a_subject().subject_key
    for act in acts:
        operations.record_act(key, act, caller=CALLER, at=AT)
    kept = queries.permission(key)
    assert kept == queries.folded(queries.act_of(event) for event in queries.history(key))
    assert kept == queries.permission_at(key, at=AT)


@pytest.mark.django_db
def test_the_views_say_what_the_tables_say() -> None:
    key = a_subject().subject_key
    a_grant(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose, standing FROM consent_standing WHERE subject_key=%s", [key])
        [(purpose, standing)] = cursor.fetchall()
        cursor.execute("SELECT restricted, blocked FROM consent_person WHERE subject_key=%s", [key])
        assert cursor.fetchall() == [(False, False)]
        cursor.execute("SELECT digest FROM consent_offer")
        assert cursor.fetchone() == (queries.catalogue_version(),)
    row = ConsentState.objects.get(subject_id=key)
    kept = standing if isinstance(standing, dict) else json.loads(standing)
    assert (purpose, compact.from_json(kept)) == (row.purpose, compact.from_json(row.standing))


@pytest.mark.django_db
def test_the_projection_counts_the_acts() -> None:
    key = a_subject().subject_key
    for _ in range(2):
        a_grant(key)
    assert SubjectState.objects.get(subject_id=key).acts == 2
    assert Notice.objects.count() == 72
