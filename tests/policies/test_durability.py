"""What waits for the disk, and what does not: as docs/performance.md says, kind by kind."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from consent.act import Kind
from consent.operations import set_circumstance
from policies import asking, operations
from policies.models import DecisionRecord
from tests.builders import CALLER, a_grant, a_subject, an_event
from tests.journeys.checks import an_evaluation

pytestmark = pytest.mark.usefixtures("committed_db")
OFFERS = "marketing.offers"
_hours = count(1)


class Person:
    """Somebody who allows everything that is asked here."""

    def __init__(self) -> None:
        before = timezone.now() - timedelta(days=1)
        registered = a_subject("ES", at=before)
        self.id, self.key = registered.id, registered.subject_key
        a_grant(self.key, OFFERS, at=before)

    def ask(self, *, alone: bool = False, **context: object) -> str:
        """Check an offer, which a machine decides `alone` or not; return the effect."""
        at = timezone.now()
        body = an_evaluation(self.id, "show_offer", OFFERS, channel="web", **context)
        properties = {"automated": alone, "significant_effect": alone}
        body["action"] = {"name": "show_offer", "properties": properties}
        answer = operations.decide([asking.named(body, at=at)], caller="t", at=at)[0]
        return str(answer["context"]["effect"])


def _lies_on_the_disk() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn()")
        return bool(cursor.fetchone()[0])


def _how_often(what: Callable[[Person], object], person: Person) -> int:
    """Return how many of five times all was on the disk just after; the server may help along."""
    found = 0
    for _ in range(5):
        what(person)
        found += _lies_on_the_disk()
    return found


def _plain(person: Person) -> None:
    assert person.ask() == "permit"


def _reserved(person: Person) -> None:
    assert person.ask(reserve=True) == "permit"


def _human(_: Person) -> None:
    assert Person().ask(alone=True) == "needs_human"


def _human_again(person: Person) -> None:
    assert person.ask(alone=True) == "needs_human"


def _outcome(person: Person) -> None:
    _plain(person)
    record = DecisionRecord.objects.filter(subject_key=person.key).latest("at")
    operations.record_outcome(
        record, "executed", factors=[], sentence="", caller="t", at=timezone.now()
    )


def _act(person: Person) -> None:
    an_event(person.key, Kind.GRANTED, OFFERS, at=timezone.now())


def _circumstance(person: Person) -> None:
    now = timezone.now()
    since = now - timedelta(hours=next(_hours))
    set_circumstance(person.key, "vulnerable", since=since, until=None, caller=CALLER, at=now)


def test_a_plain_check_does_not_wait_for_the_disk() -> None:
    assert _how_often(_plain, Person()) < 5


def test_asking_again_while_a_human_has_not_decided_does_not_wait_for_the_disk() -> None:
    person = Person()
    _human_again(person)
    assert _how_often(_human_again, person) < 5


@pytest.mark.parametrize("what", [_reserved, _human, _outcome, _act, _circumstance])
def test_what_something_else_depends_on_waits_for_the_disk(
    what: Callable[[Person], object],
) -> None:
    assert _how_often(what, Person()) >= 4


def test_waiting_is_the_rule_of_the_connection_and_not_waiting_the_exception() -> None:
    _plain(Person())
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"
