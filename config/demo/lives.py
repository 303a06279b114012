"""Facts of the invented people's lives, as other systems told them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from config.demo.moments import moment
from config.demo.people import Invented, midnight

_KINDS = ("recent_purchase", "recent_purchase", "open_complaint", "vulnerable", "bereavement")


@dataclass(frozen=True, slots=True)
class Told:
    """A circumstance in force from `since`, told then; `ended_at` is when it was taken back."""

    kind: str
    since: datetime
    until: datetime | None = None
    ended_at: datetime | None = None


def circumstances_of(person: Invented, day: date) -> list[Told]:
    """Return what was told about a person before `day`, oldest first, one of each kind."""
    rng = Random(f"alameda life {person.number}")  # noqa: S311 (reproducible, not secret)
    in_peace = person.number % 97 == 11
    if rng.random() > 0.16 and not in_peace:
        return []
    end = midnight(day)
    kind = "do_not_contact" if in_peace else rng.choice(_KINDS)
    since = moment(rng, "office", after=person.registered_at, before=end, zone=person.zone)
    match kind:
        case "recent_purchase":
            return _purchase(rng, since, end)
        case "open_complaint":
            closed = since + timedelta(days=rng.randint(4, 60))
            return [Told(kind, since, ended_at=closed if closed < end else None)]
        case "bereavement":
            return [Told(kind, since, until=since + timedelta(days=180))]
    return [Told(kind, since)]


def _purchase(rng: Random, since: datetime, end: datetime) -> list[Told]:
    bought = Told("recent_purchase", since, until=since + timedelta(days=45))
    delivered = since + timedelta(days=rng.randint(2, 20))
    return [bought, Told("value_delivered", delivered)] if delivered < end else [bought]
