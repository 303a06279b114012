"""
Decides a case as one just like it was decided, so that the engine is asked once for both.

`alike.py` says which cases are. What the answer tells of a person's own moments (until when it
holds, on which day they allowed it) is worked out for each. A test asks the engine and precedents
the same, and compares every byte.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from policies import alike, binary, engine, forms, records, telling
from policies.alike import SHORTEST_MONTH, Case, Standing
from policies.blanks import Blanks
from policies.codes import Effect
from policies.explanations import has_words_for
from policies.facts import Facts
from policies.forms import Form, Worded
from policies.identifiers import Id, fresh
from policies.judging import Judged
from policies.matter import Matter
from policies.months import months_later
from policies.policy import Policy
from policies.question import DataItem, Question
from policies.reading import Found, Reading
from policies.rules.ground import Ground
from policies.telling import Told, encoded
from policies.validity import fixed_end

_MOST = 20_000
_MOST_SENTENCES = 20_000
_ID = uuid4()
_ROOM_FOR_ID = str(_ID).encode()
_UNTIL, _WORDS = str(uuid4()), str(uuid4())
_BLANKS = (_ROOM_FOR_ID, _UNTIL.encode(), encoded(_WORDS))
_QUARTER, _MINUTE = timedelta(minutes=15), timedelta(minutes=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_OPENING = (b'{"decision":false,"context":', b'{"decision":true,"context":')

Words = dict[date | None, Worded]


@dataclass(frozen=True, slots=True)
class Rests:
    """On which of the person's moments a permit rests, for how many months, and where they are."""

    on: int
    months: int
    least: timedelta
    zone: ZoneInfo

    def before(self, since: datetime, end: datetime) -> datetime:
        """Return when the consent of `since` ends, or `end` where that comes first."""
        if since + self.least >= end:
            return end  # without a look at the calendar
        return min(end, months_later(since, self.months))


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decided case, written down with room for what is another one's own."""

    judged: Judged
    permitted: bool
    policy: Policy
    rests: Rests | None
    lasts: timedelta
    ends: datetime | None
    holds_until: datetime
    """Until then every rule sees the same moment."""
    effect: bytes
    purpose: bytes
    form: Form
    told: Blanks
    """The answer of `form` with what is around it."""
    is_shared: bool
    words: Words
    """The form by the day on which the person allowed it."""


Cases = dict[Case, Precedent | Literal["once", "never"]]

_period = _BEGINNING
_cases: Cases = {}
_sentences: dict[bytes, Words] = {}


def told(read: Reading, policy: Policy) -> list[Told | None]:
    """Return what precedents give for each question, in order; None where there is none."""
    cases, ids = _of_this_quarter(read.at), fresh(read.at, len(read.rows))
    return [_followed(cases, read, number, policy, id) for number, id in enumerate(ids)]


def _followed(cases: Cases, read: Reading, number: int, policy: Policy, id: Id) -> Told | None:
    row = read.rows[number]
    standing = alike.standing(row.standing)
    case = alike.case_of(read, number, standing, policy) if standing else None
    if case is None or standing is None:
        return None
    found = cases.get(case)
    if found is None:
        cases[case] = "once"  # most probably the only one: not worth more
        return None
    if found == "never":
        return None
    if found == "once" or found.holds_until <= read.at:
        learnt = _learnt(read, number, standing, policy)
        cases[case] = learnt or "never"
        return _applied(learnt, read, row, standing, id) if learnt else None
    return _applied(found, read, row, standing, id)


def forget() -> None:
    """Decide every case anew."""
    _cases.clear()
    _sentences.clear()


def _of_this_quarter(at: datetime) -> Cases:
    """Return the cases of the quarter of an hour of `at`: none holds for longer."""
    global _period, _cases
    period = _begun(at, _QUARTER)
    if period != _period or len(_cases) >= _MOST:
        _period, _cases = period, {}
        if sum(map(len, _sentences.values())) >= _MOST_SENTENCES:
            _sentences.clear()
    return _cases


def _begun(at: datetime, period: timedelta) -> datetime:
    """Return when the period of `at` began; every period of a day is as long."""
    return at - (at - _BEGINNING) % period


def _learnt(read: Reading, number: int, standing: Standing, policy: Policy) -> Precedent | None:
    """Return the case decided by the engine; None when it does not fit another one."""
    named, facts = read.asked[number], read.facts_of(number)
    decision, matter, base = engine.considered(named.question, facts, policy)
    rests = _rests(matter, base, standing) if matter and base and base.since else None
    lost = base is not None and base.since is not None and rests is None
    holds_until = _holds_until(matter, read.at)
    if lost or holds_until is None or decision.effect is Effect.NEEDS_HUMAN:
        return None
    judged = Judged(_ID, named, facts, decision)
    context = telling.context_of(judged, policy)
    context["reason_user"] = context["reason_user"] and _WORDS
    context["valid_until"] = context["valid_until"] and _UNTIL
    form = records.form(telling.row_of(judged, context, policy), *_BLANKS)
    return Precedent(
        judged=judged,
        permitted=judged.permitted,
        policy=policy,
        rests=rests,
        lasts=timedelta(seconds=policy.bundle.answer_ttl_seconds),
        ends=fixed_end(matter) if matter else None,
        holds_until=holds_until,
        effect=binary.smallint(decision.effect),
        purpose=encoded(named.question.purpose),
        form=form,
        told=form.answer.within(_OPENING[judged.permitted], b"}"),
        is_shared=not _has_own_words(named.question, facts, policy),
        words=_sentences.setdefault(form.digest, {}),
    )


def _has_own_words(asked: Question, facts: Facts, policy: Policy) -> bool:
    """
    Return whether the caller wrote something that no register or catalogue of ours names.

    Nobody knows what stands there: it goes with the person it was said of.
    """
    properties = asked.properties
    is_known = asked.purpose in policy.purposes and asked.action in policy.bundle.actions
    is_stranger = asked.recipient is not None and facts.recipient is None
    said = properties.predicts or properties.place or asked.supported_obligations
    return not is_known or is_stranger or bool(said) or any(map(_is_of_their_own, asked.data))


def _is_of_their_own(item: DataItem) -> bool:
    return bool(item.detail or item.collected_for) or not has_words_for(item.category)


def _hours(matter: Matter) -> Iterator[time]:
    """Yield every hour that a rule compares the moment of a check with."""
    quiet = matter.policy.bundle.quiet_hours
    yield from (quiet.start, quiet.end)
    for law in matter.laws:
        for window in (window for hours in law.contact_hours for window in hours.windows):
            yield from (window.opens, window.closes)
    for windows in matter.person.contact_hours.values():
        for own in windows:
            yield from (own.opens, own.closes)


def _holds_until(matter: Matter | None, at: datetime) -> datetime | None:
    """Return until when every rule sees the moment `at`; None: not even to the minute's end."""
    for period in (_QUARTER, _MINUTE):
        begun = _begun(at, period)
        if matter is None or _is_even(matter, begun, period):
            return begun + period
    return None


def _is_even(matter: Matter, begun: datetime, period: timedelta) -> bool:
    """Return whether hours and time zones change at the ends of the period alone."""
    last = begun + period - timedelta(microseconds=1)
    offsets = {zone: begun.astimezone(zone).utcoffset() for zone in matter.zones}
    if any(last.astimezone(zone).utcoffset() != offset for zone, offset in offsets.items()):
        return False
    midnight = datetime.combine(date.min, time())
    hours = [datetime.combine(date.min, hour) - midnight for hour in _hours(matter)]
    return not any(length % period for length in (*hours, *offsets.values()) if length)


def _rests(matter: Matter, base: Ground, standing: Standing) -> Rests | None:
    """Return on which moment the ground rests; None when that cannot be told for certain."""
    terms = alike.terms(matter.policy, matter.purpose.key)
    places = [n for n, moment in enumerate(standing.moments) if moment == base.since]
    months = [term for term in terms if base.since and months_later(base.since, term) == base.until]
    if len(places) != 1 or len(months) != 1:
        return None
    return Rests(places[0], months[0], months[0] * SHORTEST_MONTH, matter.zones[0])


def _applied(found: Precedent, read: Reading, row: Found, standing: Standing, own_id: Id) -> Told:
    """Fill in what is this case's own."""
    at, (raw_id, id) = read.at, own_id
    end, day = at + found.lasts, None
    if found.ends is not None and found.ends < end:
        end = found.ends
    if (rests := found.rests) is not None:
        since = standing.moment(rests.on)
        end, day = rests.before(since, end), since.astimezone(rests.zone).date()
    worded = found.words.get(day) or _worded(found, day)
    until = _told_moment(end if end > at else at)
    told = found.told.filled(id.encode(), until, worded.words)
    own = (raw_id, binary.moment(at), row.subject_key, found.effect)
    facts = records.own_facts(found.purpose, read, row)
    if found.is_shared:
        return Told(found.permitted, [*own, worded.key, until, facts], told, worded)
    answer = told[len(_OPENING[found.permitted]) : -1]
    return Told(found.permitted, records.in_full(found.form, own, at, answer, facts), told)


@functools.lru_cache(maxsize=64)  # most answers of a batch hold until the same moment
def _told_moment(moment: datetime) -> bytes:
    return moment.isoformat().encode()


def _worded(found: Precedent, day: date | None) -> Worded:
    """Return the form with the day on which the person allowed it."""
    one = replace(found.judged, decision=replace(found.judged.decision, granted_on=day))
    words = encoded(telling.reason_user(one, found.policy))
    worded = found.words[day] = forms.worded(found.form, words)
    return worded
