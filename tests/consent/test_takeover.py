"""Many acts taken over at once come to the same as acts one by one, also around a crash."""

import json
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import grants
from consent import forms, imports, ledger, operations, queries, verification
from consent.models import ConsentEvent, Import
from consent.takeover import Line
from pseudonymize.operations import Registered
from tests.builders import AT, CALLER, a_subject

_ACTS = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.integers(0, 2),
            "hours": st.integers(0, 6),
            "purpose": st.sampled_from(["marketing.offers", "marketing.messages"]),
            "decision": st.sampled_from(["granted", "refused", "withdrawn", "notice_served"]),
            "channels": st.sampled_from([["web"], ["email"], ["push", "email"]]),
            "frequency": st.sampled_from([None, "weekly"]),
            "evidence": st.sampled_from([None, {"form": 7}, {"double_opt_in_at": AT.isoformat()}]),
        }
    ),
    min_size=1,
    max_size=12,
)


def told(act: dict[str, Any], person: Registered) -> bytes:
    at = (AT - timedelta(hours=act["hours"])).isoformat()
    rest = {k: v for k, v in act.items() if k not in ("who", "hours")}
    subject = {"type": "public", "value": person.id}
    usual = {"method": "old_shop", "actor": "subject", "acted_at": at, "subject": subject}
    return json.dumps(rest | usual | {"notice": {"version": "1.0", "locale": "es"}}).encode()


def taken_over(lines: list[bytes]) -> Import:
    job, _ = imports.receive(
        [b"\n".join(lines)], caller=CALLER, idempotency_key=None, at=timezone.now()
    )
    imports.run(job.pk, read=forms.past_act)
    job.refresh_from_db()
    return job


@pytest.mark.usefixtures("committed_db")
def test_no_part_reads_a_table_whole_while_an_installation_is_small() -> None:
    people = [a_subject() for _ in range(3)]
    act = {"hours": 1, "purpose": "marketing.offers", "decision": "granted"}
    lines = [told(act, person) for person in people]
    taken_over(lines)
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with transaction.atomic(), connection.cursor() as cursor:
        taken_over(lines)
        cursor.execute("SELECT relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0")
        assert {name for (name,) in cursor.fetchall()} <= {"consent_import"}  # on arrival, by key


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ACTS, st.integers(0, 12), st.randoms())
def test_an_import_comes_to_the_same_as_acts_one_by_one(
    acts: list[dict[str, Any]], before: int, random: Any
) -> None:
    people, twins = ([a_subject() for _ in range(3)] for _ in range(2))
    for number, act in enumerate(acts):
        everybody = (twins, people) if number < before else (twins,)
        for group in everybody:
            _one_by_one(act, group[act["who"]])
    rest = acts[before:]
    if rest:
        random.shuffle(rest)
        job = taken_over([told(act, people[act["who"]]) for act in rest])
        assert (job.state, job.recorded, job.refused) == ("done", len(rest), 0)
    for person, twin in zip(people, twins, strict=True):
        _require_alike(person.subject_key, twin.subject_key)


def _one_by_one(act: dict[str, Any], person: Registered) -> None:
    line = forms.past_act(told(act, person))
    operations.record_history(person.subject_key, [line.act], caller=CALLER, at=timezone.now())


def _require_alike(one: int, other: int) -> None:
    both = [list(queries.history(key)) for key in (one, other)]
    seen = [sorted(_said(event) for event in events) for events in both]
    assert seen[0] == seen[1]
    for key, events in zip((one, other), both, strict=True):
        assert verification.breaks(key) == []
        assert queries.permission(key) == queries.folded(map(queries.act_of, events))
        assert all(hasattr(event, "receipt") for event in events)


def _said(event: ConsentEvent) -> tuple[str, ...]:
    evidence = ledger.evidence_of(event) or b""
    words = (event.kind, event.purpose, event.channels, event.frequency, evidence[16:])
    return (event.acted_at.isoformat(), *map(str, words))


@pytest.mark.usefixtures("committed_db")
def test_a_worker_that_is_killed_leaves_nothing_half_done() -> None:
    person = a_subject()
    act = {
        "purpose": "marketing.offers",
        "decision": "granted",
        "channels": ["web"],
        "evidence": {"form": 7},
        "hours": 1,
    }
    count = imports.PART_LINES + 300
    lines = [told(act, person) for _ in range(count)]
    job, _ = imports.receive([b"\n".join(lines)], caller=CALLER, idempotency_key=None, at=AT)
    connection.close()  # the child must not share it
    child = os.fork()
    if child == 0:
        _work_until_killed(job)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert ConsentEvent.objects.count() == imports.PART_LINES
    imports.run(job.pk, read=forms.past_act)
    job.refresh_from_db()
    assert (job.state, job.recorded, ConsentEvent.objects.count()) == ("done", count, count)
    assert verification.breaks(person.subject_key) == []


def _work_until_killed(job: Import) -> None:
    # What the parent has open, as it may while it drives a browser, stays the parent's.
    connection.connection = None
    read = 0

    def deadly(raw: bytes) -> Line:
        nonlocal read
        read += 1
        if read == imports.PART_LINES + 200:
            os.kill(os.getpid(), signal.SIGKILL)
        return forms.past_act(raw)

    imports.run(job.pk, read=deadly)
    os._exit(0)
