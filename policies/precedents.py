"""
Decides a case as one just like it was decided, so that the engine is asked once for both.

`alike.py` says which cases are. What the answer tells of a person's own moments (until when it
holds, on which day they allowed it) is worked out for each. A test asks the engine and precedents
the same, and compares every byte.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
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
from policies.identifiers import fresh
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

_OPENING = (b'{"decision":false,"context":', b'{"decision":true,"context":')

Words = dict[date | None, Worded]


@dataclass(frozen=True, slots=True)
class Rests:
    """On which of the person's moments a permit rests, for how many months, and where they are."""

    on: int
    months: int
    zone: ZoneInfo

    def before(self, since: datetime, end: datetime) -> datetime:
        """Return when the consent of `since` ends, or `end` where that comes first."""
        if since + self.months * SHORTEST_MONTH >= end:
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
    effect: bytes
    purpose: bytes
    form: Form
    told: Blanks
    """The answer of `form` with what is around it."""
    is_shared: bool
    words: Words
    """The form by the day on which the person allowed it."""


_minute = -1
_cases: dict[Case, Precedent | Literal["once", "never"]] = {}
_sentences: dict[bytes, Words] = {}


def told(read: Reading, number: int, policy: Policy) -> Told | None:
    """Return what a precedent gives for the question of this number; None when there is none."""
    row = read.rows[number]
    standing = alike.standing(row.standing)
    case = alike.case_of(read, number, standing, policy) if standing else None
    if case is None or standing is None:
        return None
    cases = _of_this_minute(read.at)
    found = cases.get(case)
    if found is None:
        cases[case] = "once"  # most probably the only one: not worth more
        return None
    if found == "once":
        found = cases[case] = _learnt(read, number, standing, policy) or "never"
    return None if isinstance(found, str) else _applied(found, read, row, standing)


def forget() -> None:
    """Decide every case anew."""
    _cases.clear()
    _sentences.clear()


def _of_this_minute(at: datetime) -> dict[Case, Precedent | Literal["once", "never"]]:
    global _minute, _cases
    minute = int(at.timestamp()) // 60
    if minute != _minute or len(_cases) >= _MOST:
        _minute, _cases = minute, {}
        if sum(map(len, _sentences.values())) >= _MOST_SENTENCES:
            _sentences.clear()
    return _cases


def _learnt(read: Reading, number: int, standing: Standing, policy: Policy) -> Precedent | None:
    """Return the case decided by the engine; None when it does not fit another one."""
    named, facts = read.asked[number], read.facts_of(number)
    decision, matter, base = engine.considered(named.question, facts, policy)
    rests = _rests(matter, base, standing) if matter and base and base.since else None
    lost = base is not None and base.since is not None and rests is None
    uneven = matter is not None and not all(map(_begins_a_minute, _hours(matter)))
    if lost or uneven or decision.effect is Effect.NEEDS_HUMAN:
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


def _begins_a_minute(hour: time) -> bool:
    return not (hour.second or hour.microsecond)


def _rests(matter: Matter, base: Ground, standing: Standing) -> Rests | None:
    """Return on which moment the ground rests; None when that cannot be told for certain."""
    terms = alike.terms(matter.policy, matter.purpose.key)
    places = [n for n, moment in enumerate(standing.moments) if moment == base.since]
    months = [term for term in terms if base.since and months_later(base.since, term) == base.until]
    if len(places) != 1 or len(months) != 1:
        return None
    return Rests(places[0], months[0], matter.zones[0])


def _applied(found: Precedent, read: Reading, row: Found, standing: Standing) -> Told:
    """Fill in what is this case's own."""
    at, form, (raw_id, id) = read.at, found.form, fresh(read.at)
    end, day = at + found.lasts, None
    if found.ends is not None and found.ends < end:
        end = found.ends
    if (rests := found.rests) is not None:
        since = standing.moments[rests.on]
        end, day = rests.before(since, end), since.astimezone(rests.zone).date()
    worded = found.words.get(day) or _worded(found, day)
    until = _told_moment(max(at, end))
    told = found.told.filled(id.encode(), until, worded.words)
    own = [raw_id, binary.moment(at), row.subject_key, found.effect]
    facts = records.own_facts(found.purpose, read, row)
    if found.is_shared:
        return Told(found.permitted, records.of_form(worded, own, until, facts), told, worded)
    answer = told[len(_OPENING[found.permitted]) : -1]
    return Told(found.permitted, records.in_full(form, own, at, answer, facts), told)


@functools.lru_cache(maxsize=64)  # most answers of a batch hold until the same moment
def _told_moment(moment: datetime) -> bytes:
    return moment.isoformat().encode()


def _worded(found: Precedent, day: date | None) -> Worded:
    """Return the form with the day on which the person allowed it."""
    one = replace(found.judged, decision=replace(found.judged.decision, granted_on=day))
    words = encoded(telling.reason_user(one, found.policy))
    worded = found.words[day] = forms.worded(found.form, words)
    return worded
