"""What the invented people decided in two years. Pure: the same day gives the same acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from msgspec.structs import replace

from config.demo import tables
from config.demo.moments import moment
from config.demo.people import Invented, midnight
from config.demo.tables import Habit
from consent.act import EMAIL, Actor, Kind, Window
from consent.catalogue import Purpose, closest_locale
from consent.histories import Received
from consent.operations import NewAct
from policies.months import months_later

PROOF = "double_opt_in_at"
_METHODS = {"web_form": "shop", "app_settings": "shop", "call_centre": "office"}
_TACIT = ("MX", "MX-LFPDPPP", "tacit_consent")


@dataclass(frozen=True, slots=True)
class Planned:
    """An act, when it reached us, and the act of the same person that it confirms, if any."""

    act: NewAct
    at: datetime
    confirms: "Planned | None" = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One person acting, until the demo's `day` begins."""

    rng: Random
    person: Invented
    day: date
    purposes: Mapping[str, Purpose]

    def chance(self, hundredths: int) -> bool:
        return self.rng.randrange(100) < hundredths

    def later(self, after: datetime, *, method: str, days: float | None = None) -> datetime:
        """Return a moment after `after`, at most `days` later where told, before the day begins."""
        end = midnight(self.day)
        before = end if days is None else min(end, after + timedelta(days=days))
        rhythm = _METHODS.get(method, "shop")
        return moment(self.rng, rhythm, after=after, before=before, zone=self.person.zone)

    @property
    def locale(self) -> str:
        return closest_locale(self.person.registration.locale)


def acts_of(person: Invented, day: date, purposes: Mapping[str, Purpose]) -> list[Received]:
    """Return the acts of a person before `day`, in the order in which they reached us."""
    rng = Random(f"alameda acts {person.number}")  # noqa: S311 (reproducible, not secret)
    scene = Scene(rng, person, day, purposes)
    planned = [*_served(scene), *_about_themselves(scene)]
    for habit in tables.habits():
        if scene.chance(habit.asked):
            planned += _about(habit, scene)
    planned.sort(key=lambda one: one.at)
    return [_received(one, planned) for one in planned]


def _received(one: Planned, planned: list[Planned]) -> Received:
    act = one.act
    if one.confirms:
        act = replace(act, confirms=planned.index(one.confirms) + 1)
    caller = "person" if act.method in {"app_settings", "double_opt_in"} else "system"
    return Received(act, one.at, caller)


def _served(scene: Scene) -> Iterator[Planned]:
    """In Mexico a notice comes first: what is optional may rest on it until the person objects."""
    country, law, basis = _TACIT
    if scene.person.registration.country != country or scene.person.number % 7 == 0:
        return
    at = scene.person.registered_at
    for key, purpose in scene.purposes.items():
        if purpose.bases.get(law) == basis:
            yield Planned(
                NewAct(
                    kind=Kind.NOTICE_SERVED,
                    purpose=key,
                    notice_version=purpose.notices[0].version,
                    locale=scene.locale,
                    channels=["email"],
                    method="made_available",
                    actor=Actor.SYSTEM,
                ),
                at,
            )


def _about(habit: Habit, scene: Scene) -> list[Planned]:
    """Return the story of one person and one purpose: a first answer, and what became of it."""
    first = _first(habit, scene)
    story = [first]
    if first.act.kind is not Kind.GRANTED:
        return story
    if _awaits_confirmation(first.act) and scene.chance(70):
        story.append(_confirmation(first, scene))
    if scene.chance(habit.withdrawn):
        method = scene.rng.choice(list(_METHODS))
        gone = NewAct(kind=Kind.WITHDRAWN, purpose=habit.purpose, method=method)
        story.append(Planned(gone, scene.later(first.at + timedelta(days=1), method=method)))
        if scene.chance(20):
            back = replace(first.act, method="app_settings", acted_at=None)
            after = story[-1].at + timedelta(hours=1)
            story.append(Planned(back, scene.later(after, method="app_settings")))
    end = midnight(scene.day)
    return [one for one in story if one.at < end]


def _first(habit: Habit, scene: Scene) -> Planned:
    method = scene.rng.choice(list(_METHODS))
    days = 40 if scene.chance(65) else None
    at = scene.later(scene.person.registered_at, method=method, days=days)
    kind = _answer(habit, scene)
    act = NewAct(kind=kind, purpose=habit.purpose, method=method)
    if kind is Kind.GRANTED:
        act = _granted(act, habit, scene)
    act = replace(act, actor=_actor(scene, act))
    if scene.person.moved_over:
        on_paper = months_later(scene.person.registered_at, -scene.rng.randint(0, 8))
        act = replace(act, method="paper_form", acted_at=on_paper, evidence=None)
        return Planned(act, scene.person.registered_at)
    if PROOF in (act.evidence or {}):
        act = replace(act, evidence={PROOF: at.isoformat(), "form": "two steps"})
    return Planned(act, at)


def _answer(habit: Habit, scene: Scene) -> Kind:
    drawn = scene.rng.randrange(100)
    if drawn < habit.granted:
        return Kind.GRANTED
    return Kind.OBJECTED if drawn < habit.granted + habit.objected else Kind.REFUSED


def _granted(act: NewAct, habit: Habit, scene: Scene) -> NewAct:
    rng = scene.rng
    some = bool(habit.limited_to) and scene.chance(15)
    act = replace(
        act,
        notice_version=scene.purposes[habit.purpose].notices[0].version,
        locale=scene.locale,
        channels=rng.choice(habit.channels) if habit.channels else None,
        frequency=rng.choice(habit.frequencies) if habit.frequencies else None,
        data_categories=habit.limited_to if some else None,
        explicit=habit.explicit and scene.chance(85),
    )
    proved = EMAIL in (act.channels or ()) and scene.chance(35)
    return replace(act, evidence={PROOF: ""}) if proved else act


def _actor(scene: Scene, act: NewAct) -> Actor:
    guarded = scene.person.registration.guardian is not None
    if guarded and scene.chance(70):
        return Actor.GUARDIAN
    return Actor.AGENT if act.method == "call_centre" and scene.chance(10) else Actor.SUBJECT


def _awaits_confirmation(act: NewAct) -> bool:
    proved = PROOF in (act.evidence or {})
    return EMAIL in (act.channels or ()) and not proved and act.method != "paper_form"


def _confirmation(first: Planned, scene: Scene) -> Planned:
    act = NewAct(
        kind=Kind.CONFIRMED,
        purpose=first.act.purpose,
        method="double_opt_in",
        channels=[EMAIL],
    )
    after = first.at + timedelta(minutes=2)
    return Planned(act, scene.later(after, method="web_form", days=2), first)


def _about_themselves(scene: Scene) -> Iterator[Planned]:
    """Pauses, own contact hours, and a few restrictions while something is disputed."""
    settled = scene.person.registered_at + timedelta(days=1)
    number = scene.person.number
    if number % 29 == 3:
        at = scene.later(settled, method="app_settings")
        until = at.date() + timedelta(days=scene.rng.choice((14, 30, 60)))
        pause = NewAct(kind=Kind.PAUSED, method="app_settings", until=until)
        yield Planned(pause, at)
        if scene.chance(30):
            back = scene.later(at, method="app_settings", days=10)
            yield Planned(NewAct(kind=Kind.RESUMED, method="app_settings"), back)
    if number % 31 == 5:
        hours = {"email": (_evenings(),), "phone": (_evenings(),)}
        act = NewAct(kind=Kind.CONTACT_HOURS, method="app_settings", hours=hours)
        yield Planned(act, scene.later(settled, method="app_settings"))
    if number % 400 == 77:
        act = NewAct(kind=Kind.RESTRICTED, method="rights_desk", actor=Actor.SYSTEM)
        yield Planned(act, scene.later(settled, method="call_centre"))


def _evenings() -> Window:
    return Window(days=frozenset(range(1, 6)), opens=time(17), closes=time(21))
