"""What is kept ready of a person (table `consent_known`), as the values that rules read."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from consent import compact
from policies.facts import Circumstance, PersonFacts
from pseudonymize.ages import age_class_at
from pseudonymize.thresholds import thresholds


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a person; what says nothing was left out."""

    life: str
    country: str
    region: str = ""
    locale: str = ""
    time_zone: str = ""
    age_class: int | None = None
    age_changes_on: date | None = None
    restricted: bool = False
    blocked: bool = False
    erased: bool = False
    paused_until: date | None = None
    contact_hours: dict[str, Any] = {}
    removed_guesses: frozenset[str] = frozenset()


_person = msgspec.json.Decoder(Person)
_circumstances = msgspec.json.Decoder(dict[str, tuple[datetime, datetime | None]])


def person(subject_key: int, document: bytes, *, on: date) -> PersonFacts:
    """Return what rules know of a person; `on` is the day for which their age is told."""
    known = _person.decode(document)
    return PersonFacts(
        subject_key=subject_key,
        life=known.life,
        country=known.country,
        region=known.region,
        locale=known.locale,
        time_zone=known.time_zone,
        age_class=age_class_at(known.age_class, known.age_changes_on, on, thresholds()),
        restricted=known.restricted,
        blocked=known.blocked,
        erased=known.erased,
        paused_until=known.paused_until,
        contact_hours=compact.hours_from_json(known.contact_hours),
        removed_guesses=known.removed_guesses,
    )


def circumstances(document: bytes | None) -> Mapping[str, Circumstance]:
    """Return the circumstances of a person by kind; None is a person without any."""
    if document is None:
        return {}
    return {kind: Circumstance(*span) for kind, span in _circumstances.decode(document).items()}
