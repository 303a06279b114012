"""What is kept ready of a person is what their sources say, whoever changed those."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import operations, verification
from consent.act import Kind, Window
from consent.models import Circumstance, Known
from pseudonymize import operations as subjects
from pseudonymize.queries import SubjectBlocked, SubjectErased
from tests.builders import AT, CALLER, a_subject, an_act, an_event

pytestmark = pytest.mark.django_db
_hours = count()


def _circumstance(key: int) -> None:
    since = AT + timedelta(hours=next(_hours))
    operations.set_circumstance(
        key, "open_complaint", since=since, until=None, caller=CALLER, at=since
    )


def _hours_chosen(key: int) -> None:
    hours = {"push": (Window(frozenset({1, 2}), AT.time(), AT.time().replace(hour=20)),)}
    an_event(key, Kind.CONTACT_HOURS, hours=hours)


CHANGES: tuple[Callable[[int], object], ...] = (
    lambda key: an_event(key, Kind.RESTRICTED),
    lambda key: an_event(key, Kind.UNRESTRICTED),
    lambda key: an_event(key, Kind.PAUSED, until=date(2026, 12, 1)),
    lambda key: an_event(key, Kind.RESUMED),
    lambda key: an_event(key, Kind.GRANTED, "personalisation.recommendations"),
    lambda key: an_event(key, Kind.WITHDRAWN, "personalisation.recommendations"),
    lambda key: subjects.block(key, date(2027, 1, 1), AT),
    lambda key: subjects.unblock(key, AT),
    lambda key: operations.end_circumstance(key, "open_complaint", caller=CALLER, at=AT),
    lambda key: Circumstance.objects.filter(subject_id=key).delete(),
    lambda key: operations.forget(key),
    _circumstance,
    _hours_chosen,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(CHANGES), max_size=8))
def test_whatever_happens_to_a_person_is_ready_at_once(
    changes: list[Callable[[int], object]],
) -> None:
    with transaction.atomic():
        key = a_subject("BR").subject_key
        for change in changes:
            try:
                with transaction.atomic():
                    change(key)
            except (SubjectErased, SubjectBlocked, operations.ActRefused):
                continue
            assert verification.stale(repair=False) == []
        transaction.set_rollback(True)


def test_an_erased_person_leaves_nothing_ready() -> None:
    key = a_subject("MX").subject_key
    _circumstance(key)
    subjects.shred(key, AT)
    operations.forget(key)
    kept = Known.objects.get(pk=key)
    assert (kept.person, kept.circumstances) == ('{"life":"shredded","country":""}', None)


def test_an_act_on_a_purpose_leaves_the_row_alone() -> None:
    key = a_subject("ES").subject_key
    an_event(key, Kind.GRANTED, "personalisation.recommendations")
    before = _place_of(key)
    operations.record_act(
        key, an_act(Kind.WITHDRAWN, "personalisation.recommendations"), caller=CALLER, at=AT
    )
    assert _place_of(key) == before


def test_a_row_that_was_tampered_with_is_found_and_made_right() -> None:
    key = a_subject("ES").subject_key
    right = Known.objects.get(pk=key).person
    Known.objects.filter(pk=key).update(person='{"life":"active","country":"XX"}')
    with pytest.raises(CommandError):
        call_command("rebuild_state", "--check")
    call_command("rebuild_state")
    assert Known.objects.get(pk=key).person == right


def _place_of(key: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM consent_known WHERE subject_key = %s", [key])
        return str(cursor.fetchone()[0])
