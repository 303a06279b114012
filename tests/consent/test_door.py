"""Acts that wait at the same moment are recorded as one group, and nobody can tell."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import replies
from audit.models import AuditEntry, IdempotentReply
from audit.operations import issue_key
from consent import (
    additions,
    answers,
    door,
    forms,
    keeping,
    ledger,
    operations,
    queries,
    verification,
    writing,
)
from consent.act import NewAct
from consent.door import Asked, Retry, Unsure
from consent.intake import drafted
from consent.models import Confirmation, ConsentEvent, SubjectState
from pseudonymize import operations as subjects
from pseudonymize.operations import Registered
from tests.builders import AT, a_subject
from tests.doors import ended_one_that_waits, statements

GRANT: dict[str, Any] = {
    "purpose": "marketing.offers",
    "decision": "granted",
    "method": "web_form",
    "actor": "subject",
    "notice": {"version": "1.0", "locale": "es"},
}
Answer = bytes | Unsure | None


class Shop:
    """Somebody with a key, who asks for many people at once."""

    def __init__(self) -> None:
        key = issue_key("shop", scopes=[door.SCOPE], actor="system", at=AT)
        self.kid, self.key = key.kid, f"Bearer {key.text}"

    def ask(self, *asked: Asked) -> list[Answer]:
        return door.record_all(asked, authorization=self.key, at=AT)


def asked(person: Registered, act: Any = GRANT, *, key: str | None = None) -> Asked:
    retry = Retry(key, b"all it says") if key else None
    return Asked(json.dumps(act).encode(), person.id, retry)


def answered(told: list[Answer]) -> list[bool]:
    return [isinstance(answer, bytes) for answer in told]


_ACTS = st.fixed_dictionaries(
    {
        "purpose": st.sampled_from(["marketing.offers", "marketing.messages"]),
        "decision": st.sampled_from(["granted", "refused", "withdrawn", "objected"]),
        "channels": st.sampled_from([["web"], ["email"], ["push", "email"]]),
        "frequency": st.sampled_from([None, "weekly"]),
        "evidence": st.sampled_from([None, {"form": 7}, {"double_opt_in_at": AT.isoformat()}]),
        "acted_at": st.sampled_from([None, "2026-10-30T10:00:00Z", "2026-11-01T10:00:00+01:00"]),
        "explicit": st.booleans(),
    }
)
_GROUPS = st.lists(st.lists(st.none() | _ACTS, min_size=3, max_size=3), min_size=1, max_size=4)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_GROUPS)
def test_a_group_comes_to_the_same_as_its_acts_one_by_one(
    groups: list[list[dict[str, Any] | None]],
) -> None:
    shop = Shop()
    ours, theirs = ([a_subject() for _ in range(3)] for _ in range(2))
    for acts in groups:
        told = [GRANT | act if act else None for act in acts]
        group = [asked(who, act) for who, act in zip(ours, told, strict=True) if act]
        receipts = iter(shop.ask(*group) if group else ())
        for who, act in zip(theirs, told, strict=True):
            if act:
                event = operations.record_act(
                    who.subject_key, read(act), caller=caller(shop), at=AT
                )
                assert proved(next(receipts)) == proved(answers.receipt(event))
    for one, other in zip(ours, theirs, strict=True):
        assert left_behind(one.subject_key) == left_behind(other.subject_key)
        assert verification.breaks(one.subject_key) == []
        acts_of_one = map(queries.act_of, queries.history(one.subject_key))
        assert queries.permission(one.subject_key) == queries.folded(acts_of_one)


def caller(shop: Shop) -> str:
    return f"key:{shop.kid}"


def read(act: Any) -> NewAct:
    return forms.act(json.dumps(act).encode())


def proved(receipt: Answer) -> dict[str, Any]:
    """Return what a receipt says, but its number and signature."""
    assert isinstance(receipt, bytes)
    return {k: v for k, v in json.loads(receipt).items() if k not in ("id", "proof")}


def left_behind(key: int) -> list[Any]:
    """Return what every table says of a person, but whose it is, numbers, salts and links."""
    own = {"id", "subject_id", "previous", "digest", "evidence_digest"}
    events = list(queries.history(key))
    states = SubjectState.objects.filter(pk=key).values()
    trail = AuditEntry.objects.filter(subject_key=key, action__startswith="consent.")
    return [
        [
            {k: v for k, v in vars(event).items() if k[0] != "_" and k not in own}
            for event in events
        ],
        [(ledger.evidence_of(event) or b"")[16:] for event in events],
        queries.permission(key),
        [{name: value for name, value in row.items() if name not in own} for row in states],
        [(row.action, row.actor, row.at, row.details["sequence"]) for row in trail.order_by("pk")],
        list(
            Confirmation.objects.filter(event__subject_id=key)
            .order_by("event__sequence")
            .values_list("event__sequence", "created_at", "due_at", "attempts", "sent_at")
        ),
    ]


@pytest.mark.django_db
def test_a_group_costs_one_reading_and_one_writing() -> None:
    shop, people = Shop(), [a_subject() for _ in range(5)]
    act = GRANT | {"evidence": {"form": 1}}
    shop.ask(*(asked(person, act, key="first") for person in people[:1]))  # prepares, notes the use
    with statements() as sent:
        told = shop.ask(*(asked(who, act, key=f"once {who.id}") for who in people))
    assert (len(sent), answered(told)) == (2, [True] * 5), sent
    assert IdempotentReply.objects.count() == 6
    kept = IdempotentReply.objects.exclude(idempotency_key="first")
    assert {bytes(reply.body) for reply in kept} == set(told)
    assert [found.complaints for found in verification.verified()] == [()] * 5


@pytest.mark.django_db
def test_what_is_not_as_usual_is_left_out_and_the_others_are_recorded() -> None:
    shop, people = Shop(), [a_subject() for _ in range(8)]
    subjects.block(people[1].subject_key, None, timezone.now())
    subjects.shred(people[2].subject_key, timezone.now())
    group = [
        asked(people[0]),
        asked(people[1]),
        asked(people[2]),
        Asked(b'{"purpose": "marketing', people[3].id),
        asked(people[4], GRANT | {"purpose": "no.such"}),
        asked(people[5], GRANT | {"acted_at": "2090-10-01T10:00:00Z"}),
        Asked(json.dumps(GRANT).encode(), f"sub_{'a' * 26}"),
        asked(people[6]),
        asked(people[0], GRANT | {"decision": "refused"}),
        asked(people[7]),
    ]
    assert answered(shop.ask(*group)) == [True, *[False] * 6, True, False, True]
    recorded = ConsentEvent.objects.filter(kind="granted").values_list("subject_id", flat=True)
    assert set(recorded) == {people[number].subject_key for number in (0, 6, 7)}
    assert ConsentEvent.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("authorization", ["", "Basic x", f"Bearer vk_{'a' * 16}.{'b' * 32}"])
def test_without_a_key_that_may_nothing_is_recorded(authorization: str) -> None:
    with pytest.raises(door.Refused):
        door.record_all([asked(a_subject())], authorization=authorization, at=AT)
    reader = issue_key("reader", scopes=["consents:read"], actor="system", at=AT).text
    with pytest.raises(door.Refused):
        door.record_all([asked(a_subject())], authorization=f"Bearer {reader}", at=AT)
    assert not ConsentEvent.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_whoever_came_to_another_life_since_the_reading_is_not_written() -> None:
    people, offer = [a_subject() for _ in range(4)], queries.offer()
    read_before = []
    for person in people:
        key = person.subject_key
        draft = drafted(read(GRANT), key, caller="key:shop", at=AT, offer=offer)
        kept = keeping.kept(key, [draft.row["purpose"]])
        read_before.append(additions.add(kept, [draft]))
    subjects.block(people[1].subject_key, None, timezone.now())
    subjects.shred(people[2].subject_key, timezone.now())
    told = [
        writing.Reply(person.subject_key, "shop", person.id, b"all", b"{}", AT) for person in people
    ]
    others = {people[0].subject_key, people[3].subject_key}
    assert writing.write_first(read_before, told) == others
    recorded = ConsentEvent.objects.values_list("subject_id", flat=True)
    assert (set(recorded), len(recorded)) == (others, 2)
    assert set(SubjectState.objects.values_list("pk", flat=True)) == others
    kept_for = IdempotentReply.objects.values_list("idempotency_key", flat=True)
    assert set(kept_for) == {people[0].id, people[3].id}
    written = AuditEntry.objects.filter(action="consent.granted")
    assert set(written.values_list("subject_key", flat=True)) == others


@pytest.mark.usefixtures("committed_db")
def test_a_person_whom_somebody_else_holds_keeps_nobody_waiting() -> None:
    shop, people = Shop(), [a_subject() for _ in range(3)]
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        subjects.lock(people[1].subject_key)
        told = other.submit(_in_a_thread, shop, [asked(person) for person in people]).result(30)
    assert answered(told) == [True, False, True]
    assert ConsentEvent.objects.count() == 2


@pytest.mark.usefixtures("committed_db")
def test_an_answer_that_is_kept_already_spoils_no_others() -> None:
    shop, people = Shop(), [a_subject() for _ in range(5)]
    assert answered(shop.ask(asked(people[2], key="2"))) == [True]
    told = shop.ask(*(asked(who, key=str(number)) for number, who in enumerate(people)))
    assert answered(told) == [True, True, False, True, True]
    assert ConsentEvent.objects.count() == 5
    assert [found.complaints for found in verification.verified()] == [()] * 5


@pytest.mark.usefixtures("committed_db")
def test_when_the_database_goes_away_nobody_knows_of_any_of_the_group() -> None:
    shop, people = Shop(), [a_subject() for _ in range(3)]
    group = [asked(who, key=str(number)) for number, who in enumerate(people)]
    odd = Asked(b"{}", a_subject().id)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        replies.claim(shop.kid, "1", fingerprint=b"", at=AT)  # the group waits for our end
        waiting = other.submit(_in_a_thread, shop, [*group, odd])
        assert any(ended_one_that_waits() for _ in range(200))
        told = waiting.result(30)
    assert told == [Unsure.UNSURE] * 3 + [None]
    assert not ConsentEvent.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_a_deadlock_is_ended_without_a_doubt_about_anybody() -> None:
    shop, people = Shop(), [a_subject() for _ in range(3)]
    group = [asked(who, key=str(number)) for number, who in enumerate(people)]
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        replies.claim(shop.kid, "1", fingerprint=b"", at=AT)  # the group holds all and waits for us
        waiting = other.submit(_in_a_thread, shop, group)
        time.sleep(0.4)
        subjects.lock(people[1].subject_key)  # and we for the group
        told = waiting.result(30)
    assert answered(told) == [True, False, True]
    assert ConsentEvent.objects.count() == 2


def _in_a_thread(shop: Shop, group: list[Asked]) -> list[Answer]:
    try:
        return shop.ask(*group)
    finally:
        connection.close()
