"""A precedent gives what the engine would have given, to the byte, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from consent import catalogue, compact
from consent.act import Act, Actor, Kind
from consent.state import Layer, Served, Standing, fold
from policies import alike, binary, cases, precedents, publishing, records, telling
from policies.casework import facts_of_case, question_of_case
from policies.codes import Effect
from policies.facts import KNOWN, Facts, PersonFacts
from policies.judging import judge
from policies.months import months_later
from policies.policy import Policy
from policies.question import Question
from policies.reading import Found, Named, Reading
from policies.shared import Shared
from policies.telling import Told
from tests.policies.test_properties import acts, questions

POLICY = publishing.read_alone(publishing.BASELINE, catalogue.load())
CASES = cases.load(Path(__file__).parent / "cases")
NOW = datetime(2026, 11, 24, 12, 0, 20, 5, tzinfo=UTC)
AI = "content.generated"
PEOPLE = (
    {"life": "active", "country": "ES"},
    {"life": "active", "country": "ES", "age_class": 16, "age_changes_on": "2026-11-24"},
    {"life": "active", "country": "BR", "region": "BR-AC"},
    {"life": "active", "country": "BR", "paused_until": "2026-11-24"},
    {"life": "active", "country": "MX", "locale": "es", "age_class": 18},
    {"life": "active", "country": "MX", "restricted": True},
    {"life": "blocked", "country": "ES"},
    {"life": "active", "country": "US"},
    {"life": "active", "country": "FR", "time_zone": "Europe/Madrid", "erased": True},
    {"life": "active", "country": "ES", "removed_guesses": ["churn"]},
    None,
)


def a_row(
    key: int, person: Any, own: Standing | None, also: Standing | None = None, **more: Any
) -> Found:
    """Return what the database would have read."""
    empty: dict[str, Any] = dict.fromkeys(Found.__struct_fields__)
    known = None if person is None else msgspec.json.encode(person)
    return Found(
        **empty
        | {
            "subject_key": binary.bigint(key) if known else None,
            "person": known,
            "standing": own and msgspec.json.encode(compact.to_json(own)),
            "also": also and msgspec.json.encode(compact.to_json(also)),
        }
        | more
    )


def a_reading(question: Question, rows: Sequence[Found], at: datetime, common: Shared) -> Reading:
    named = Named(question.at(at), b"digest", None, shape="this question")
    return Reading((named,) * len(rows), tuple(rows), common, AI, "shop", at)


def compared(read: Reading, policy: Policy = POLICY) -> int:
    """Compare what precedents give for each row with what the engine does; returns how many."""
    given = 0
    told = precedents.told(read, policy)
    for number, (named, found) in enumerate(zip(read.asked, told, strict=True)):
        facts = read.facts_of(number)
        one = judge(named, facts, policy)
        if found is None:
            continue
        assert one.decision.effect is not Effect.NEEDS_HUMAN
        given += 1
        whole = in_full(found, at=read.at)
        assert _comparable(whole) == _comparable(telling.told(one, policy))
        kept = records.facts_from(msgspec.json.decode(whole.row[-1] or b""))
        assert _essential(kept, read) == _essential(facts, read)
    return given


def in_full(told: Told, *, at: datetime) -> Told:
    """Return what was decided with its form filled in, as the view of the database does."""
    if told.form is None:
        return told
    id, moment, key, effect, _, until, own = (value or b"" for value in told.row)
    _, _, *columns, question, answer, facts = told.form.values
    asked = (question or b"").replace(b"\x03", records.json_moment(at))
    said = (answer or b"").replace(b"\x01", str(UUID(bytes=id)).encode())
    opening = b'{"v":2,"at":"%s",' % records.json_moment(at)
    known = b'%s"subject_key":%d,%s%s' % (opening, binary.number(key) or 0, own, facts)
    row = [id, moment, key or None, effect, None, None, None, *columns, asked]
    return Told(told.permitted, [*row, said.replace(b"\x02", until), known], told.answer)


def _comparable(told: Told) -> tuple[bool, list[bytes | None], bytes]:
    own = re.compile(rb"dec_[0-9a-f-]{36}")
    row = [own.sub(b"dec_", part) if part else part for part in told.row[1:-1]]
    return told.permitted, row, own.sub(b"dec_", told.answer)


def _essential(facts: Facts, read: Reading) -> Facts:
    """Standings that say nothing are not kept; that of another purpose may be left out."""
    said = {name: s for name, s in facts.standings.items() if s != Standing()}
    return replace(facts, standings=said)


QUARTER = timedelta(minutes=15)
moments = st.timedeltas(timedelta(), QUARTER - timedelta(microseconds=1)).map(
    lambda passed: NOW.replace(minute=0, second=0, microsecond=0) + passed
)
near = st.sampled_from((timedelta(), timedelta(microseconds=1), -timedelta(microseconds=1))) | (
    st.timedeltas(-timedelta(days=5), timedelta(days=5))
)


@st.composite
def of_alike(draw: st.DrawFn, purpose: str) -> list[Standing]:
    """Return what stands for people who did the same, each at moments of their own."""
    pattern = draw(acts(purpose))
    return [_moved(draw, pattern) for _ in range(5)]


def _moved(draw: st.DrawFn, pattern: list[Act]) -> Standing:
    """Let the same acts be done at other times in the same order, near the end of a term."""
    months = draw(st.sampled_from((0, 6, 12, 24, 36)))
    around = months_later(NOW, -months) + draw(near) - timedelta(minutes=len(pattern))
    return fold(
        structs.replace(
            act, acted_at=min(around + timedelta(minutes=n), NOW - timedelta(minutes=1))
        )
        for n, act in enumerate(sorted(pattern, key=lambda act: act.acted_at))
    )


@settings(max_examples=150, deadline=None)
@given(st.data(), questions, moments, st.sampled_from(PEOPLE), st.booleans())
def test_people_who_are_alike_get_what_the_engine_gives(
    data: st.DataObject, question: Question, at: datetime, person: Any, ai_generated: bool
) -> None:
    properties = replace(question.properties, ai_generated=ai_generated)
    question = replace(question, properties=properties)
    own = data.draw(of_alike(question.purpose))
    is_ai = question.purpose == AI  # then it is not read a second time
    also = [None] * len(own) if is_ai else data.draw(of_alike(AI))
    rows = [a_row(n, person, *pair) for n, pair in enumerate(zip(own, also, strict=True))]
    precedents.forget()
    compared(a_reading(question, rows * 2, at, Shared(version="v")))


def test_the_cases_are_decided_by_precedent_as_by_the_engine() -> None:
    given = 0
    for case in CASES:
        question, facts = question_of_case(case, facts_of_case(case))
        if facts.review or facts.spends or facts.circumstances or question.reserve:
            continue
        precedents.forget()
        read = a_reading(question, [_row_of(facts, question)] * 3, case.at, _shared_of(facts))
        given += compared(replace(read, caller=facts.caller))
    assert given > 300


def test_circumstances_reservations_and_reviews_have_no_precedent() -> None:
    question = Question("recommend", "purpose", "personalisation.recommendations", NOW)
    for name, text in (("circumstances", b"{}"), ("spends", b"[]"), ("review", b"{}")):
        precedents.forget()
        row = structs.replace(a_row(1, PEOPLE[0], None), **{name: text})
        read = a_reading(question, [row] * 3, NOW, Shared(version="v"))
        assert precedents.told(read, POLICY) == [None] * 3


def test_what_a_human_must_decide_has_no_precedent() -> None:
    case = next(case for case in CASES if case.expect.effect == "needs_human")
    question, facts = question_of_case(case, facts_of_case(case))
    rows = [_row_of(facts, question)] * 4
    precedents.forget()
    assert compared(a_reading(question, rows, case.at, _shared_of(facts))) == 0


def followed(moments: Sequence[datetime], policy: Policy = POLICY) -> list[bool]:
    """Return at which of the moments somebody is decided by precedent."""
    question = Question("recommend", "purpose", "personalisation.recommendations", NOW)
    row = a_row(1, PEOPLE[0], None)
    readings = [a_reading(question, [row], at, Shared(version="v")) for at in moments]
    precedents.forget()
    return [precedents.told(read, policy) != [None] for read in readings]


def with_quiet_hours_from(start: time) -> Policy:
    quiet = structs.replace(POLICY.bundle.quiet_hours, start=start)
    return replace(POLICY, bundle=structs.replace(POLICY.bundle, quiet_hours=quiet))


def test_a_precedent_ends_with_its_quarter_of_an_hour() -> None:
    last, next_one = NOW.replace(minute=14, second=59), NOW.replace(minute=15, second=0)
    assert followed((NOW, NOW, last, next_one, next_one)) == [False, True, True, False, True]


def test_a_precedent_that_ends_with_its_minute_is_learnt_anew_in_the_next() -> None:
    policy, later = with_quiet_hours_from(time(21, 10)), NOW + timedelta(minutes=1)
    moments = (NOW, NOW, NOW.replace(second=59), later, later)
    assert followed(moments, policy) == [False, True, True, True, True]  # learnt anew at once


def codes_before_and_after(change: datetime, policy: Policy, person: Any) -> list[set[str]]:
    """Let precedents follow the engine around `change`; return what it found on either side."""
    message = Question("send_message", "purpose", "marketing.messages", NOW, channel="push")
    precedents.forget()
    found = []
    for at in (change - timedelta(seconds=1), change):
        read = a_reading(message, [a_row(1, person, None)] * 3, at, Shared(version="v"))
        assert compared(read, policy) >= 2
        findings = judge(read.asked[0], read.facts_of(0), policy).decision.findings
        found.append({finding.code for finding in findings})
    return found


def test_an_hour_that_begins_within_a_quarter_is_kept_to_the_second() -> None:
    nine_ten, late = datetime(2026, 11, 24, 20, 10, tzinfo=UTC), with_quiet_hours_from(time(21, 10))
    before, after = codes_before_and_after(nine_ten, late, PEOPLE[0])  # in Madrid
    assert after - before == {"quiet_hours"}


def test_hours_that_begin_within_a_minute_leave_every_case_to_the_engine() -> None:
    assert followed((NOW,) * 3, with_quiet_hours_from(time(21, 0, 30))) == [False] * 3


def test_a_clock_that_is_changed_within_a_quarter_is_followed_to_the_second() -> None:
    """In Newfoundland clocks went from one past midnight to one past eleven until 2010."""
    changed = datetime(2010, 11, 7, 2, 31, tzinfo=UTC)
    person = {"life": "active", "country": "US", "time_zone": "America/St_Johns"}
    before, after = codes_before_and_after(changed, with_quiet_hours_from(time(0)), person)
    assert before - after == {"quiet_hours"}


def test_all_that_a_standing_holds_makes_a_case() -> None:
    """A new member of the written form must be looked at here, or cases would seem alike."""
    layer = Layer(
        kind=Kind.GRANTED,
        acted_at=NOW,
        sequence=1,
        notice_version="1.0",
        channels=frozenset({"email"}),
        categories=frozenset({"user.name"}),
        explicit=True,
        actor=Actor.GUARDIAN,
        pending_channels=frozenset({"email"}),
    )
    form = compact.to_json(Standing((layer,), Served("1.0", NOW), {"*": "weekly"}))
    assert set(form) == set(alike.Standing.__struct_fields__)
    assert set(form["layers"][0]) == set(alike.Layer.__struct_fields__)


def test_all_that_is_read_is_part_of_a_case_or_set_aside() -> None:
    """A new column of the statement must be looked at in `alike.case_of`."""
    part = {"person", "standing", "also", "excluded", "dead", "version"}
    unlike = {"circumstances", "spends", "review"}
    no_fact = {"n", "subject_key", "content", "key"}
    assert set(Found.__struct_fields__) == part | unlike | no_fact


def _row_of(facts: Facts, question: Question) -> Found:
    person = facts.person
    known = None if person is None or facts.subject != KNOWN else _document(person)
    return a_row(
        1,
        known,
        facts.standings.get(question.purpose),
        facts.standings.get(AI) if question.purpose != AI else None,
        excluded=b"\x01" if facts.on_exclusion_list else None,
        dead=b"\x01" if facts.subject == "erased" else None,
    )


def _document(person: PersonFacts) -> dict[str, Any]:
    members = msgspec.to_builtins(person)
    hours = compact.hours_to_json(person.contact_hours)
    own = {"subject_key", "contact_hours", "removed_guesses"}
    silent = ("", None)
    said = {k: v for k, v in members.items() if k not in own and v not in silent}
    return {**said, "contact_hours": hours, "removed_guesses": sorted(person.removed_guesses)}


def _shared_of(facts: Facts) -> Shared:
    return Shared(
        version="of the case",
        suspensions=facts.suspensions,
        assessed=facts.assessed,
        recipients={facts.recipient.id: facts.recipient} if facts.recipient else {},
    )
