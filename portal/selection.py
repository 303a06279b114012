"""What a person has chosen, and the acts that lead from there to what they want. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from consent.act import Kind
from consent.catalogue import Purpose
from consent.state import Layer
from portal.grounds import Grounded, Mode

DEFAULT_FREQUENCY = "weekly"


@dataclass(frozen=True, slots=True)
class Selection:
    """For which channels and data a purpose is allowed; both empty when it is not."""

    channels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    frequencies: Mapping[str, str] = field(default_factory=dict)  # by channel, where chosen

    @property
    def is_on(self) -> bool:
        return bool(self.channels and self.categories)


@dataclass(frozen=True, slots=True)
class Step:
    """One act on one purpose. None: all that the notice names."""

    kind: Kind
    channels: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    frequency: str | None = None


def chosen(found: Grounded) -> Selection:
    """Return what the page shows as chosen: what counts today, pending channels included."""
    channels = _channels(found)
    if not channels:
        return Selection()
    standing, silent = found.standing, _silence_allows(found)
    categories = frozenset(
        category
        for category in found.purpose.data_categories
        if any(_allows(standing.layer_for(c, category), silent) for c in channels)
    )
    paces = {c: f for c in found.purpose.channels if (f := standing.frequency_for(c))}
    return Selection(channels, categories, paces)


def is_on(found: Grounded) -> bool:
    """Return whether the purpose is allowed somewhere, if only until an e-mail is confirmed."""
    return bool(_channels(found))


def _channels(found: Grounded) -> frozenset[str]:
    """Return the channels on which the purpose is on; an objection may end only some of them."""
    if not (found.holds or is_pending(found) or found.mode is Mode.OBJECT):
        return frozenset()
    silent = _silence_allows(found)
    layers = {c: found.standing.layer_for(c, None) for c in found.purpose.channels}
    return frozenset(c for c, layer in layers.items() if _allows(layer, silent))


def _silence_allows(found: Grounded) -> bool:
    return found.mode in (Mode.OBJECT, Mode.NEEDED) or not found.standing.layers


def is_pending(found: Grounded) -> bool:
    """Return whether all that is missing is that the person confirms their e-mail."""
    return found.codes == ("consent_pending",)


def everything(purpose: Purpose) -> Selection:
    """Return all that the notice of `purpose` names."""
    return Selection(frozenset(purpose.channels), frozenset(purpose.data_categories))


def no(found: Grounded) -> Step:
    """Return the act that ends a purpose: the word for it depends on what stood before."""
    return Step(_stop_kind(found))


def says_no(found: Grounded) -> bool:
    """Return whether the person's last word on the purpose is a no to all of it."""
    layer = found.standing.layer_for(None, None)
    return layer is not None and not layer.is_grant


def steps(found: Grounded, wanted: Selection) -> list[Step]:
    """
    Return the acts that lead from what stands to `wanted`; none when it stands already.

    Only what the person changed is acted on, so that nothing that another system recorded is
    widened by saving a page.
    """
    now = chosen(found)
    if not wanted.is_on:
        return [no(found)] if now.is_on or not says_no(found) else []
    if not now.is_on or _rests_on_silence(found):
        return [*_ended(found, wanted), *_granted(found.purpose, wanted, wanted.channels)]
    return [*_narrowed(found, now, wanted), *_widened(found.purpose, now, wanted)]


def _narrowed(found: Grounded, now: Selection, wanted: Selection) -> Iterator[Step]:
    if gone := now.channels - wanted.channels:
        yield Step(_stop_kind(found), channels=gone)
    if gone := now.categories - wanted.categories:
        yield Step(_stop_kind(found), categories=gone)


def _widened(purpose: Purpose, now: Selection, wanted: Selection) -> Iterator[Step]:
    new = wanted.channels - now.channels
    paced = {
        channel
        for channel in wanted.channels - new
        if wanted.frequencies.get(channel, DEFAULT_FREQUENCY)
        != now.frequencies.get(channel, DEFAULT_FREQUENCY)
    }
    yield from _granted(purpose, wanted, new | paced, always_paced=True)
    added = wanted.categories - now.categories
    rest = wanted.channels - new - paced
    if added and rest:
        yield Step(Kind.GRANTED, channels=rest, categories=added)


def _granted(
    purpose: Purpose,
    wanted: Selection,
    channels: frozenset[str] | set[str],
    *,
    always_paced: bool = False,
) -> Iterator[Step]:
    """One grant per frequency, so that each channel has its own."""
    categories = wanted.categories
    named = None if categories >= set(purpose.data_categories) else categories
    paces: dict[str | None, set[str]] = {}
    for channel in channels:
        pace = wanted.frequencies.get(channel)
        paces.setdefault(pace or (DEFAULT_FREQUENCY if always_paced else None), set()).add(channel)
    for pace, group in sorted(paces.items(), key=lambda item: item[0] or ""):
        whole = group >= set(purpose.channels) and not purpose.requires_channels
        yield Step(Kind.GRANTED, None if whole else frozenset(group), named, pace)


def _ended(found: Grounded, wanted: Selection) -> Iterator[Step]:
    """End older grants that no longer count but might again, where the person wants none."""
    purpose, standing = found.purpose, found.standing
    channels = frozenset(
        c
        for c in set(purpose.channels) - wanted.channels
        if _allows(standing.layer_for(c, None), silent=_rests_on_silence(found))
    )
    categories = frozenset(
        d
        for d in set(purpose.data_categories) - wanted.categories
        if _allows(standing.layer_for(None, d), silent=_rests_on_silence(found))
    )
    if channels:
        yield Step(_stop_kind(found), channels=channels)
    if categories:
        yield Step(_stop_kind(found), categories=categories)


def _rests_on_silence(found: Grounded) -> bool:
    return found.mode is Mode.TACIT and found.holds and not found.standing.layers


def _allows(layer: Layer | None, silent: bool) -> bool:
    return silent if layer is None else layer.is_grant


def _stop_kind(found: Grounded) -> Kind:
    if found.mode in (Mode.OBJECT, Mode.TACIT):
        return Kind.OBJECTED
    granted = any(layer.is_grant for layer in found.standing.layers)
    return Kind.WITHDRAWN if granted else Kind.REFUSED
