"""The invented people. Pure: the same day gives the same people, whatever machine loads them."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo import tables
from config.demo.moments import moment
from config.demo.tables import Country
from jurisdictions.zones import time_zones
from pseudonymize.registration import Guardian, Registration

PEOPLE = 2_000
YEARS = timedelta(days=730)
_SETTLED = timedelta(days=3)  # everybody has been here for that long
_MINOR_EVERY, _ALONE_EVERY = 13, 3  # every 13th person is a minor, every 3rd of them alone
_MOVED_OVER_EVERY = 17  # came with the customers of an older system, on the first day


@dataclass(frozen=True, slots=True)
class Invented:
    """A person who does not exist. `registered_at` is aware (UTC)."""

    number: int
    registration: Registration
    registered_at: datetime

    @property
    def external_id(self) -> str:
        return self.registration.identifiers[0][1]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which they live their day."""
        told = self.registration
        places = (told.time_zone,) if told.time_zone else ()
        return ZoneInfo((*places, *time_zones(told.country, told.region or None))[0])

    @property
    def is_minor(self) -> bool:
        """Whether they were invented as a minor."""
        return self.number % _MINOR_EVERY == 0

    @property
    def moved_over(self) -> bool:
        """Whether their first acts were made on paper, before the two years of the demo."""
        return not self.is_minor and self.number % _MOVED_OVER_EVERY == 0


def midnight(day: date) -> datetime:
    """Return the end of the demo's time: the beginning of `day`, UTC. Nothing happens after it."""
    return datetime.combine(day, time(), tzinfo=UTC)


def people(day: date, *, count: int = PEOPLE) -> list[Invented]:
    """Return the first `count` people of the company as it is on `day`, C-0001 first."""
    return [_person(number, day) for number in range(1, count + 1)]


def _person(number: int, day: date) -> Invented:
    rng = Random(f"alameda person {number}")  # noqa: S311 (reproducible, not secret)
    code = tables.turns()[(number - 1) % len(tables.turns())]
    country = tables.countries()[code]
    given, family = rng.choice(country.given), rng.choice(country.family)
    minor = number % _MINOR_EVERY == 0
    address = f"{_ascii(given)}.{_ascii(family)}.{number:04}@{rng.choice(country.domains)}"
    guardian = _guardian(rng, number, country, family) if minor else None
    registration = Registration(
        identifiers=_identifiers(rng, number, country, address, guardian),
        country=code,
        region=rng.choice(country.regions),
        locale=rng.choice(country.locales),
        time_zone=rng.choice(country.own_zones) if rng.random() < 0.12 else "",
        birth_date=day - timedelta(days=_days_old(rng, minor=minor)),
        guardian=guardian,
    )
    first = Invented(number, registration, midnight(day) - YEARS)
    return first if first.moved_over else Invented(number, registration, _registered(rng, first))


def _registered(rng: Random, person: Invented) -> datetime:
    after = person.registered_at
    latest = after + YEARS - _SETTLED
    return moment(rng, "shop", after=after, before=latest, zone=person.zone)


def _identifiers(
    rng: Random, number: int, country: Country, address: str, guardian: Guardian | None
) -> tuple[tuple[str, str], ...]:
    found = [("external_id", f"C-{number:04}")]
    shares = guardian is not None and rng.random() < 0.4  # a child uses the family's address
    found.append(("email", guardian.email if guardian and shares else address))
    if rng.random() < 0.8:
        found.append(("phone", _phone(country, number)))
    if rng.random() < 0.3:
        found.append(("device_id", f"demo-{rng.getrandbits(64):016x}"))
    return tuple(found)


def _guardian(rng: Random, number: int, country: Country, family: str) -> Guardian | None:
    if number // _MINOR_EVERY % _ALONE_EVERY == 0:
        return None
    given = rng.choice(country.given)
    address = f"{_ascii(given)}.{_ascii(family)}.g{number:04}@{rng.choice(country.domains)}"
    return Guardian(f"{given} {family}", address, _phone(country, 5_000 + number))


def _phone(country: Country, number: int) -> str:
    return f"{country.phone[:-4]}{number:04}"


def _days_old(rng: Random, *, minor: bool) -> int:
    years = rng.uniform(9, 17.7) if minor else min(20 + rng.gammavariate(3.2, 8), 92)
    return int(years * 365.25)


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return plain.lower()
