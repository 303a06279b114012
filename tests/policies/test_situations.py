"""Who is in the same situation gets the same answer: a search equals asking one by one."""

import random
import uuid
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import catalogue
from consent.act import FREQUENCIES, Actor, Kind, Window
from consent.histories import Received, begin
from consent.intake import NewAct
from consent.models import Circumstance, CircumstanceKind, FrequencySpend
from policies import engine, queries, reading, registers, situations
from policies.codes import Effect
from policies.facts import Facts, PersonFacts
from policies.months import months_later
from policies.question import DataItem, Properties, Question
from policies.reading import Named
from pseudonymize import operations
from pseudonymize.arrivals import Arrival, register_new
from pseudonymize.queries import lookup_digest
from pseudonymize.registration import Guardian, Registration

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 2, 28, 11, 30, tzinfo=UTC)  # the end of a month: terms end in odd places
REGISTERED = [NOW - timedelta(days=1200), NOW - timedelta(days=10)]
PEOPLE = 400
PURPOSES = catalogue.load()
PLACES = [
    ("ES", "", ""),
    ("ES", "ES-MD", ""),
    ("ES", "", "Atlantic/Canary"),
    ("BR", "", ""),
    ("BR", "BR-SP", ""),
    *(("MX", "", ""),) * 5,
    ("CO", "", ""),
    ("FR", "", ""),
]
ASKED = [
    ("recommend", "personalisation.recommendations"),
    ("send_message", "marketing.messages"),
    ("show_offer", "marketing.offers"),
    ("send_message", "service.proactive"),
    ("send_message", "service.collections"),
    ("generate_content", "content.generated"),
    ("retain", "prediction.behaviour"),
]
NEEDS_NO_ACT = "service.proactive"
MARGINS = [timedelta(), timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)]
ITEM = DataItem("user.behavior.browsing_history", "observed")
questions = st.builds(
    lambda asked, **more: Question(asked[0], "purpose", asked[1], **more),
    st.sampled_from(ASKED),
    planned_at=st.sampled_from((NOW, NOW + timedelta(hours=10), NOW + timedelta(days=1))),
    properties=st.sampled_from(
        (
            *(Properties(),) * 4,
            Properties(sale=True),
            Properties(ai_generated=True),
            Properties(automated=True),
            Properties(predicts="churn"),
        )
    ),
    channel=st.sampled_from(("web", "push", "push", "email", None)),
    data=st.sampled_from(((), (ITEM,), (DataItem(ITEM.category, "observed", detail="churn"),))),
)


@pytest.fixture
def crowd() -> list[tuple[int, bytes]]:
    """Register people of every kind; return their keys and digests, in order."""
    dice = random.Random(7)
    told = [_registration(dice, n) for n in range(PEOPLE)]
    people = register_new([Arrival(r, dice.choice(REGISTERED)) for r in told])
    keys = [one.subject_key for one in people]
    begin({k: _past(dice, r) for k, r in zip(keys, told, strict=True)})
    Circumstance.objects.bulk_create(c for k in keys if _odd(dice) for c in _told(dice, k))
    FrequencySpend.objects.bulk_create(_spend(dice, key) for key in keys if _odd(dice))
    registers.load_exclusion_list(
        "robinson",
        channels=["push", "sms"],
        digests=[lookup_digest("email", f"p{n}@prueba.example") for n in range(0, PEOPLE, 9)],
        actor="t",
        at=NOW,
    )
    return [(one.subject_key, lookup_digest("public", one.id)) for one in people]


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=questions)
def test_everybody_in_one_situation_is_answered_alike(
    crowd: list[tuple[int, bytes]], question: Question
) -> None:
    seen = situations.examine(question, caller="t", at=NOW, after=0, most=PEOPLE + 1)
    assert list(seen.permitted) == _one_by_one(crowd, question)
    assert seen.last is None


def test_many_are_permitted_from_few_situations(crowd: list[tuple[int, bytes]]) -> None:
    """Otherwise the comparison above would say little."""
    found = {
        action: len(_one_by_one(crowd, Question(action, "purpose", purpose, NOW, channel=channel)))
        for (action, purpose), channel in zip(ASKED, ("web", "push", "web"), strict=False)
    }
    assert all(10 < number < PEOPLE - 10 for number in found.values()), found


def test_pages_of_people_join_without_a_gap(crowd: list[tuple[int, bytes]]) -> None:
    question = Question("show_offer", "purpose", "marketing.offers", NOW, channel="web")
    found, after = list[int](), 0
    while True:
        seen = situations.examine(question, caller="t", at=NOW, after=after, most=17)
        found += seen.permitted
        if seen.last is None:
            break
        after = seen.last
    assert found == _one_by_one(crowd, question)


def test_who_is_no_longer_active_is_left_out(crowd: list[tuple[int, bytes]]) -> None:
    question = Question("show_offer", "purpose", "marketing.offers", NOW, channel="web")
    whole = situations.examine(question, caller="t", at=NOW, after=0, most=PEOPLE + 1)
    operations.block(whole.permitted[0], None, NOW)
    rest = situations.examine(question, caller="t", at=NOW, after=0, most=PEOPLE + 1)
    assert rest.permitted == whole.permitted[1:]
    assert rest.count == whole.count - 1


@given(
    planned=st.integers(0, 3650 * 86400).map(lambda n: NOW - timedelta(seconds=n)),
    term=st.sampled_from((1, 6, 12, 24)),
    seconds=st.floats(-5 * 86400, 5 * 86400),
    apart=st.floats(0, 3 * 86400),
)
def test_between_two_cuts_every_act_expires_alike(
    planned: datetime, term: int, seconds: float, apart: float
) -> None:
    acted = months_later(planned, -term) + timedelta(seconds=seconds)
    later = acted + timedelta(seconds=apart)
    if not any(acted < cut <= later for cut in situations.cuts(planned, [term])):
        expired = [months_later(moment, term) <= planned for moment in (acted, later)]
        assert expired[0] == expired[1]


def test_every_fact_about_one_person_has_its_part_in_a_situation() -> None:
    """Who adds a fact adds a column to `situations`, and a line to the crowd above."""
    shared = {"at", "subject", "recipient", "assessed", "suspensions", "caller"}
    assert {f.name for f in fields(Facts)} - shared == {
        "person",
        "standings",
        "circumstances",
        "spends",
        "on_exclusion_list",
        "review",
    }
    told_only = {"subject_key", "life", "locale"}  # no rule asks; who is not active is left out
    assert {f.name for f in fields(PersonFacts)} - told_only == {
        "country",
        "region",
        "time_zone",
        "age_class",
        "restricted",
        "blocked",
        "erased",
        "paused_until",
        "contact_hours",
        "removed_guesses",
    }


def _one_by_one(crowd: list[tuple[int, bytes]], question: Question) -> list[int]:
    policy = queries.active_policy(at=NOW)
    named = [Named(question, digest, None) for _, digest in crowd]
    facts = reading.read(named, also=policy.bundle.ai_purpose, caller="t", at=NOW).facts
    effects = [engine.evaluate(question, known, policy).effect for known in facts]
    return [key for (key, _), e in zip(crowd, effects, strict=True) if e is Effect.PERMIT]


def _odd(dice: random.Random, chance: float = 0.15) -> bool:
    """In each respect most people are like the others, so that many are alike but for one thing."""
    return dice.random() < chance


def _registration(dice: random.Random, number: int) -> Registration:
    country, region, zone = dice.choice(PLACES) if _odd(dice, 0.3) else PLACES[0]
    birth = _birthday(dice) if _odd(dice, 0.25) else dice.choice((None, date(1980, 1, 1)))
    is_child = birth is not None and birth.year > 2005
    return Registration(
        (("external_id", f"S-{number}"), ("email", f"p{number}@prueba.example")),
        country,
        region=region,
        locale="es",
        time_zone=zone,
        birth_date=birth,
        guardian=Guardian("Rosa", f"rosa{number}@prueba.example") if is_child else None,
    )


def _birthday(dice: random.Random) -> date:
    """Return a day on which somebody comes of some age about now."""
    return date(2027 - dice.choice((13, 14, 16, 18)), dice.choice((1, 2, 3)), 15)


def _past(dice: random.Random, told: Registration) -> list[Received]:
    """A yes to everything, at one moment; but some are near the end of a term, or say no."""
    if told.country == "MX" and _odd(dice, 0.7):
        return [Received(_served(key), _moment(dice), "t") for _, key in ASKED]
    has_guardian = told.guardian is not None
    acts = [_act(dice, has_guardian, key) for _, key in ASKED if key != NEEDS_NO_ACT or _odd(dice)]
    while _odd(dice):
        acts.append(_act(dice, has_guardian, dice.choice(ASKED)[1]))
    if _odd(dice):
        acts.append(_about_the_person(dice))
    usual = NOW - timedelta(days=30)
    moments = sorted(_moment(dice) if _odd(dice, 0.1) else usual for _ in acts)
    return [Received(act, at, "t") for act, at in zip(acts, moments, strict=True)]


def _moment(dice: random.Random) -> datetime:
    term = dice.choice((12, 24, 24, 6))
    margin = dice.choice(MARGINS) * dice.choice((-1, 1))
    return months_later(NOW, -term) + margin + timedelta(days=dice.choice((0, 0, 1, 2, 3, 90)))


def _served(key: str) -> NewAct:
    """Silence after a notice, which Mexican law takes for a yes, for a time."""
    return NewAct(
        kind=Kind.NOTICE_SERVED, method="web_form", purpose=key, notice_version="1.0", locale="es"
    )


def _act(dice: random.Random, has_guardian: bool, key: str) -> NewAct:
    odd, purpose = _odd(dice, 0.1), PURPOSES[key]
    others = (Kind.GRANTED, Kind.GRANTED, Kind.WITHDRAWN, Kind.OBJECTED, Kind.NOTICE_SERVED)
    kind = dice.choice(others) if odd else Kind.GRANTED
    narrows = odd and kind is not Kind.NOTICE_SERVED
    every = ["push", "email", "sms"] if purpose.requires_channels else None
    return NewAct(
        kind=kind,
        method="web_form",
        purpose=key,
        notice_version="1.0",
        locale="es",
        actor=Actor.GUARDIAN if has_guardian and _odd(dice, 0.4) else Actor.SUBJECT,
        explicit=kind is Kind.GRANTED and (not odd or dice.random() < 0.5),
        channels=dice.choice((every, ["push"], ["push", "email"])) if narrows else every,
        data_categories=dice.choice((None, purpose.data_categories[:1])) if narrows else None,
        frequency=dice.choice(FREQUENCIES) if kind is Kind.GRANTED and _odd(dice) else None,
    )


def _about_the_person(dice: random.Random) -> NewAct:
    window = Window(frozenset(range(1, 8)), time(9), time(dice.choice((11, 21))))
    fields: dict[Kind, dict[str, object]] = {
        Kind.PAUSED: {"until": NOW.date() + timedelta(days=dice.choice((-2, -1, 0, 1, 2, 9)))},
        Kind.CONTACT_HOURS: {"hours": {dice.choice(("push", "email")): (window,)}},
        Kind.RESTRICTED: {},
        Kind.BLOCKED: {},
        Kind.ERASED: {},
        Kind.GUESS_REMOVED: {"guess": dice.choice(("churn", "price_sensitivity"))},
    }
    kind = dice.choice(list(fields))
    return NewAct(kind=kind, method="web_form", actor=Actor.SYSTEM, **fields[kind])  # type: ignore[arg-type]


def _told(dice: random.Random, key: int) -> list[Circumstance]:
    since = NOW - timedelta(days=2)
    values = CircumstanceKind.values
    kinds = dice.choice((["recent_purchase", "value_delivered"], dice.sample(values, 1)))
    return [
        Circumstance(
            subject_id=key,
            kind=kind,
            since=since + dice.choice((timedelta(), timedelta(seconds=100), timedelta(days=2.1))),
            until=dice.choice((None, NOW + timedelta(hours=4))),
            told_by="t",
            told_at=since,
        )
        for kind in kinds
    ]


def _spend(dice: random.Random, key: int) -> FrequencySpend:
    days = dice.choice((0, 1, 6, 7, 13, 29, 30)) + dice.choice((0, 0.0001))
    return FrequencySpend(
        subject_id=key,
        channel=dice.choice(("push", "email")),
        planned_at=NOW + timedelta(days=days) * dice.choice((-1, 1)),
        purpose="marketing.messages",
        decision_id=uuid.uuid4(),
    )
