"""Turns a decision case into the question and the facts that the engine reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from consent.act import Act, Actor, Kind, Window
from consent.state import Standing, fold
from policies.engine import request_hash
from policies.facts import (
    KNOWN,
    Circumstance,
    Facts,
    PersonFacts,
    RecipientFacts,
    ReviewFacts,
    Suspension,
)
from policies.question import DataItem, NamedRecipient, Properties, Question

if TYPE_CHECKING:
    from policies.cases import Case

_REVIEW_ID = "rev_case"
_OTHER_REQUEST = "another request"
_REGISTER = (
    ("alameda-seguros", "FR", "standard_clauses", date(2030, 12, 31)),
    ("northwind-ads", "US", None, None),
    ("data-bazaar", "VN", None, None),
)
_ASSESSED_UNTIL = date(2030, 12, 31)
_HIGH_RISK = ("finance.offers", "conversation.analysis", "advice.health", "experience.immersive")


def question_of_case(case: Case, facts: Facts) -> tuple[Question, Facts]:
    """Return the question of a case, and its facts with the review that it presents."""
    asked = case.request
    question = Question(
        action=asked.action,
        resource_type=asked.resource_type,
        purpose=asked.purpose,
        planned_at=asked.planned_at or case.at,
        properties=Properties(**asked.properties),
        channel=asked.channel,
        data=tuple(DataItem(**item) for item in asked.data),
        recipient=NamedRecipient(**asked.recipient) if asked.recipient else None,
        region=asked.region,
        gpc=asked.gpc,
        reserve=asked.reserve,
        review=_REVIEW_ID if asked.review else None,
        supported_obligations=asked.supported_obligations,
    )
    return question, replace(facts, review=_review(case, question, facts))


def facts_of_case(case: Case) -> Facts:
    """Return what is known in a case, the review left out."""
    return Facts(
        at=case.at,
        subject=case.world.subject,
        person=_person(case) if case.world.subject == KNOWN else None,
        standings=_standings(case),
        circumstances=dict(_circumstance(line, case.at) for line in case.person.circumstances),
        spends=case.person.spends,
        on_exclusion_list=case.person.excluded,
        recipient=_recipient(case),
        assessed=dict.fromkeys(_HIGH_RISK, _ASSESSED_UNTIL) if case.world.assessments else {},
        suspensions=tuple(Suspension(*line.split(" ", 1)) for line in case.world.suspensions),
        caller=case.world.caller,
    )


def _person(case: Case) -> PersonFacts:
    someone = case.person
    return PersonFacts(
        subject_key=1,
        life=someone.life,
        country=someone.country,
        region=someone.region,
        locale="en",
        time_zone=someone.time_zone,
        age_class=someone.age,
        restricted=someone.restricted,
        blocked=someone.life == "blocked",
        paused_until=someone.paused_until,
        contact_hours={
            channel: tuple(_window(line) for line in lines)
            for channel, lines in someone.hours.items()
        },
        removed_guesses=someone.removed_guesses,
    )


def _standings(case: Case) -> dict[str, Standing]:
    lines = case.person.acts
    acts = [_act(line, n, len(lines), case.at) for n, line in enumerate(lines, 1)]
    named = {act.purpose for act in acts}
    return {purpose: fold(_with_confirmed(acts, purpose)) for purpose in sorted(named)}


def _with_confirmed(acts: list[Act], purpose: str) -> list[Act]:
    mine = [act for act in acts if act.purpose == purpose]
    grants = [act.sequence for act in mine if act.kind is Kind.GRANTED]
    return [
        structs.replace(act, confirms=max(s for s in grants if s < act.sequence))
        if act.kind is Kind.CONFIRMED
        else act
        for act in mine
    ]


def _act(line: str, number: int, count: int, at: datetime) -> Act:
    word, purpose, *rest = line.split()
    options = dict(part.split("=", 1) for part in rest if "=" in part)
    flags = {part for part in rest if "=" not in part}
    days = int(options.get("days_ago", count - number + 1))
    return Act(
        kind=Kind.NOTICE_SERVED if word == "served" else Kind(word),
        sequence=number,
        acted_at=at - timedelta(days=days),
        purpose=purpose,
        notice_version=options.get("version", "1.0"),
        channels=_set(options.get("channels")),
        categories=_set(options.get("categories")),
        frequency=options.get("frequency"),
        explicit="explicit" in flags,
        actor=Actor(options.get("actor", "subject")),
        email_proved="proved" in flags,
    )


def _set(listed: str | None) -> frozenset[str] | None:
    return frozenset(listed.split(",")) if listed else None


def _circumstance(line: str, at: datetime) -> tuple[str, Circumstance]:
    kind, *rest = line.split()
    options = dict(part.split("=", 1) for part in rest)
    since = at - timedelta(days=int(options.get("days_ago", 1)))
    until = (
        at - timedelta(days=int(options["ended_days_ago"])) if "ended_days_ago" in options else None
    )
    return kind, Circumstance(since, until)


def _window(line: str) -> Window:
    days, hours = line.split()
    first, _, last = days.partition("-")
    opens, closes = (time.fromisoformat(clock) for clock in hours.split("-"))
    return Window(frozenset(range(int(first), int(last or first) + 1)), opens, closes)


def _recipient(case: Case) -> RecipientFacts | None:
    asked = (case.request.recipient or {}).get("id")
    for key, country, safeguard, until in _REGISTER:
        if key == asked:
            purposes = frozenset({"sharing.partners"})
            return RecipientFacts(key, country, "controller", safeguard, until, False, purposes)
    return None


def _review(case: Case, question: Question, facts: Facts) -> ReviewFacts | None:
    state = case.request.review
    if state is None:
        return None
    hours = -1 if state == "expired" else 1
    bound = _OTHER_REQUEST if state == "other_request" else request_hash(question, facts)
    return ReviewFacts(
        id=_REVIEW_ID,
        status="approved",
        request_hash=bound,
        expires_at=case.at + timedelta(hours=hours),
        used=state == "used",
    )
