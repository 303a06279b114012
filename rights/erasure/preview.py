"""What an erasure does, per system and field: what goes, what stays, on which ground, how long."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consent import queries as consents
from consent.act import Kind
from rights.erasure import terms
from rights.models import Erasure
from rights.systems.declaration import OWN, Keep, System, Work
from rights.systems.registry import systems

Titles = Mapping[str, str]  # by locale


@dataclass(frozen=True, slots=True)
class Stays:
    """Something that is not erased: what, on which ground by which law, and how long."""

    titles: Sequence[Titles]  # empty: the whole system
    ground: str
    source: str
    months: int
    counted_from: str


@dataclass(frozen=True, slots=True)
class Part:
    """One system: what of it goes and what stays. `blocks`: it keeps all until blocking ends."""

    key: str
    title: Titles
    goes: Sequence[Titles]  # empty: everything that it holds
    stays: Sequence[Stays]
    blocks: bool
    erases: bool

    @property
    def all_stays(self) -> bool:
        return any(not one.titles for one in self.stays)


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole of an erasure as it would be on a day."""

    parts: Sequence[Part]
    blocking: terms.Blocking | None
    models: Sequence[str]  # trained on the person's data: they cannot be untaught
    channels: Sequence[str]  # that "do not address again" closes


def preview(
    subject_key: int, laws: Sequence[str], *, on: date, only: Collection[str] | None = None
) -> Preview:
    """Return what an erasure of a person begun on a day would do; `only` as `Erasure.only`."""
    blocking = terms.blocking_of(laws, on=on) if only is None else None
    told = [one for one in erasable() if only is None or one.key in only]
    return Preview(
        parts=[_part(one, blocks=blocking is not None) for one in told],
        blocking=blocking,
        models=models_trained_on(subject_key),
        channels=[name for names in terms.addressed_on().values() for name in names],
    )


def preview_of(erasure: Erasure, *, on: date) -> Preview:
    """Return what a running erasure does."""
    return preview(erasure.subject_key, erasure.laws, on=on, only=erasure.only)


def erasable() -> list[System]:
    """Return the company's systems in the order in which they are told; Venia itself is none."""
    return [one for one in systems().values() if one.key != OWN]


def able_to(work: Work, only: Collection[str] | None = None) -> list[str]:
    """Return the keys of the company's systems that can do a work, of all or of `only`."""
    able = (one.key for one in erasable() if work in one.works)
    return [key for key in able if only is None or key in only]


def kept_fields(system: System) -> frozenset[str]:
    """Return the fields that a system declares to keep; the empty name stands for all of it."""
    return frozenset(keep.field for keep in system.keeps)


def models_trained_on(subject_key: int) -> list[str]:
    """Return the models that may have learnt from a person who ever allowed it."""
    listing = [key for key, one in consents.purposes().items() if one.lists_models_on_erasure]
    acts = consents.history(subject_key).filter(purpose__in=listing, kind=Kind.GRANTED)
    if not acts.exists():
        return []
    return sorted({model for one in systems().values() for model in one.models})


def _part(system: System, *, blocks: bool) -> Part:
    titles = {one.key: one.title for one in system.fields}
    kept = kept_fields(system)
    return Part(
        key=system.key,
        title=system.title,
        goes=[title for key, title in titles.items() if key not in kept],
        stays=list(_stays(system.keeps, titles)),
        blocks=blocks and Work.BLOCK in system.works,
        erases=Work.ERASE in system.works,
    )


def _stays(keeps: Sequence[Keep], titles: Mapping[str, Titles]) -> Iterator[Stays]:
    """Put the fields that stay on one ground for one time together."""
    grouped: dict[tuple[str, str, int, str], list[Titles]] = {}
    for keep in keeps:
        same = grouped.setdefault((keep.ground, keep.source, keep.months, keep.counted_from), [])
        if keep.field:
            same.append(titles.get(keep.field, {}))
    for (ground, source, months, counted_from), found in grouped.items():
        yield Stays(found, ground, source, months, counted_from)
