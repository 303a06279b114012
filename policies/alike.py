"""
Which cases are alike, so that what was decided of one holds for the other.

Two cases are alike when everything that a decision reads is equal, moments aside; and of moments,
when every comparison that a rule makes comes out the same. Rules compare the moment of the check
with hours, days and laws, which begin with a quarter of an hour: cases are alike within one alone
(`precedents.py` sees to hours and clocks that begin within it). And they compare it with the
moments of a person's acts, plus the months for which consent may last: how many of those terms are
over is part of a case. What else rests on moments of the person (circumstances, messages reserved,
reviews) is like nothing else.
"""

import functools
import itertools
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import astuple

from consent import compact
from jurisdictions.load import laws
from policies.months import months_later
from policies.policy import Policy
from policies.reading import Reading

SHORTEST_MONTH = timedelta(days=28)
_EVER = datetime.min.replace(tzinfo=UTC)

Case = tuple[object, ...]


class Layer(msgspec.Struct, frozen=True, gc=False):
    """A layer as `consent.compact` writes it, its moments first."""

    at: datetime
    seq: int
    kind: str
    notice: str | None = None
    channels: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    explicit: bool = False
    actor: str = ""
    pending: tuple[str, ...] = ()


_MOMENTS = 2  # members of a layer: all others are part of a case


class Standing(msgspec.Struct, frozen=True, gc=False):
    """A standing as `consent.compact` writes it."""

    v: int
    layers: tuple[Layer, ...] = ()
    served: tuple[str, datetime] | None = None
    every: dict[str, str] = {}

    @property
    def moments(self) -> list[datetime]:
        """When each layer was made, and last when a notice was served."""
        return [layer.at for layer in self.layers] + ([self.served[1]] if self.served else [])

    def moment(self, place: int) -> datetime:
        """Return that at `place` of `moments`."""
        return self.layers[place].at if place < len(self.layers) else self.moments[place]


_NOTHING = Standing(compact.VERSION)
_standing = msgspec.json.Decoder(Standing)


def standing(document: bytes | None) -> Standing | None:
    """Return what stands; None where the layers are not simply the newest first."""
    if document is None:
        return _NOTHING
    found = _standing.decode(document)
    layers = found.layers
    ordered = len(layers) < 2 or all(
        (one.at, one.seq) > (other.at, other.seq) for one, other in itertools.pairwise(layers)
    )
    return found if ordered and found.v == compact.VERSION else None


class _Terms(NamedTuple):
    """Months after which consent may expire; made after `recent`, it has not by any of them."""

    months: tuple[int, ...]
    at: datetime
    recent: datetime


def case_of(read: Reading, number: int, own: Standing, policy: Policy) -> Case | None:
    """Return what cases must have in common to be alike; None where this one is like no other."""
    named, row = read.asked[number], read.rows[number]
    if named.shape is None or row.circumstances or row.spends or row.review:
        return None
    also: Case | None = None
    if named.question.properties.ai_generated:
        other = standing(row.also)
        if other is None:
            return None
        also = _likeness(other, _terms_at(terms(policy, read.also), read.at))
    return (
        named.shape,
        row.person,
        row.dead,
        row.excluded,
        _likeness(own, _terms_at(terms(policy, named.question.purpose), read.at)),
        also,
        read.caller,
        read.shared.version,
        policy.version,
    )


def terms(policy: Policy, purpose: str) -> tuple[int, ...]:
    """Return, ascending, the months after which consent to `purpose` may expire under some law."""
    found = policy.purposes.get(purpose)
    return _terms_within(found.validity_months) if found else ()


@functools.cache
def _terms_within(own: int) -> tuple[int, ...]:
    limits = (law.consent.validity_months for law in laws().values())
    return tuple(sorted({own, *(min(own, limit) for limit in limits if limit)}))


@functools.lru_cache(maxsize=64)  # all of a batch are of one moment
def _terms_at(months: tuple[int, ...], at: datetime) -> _Terms:
    return _Terms(months, at, at - months[0] * SHORTEST_MONTH if months else _EVER)


def _likeness(standing: Standing, terms: _Terms) -> Case:
    """Everything of a standing but its moments, and how many terms are over since each."""
    served, every, recent = standing.served, standing.every, terms.recent
    layers = [
        (astuple(layer)[_MOMENTS:], 0 if layer.at > recent else _over(layer.at, terms))
        for layer in standing.layers
    ]
    notice = served and (served[0], served[1] > terms.at, _over(served[1], terms))
    return (*layers, notice, tuple(sorted(every.items())) if every else None)


def _over(since: datetime, terms: _Terms) -> int:
    """Return how many of the months are over since a moment."""
    if since > terms.recent:
        return 0
    return sum(months_later(since, term) <= terms.at for term in terms.months)
