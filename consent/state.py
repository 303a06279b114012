"""
What a person allows, folded from their acts. Pure: no database, no clock.

The latest act wins by when it was made, not by when it arrived, and two acts of one instant are
settled by their sequence; so a fold gives one answer whatever the order of its rows. An act
speaks for every channel and data category, or only for those that it names; what stands is
therefore a stack of layers, newest first, without those that newer ones hide everywhere.

Whether what stands is enough (age, expiry, explicitness, an outdated notice) is judged by the
policy check, from the layer's fields.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from consent.act import CHANNELS, DECISIONS, EMAIL, Act, Actor, ContactHours, Kind, is_within

__all__ = [
    "Act",
    "Actor",
    "ContactHours",
    "Kind",
    "Layer",
    "PersonState",
    "Served",
    "Standing",
    "fold",
    "fold_subject",
    "followed",
    "is_within",
]


class Layer(Struct, frozen=True, gc=False):
    """A decision that stands, for the channels and categories that no newer layer covers."""

    kind: Kind
    acted_at: datetime
    sequence: int
    notice_version: str | None = None
    channels: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    explicit: bool = False
    actor: Actor = Actor.SUBJECT
    pending_channels: frozenset[str] = frozenset()

    @property
    def is_grant(self) -> bool:
        return self.kind is Kind.GRANTED

    def is_pending(self, channel: str | None) -> bool:
        """Return whether `channel` awaits confirmation; without a channel, whether all do."""
        if channel is None:
            return self.channels is not None and self.channels <= self.pending_channels
        return channel in self.pending_channels

    def covers(self, channel: str, category: str | None) -> bool:
        """Return whether it speaks for `channel` and `category` (None: categories not named)."""
        if self.channels is not None and channel not in self.channels:
            return False
        return self.categories is None or (
            category is not None and is_within(category, self.categories)
        )


class Served(Struct, frozen=True, gc=False):
    """The latest notice that was made available, and when."""

    version: str
    acted_at: datetime


class Standing(Struct, frozen=True, gc=False):
    """What stands for one person and one purpose."""

    layers: tuple[Layer, ...] = ()  # newest first
    served: Served | None = None
    frequencies: Mapping[str, str] = field(default_factory=dict)  # by channel; "*" for the others

    def layers_for(self, channel: str | None, category: str | None) -> tuple[Layer, ...]:
        """
        Return the layers that answer for `channel` and `category`, the deciding one first.

        A category is permitted only whole: what was refused inside it forbids it, so a layer
        that is no grant comes first. Without a channel the answer is about the purpose on
        any channel, and without a category about any data: there a standing grant comes first.
        Empty when no act speaks for it.
        """
        if channel is not None:
            return self._on(channel, category)
        answers = {c: self._on(c, category) for c in _channel_classes(self.layers)}
        spoken = [(c, layers) for c, layers in answers.items() if layers]
        if not spoken:
            return ()
        best, layers = min(spoken, key=lambda item: _reluctance(item[1][0], item[0]))
        if not layers[0].is_pending(best):
            return layers
        # Only pending channels are left of it: say so, whatever wider channels it once named.
        return (replace(layers[0], channels=layers[0].pending_channels), *layers[1:])

    def layer_for(self, channel: str | None, category: str | None) -> Layer | None:
        """Return the deciding layer of `layers_for`, or None when no act speaks for it."""
        return next(iter(self.layers_for(channel, category)), None)

    def frequency_for(self, channel: str) -> str | None:
        """Return how often the person wants to be addressed there; None when they did not say."""
        return self.frequencies.get(channel, self.frequencies.get("*"))

    def _on(self, channel: str, category: str | None) -> tuple[Layer, ...]:
        points = _points(self.layers, category)
        found = [self._top(channel, point) for point in points]
        if category is None:
            spoken = [layer for layer in found if layer]
            return tuple(sorted(spoken, key=lambda layer: _reluctance(layer, channel))[:1])
        if found[0] is None:
            return ()
        distinct = {layer.sequence: layer for layer in found if layer}
        own = found[0].sequence

        def refusals_first(layer: Layer) -> tuple[bool, bool, float, int]:
            newest = -layer.acted_at.timestamp(), -layer.sequence
            return layer.is_grant, layer.sequence != own, *newest

        return tuple(sorted(distinct.values(), key=refusals_first))

    def _top(self, channel: str, category: str | None) -> Layer | None:
        return next((layer for layer in self.layers if layer.covers(channel, category)), None)


class PersonState(Struct, frozen=True, gc=False):
    """What holds for the whole person, whatever the purpose."""

    restricted: bool = False
    blocked: bool = False
    erased: bool = False
    paused_until: date | None = None  # last day of the pause, that day included
    contact_hours: ContactHours = field(default_factory=dict)
    removed_guesses: frozenset[str] = frozenset()  # as `act.guess_word` writes them


def fold(acts: Iterable[Act]) -> Standing:
    """
    Return what stands after `acts`, all of one person and one purpose, in any order.

    E-mail stays pending in a grant until it is confirmed, unless the double opt-in came with
    it or a confirmed grant for e-mail stood just before it.
    """
    ordered = sorted(acts, key=_when)
    confirmed = {act.confirms for act in ordered if act.kind is Kind.CONFIRMED}
    standing = Standing()
    for act in ordered:
        standing = _after(standing, act, confirmed)
    return standing


def followed(standing: Standing, act: Act) -> Standing | None:
    """
    Return what stands once `act` is added to the acts that `standing` was folded from.

    `act` is the last to be recorded, so nothing confirms it yet. None where only a `fold` of all
    can tell: it was made before another one, or speaks about one.
    """
    if act.kind in DECISIONS:
        newest = standing.layers[0].acted_at if standing.layers else act.acted_at
    elif act.kind is Kind.NOTICE_SERVED:
        newest = standing.served.acted_at if standing.served else act.acted_at
    else:
        return None
    return None if act.acted_at < newest else _after(standing, act, ())


def _after(standing: Standing, act: Act, confirmed: Collection[int | None]) -> Standing:
    if act.kind in DECISIONS:
        layer = _layer(act, pending=_email_is_pending(act, standing, confirmed))
        frequencies = _frequencies(standing.frequencies, act)
        return Standing(_visible((layer, *standing.layers)), standing.served, frequencies)
    if act.kind is Kind.NOTICE_SERVED and act.notice_version:
        return replace(standing, served=Served(act.notice_version, act.acted_at))
    return standing


def fold_subject(acts: Iterable[Act]) -> PersonState:
    """Return what holds for the person after `acts`, in any order. Erasure has no way back."""
    person = PersonState()
    for act in sorted(acts, key=_when):
        match act.kind:
            case Kind.RESTRICTED | Kind.UNRESTRICTED:
                person = replace(person, restricted=act.kind is Kind.RESTRICTED)
            case Kind.BLOCKED | Kind.UNBLOCKED:
                person = replace(person, blocked=act.kind is Kind.BLOCKED)
            case Kind.PAUSED | Kind.RESUMED:
                person = replace(person, paused_until=act.until)
            case Kind.CONTACT_HOURS:
                person = replace(person, contact_hours=act.hours or {})
            case Kind.GUESS_REMOVED if act.guess:
                person = replace(person, removed_guesses=person.removed_guesses | {act.guess})
            case Kind.GUESS_ALLOWED if act.guess:
                person = replace(person, removed_guesses=person.removed_guesses - {act.guess})
            case Kind.ERASED:
                person = replace(person, erased=True)
    return person


def _when(act: Act) -> tuple[datetime, int]:
    return act.acted_at, act.sequence


def _email_is_pending(act: Act, before: Standing, confirmed: Collection[int | None]) -> bool:
    if act.kind is not Kind.GRANTED or (act.channels is not None and EMAIL not in act.channels):
        return False
    if act.email_proved or act.sequence in confirmed:
        return False
    earlier = before.layer_for(EMAIL, None)
    return not (earlier and earlier.is_grant and not earlier.is_pending(EMAIL))


def _layer(act: Act, *, pending: bool) -> Layer:
    return Layer(
        kind=act.kind,
        acted_at=act.acted_at,
        sequence=act.sequence,
        notice_version=act.notice_version,
        channels=act.channels,
        categories=act.categories,
        explicit=act.explicit,
        actor=act.actor,
        pending_channels=frozenset({EMAIL}) if pending else frozenset(),
    )


def _frequencies(earlier: Mapping[str, str], act: Act) -> Mapping[str, str]:
    """A wish for less or more contact stays until the person says otherwise."""
    if act.frequency is None:
        return earlier
    if act.channels is None:
        return {"*": act.frequency}
    return {**earlier, **dict.fromkeys(sorted(act.channels), act.frequency)}


def _visible(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Keep the layers that are on top somewhere; the others answer nothing any more."""
    if _hides_all(layers[0], layers[1:]):
        return layers[:1]
    points = [None, *_mentioned(layers)]
    on_top = set()
    for channel in _channel_classes(layers):
        for point in points:
            top = next((layer for layer in layers if layer.covers(channel, point)), None)
            on_top.add(top.sequence if top else None)
    return tuple(layer for layer in layers if layer.sequence in on_top)


def _hides_all(layer: Layer, below: Iterable[Layer]) -> bool:
    """Return whether a layer is on top wherever those `below` speak, as most are."""
    if layer.categories is not None or (layer.channels is not None and not layer.channels):
        return False
    named = layer.channels
    return named is None or all(
        other.channels is not None and other.channels <= named for other in below
    )


def _channel_classes(layers: Iterable[Layer]) -> tuple[str, ...]:
    """Return the channels that acts name, and one that stands for all others, if there are any."""
    named = {channel for layer in layers for channel in layer.channels or ()}
    others = [channel for channel in CHANNELS if channel not in named]
    return (*sorted(named), *others[:1])


def _mentioned(layers: Iterable[Layer]) -> list[str]:
    return sorted({category for layer in layers for category in layer.categories or ()})


def _points(layers: tuple[Layer, ...], category: str | None) -> list[str | None]:
    """Return `category` and what acts name inside it; for None, all that they name."""
    if category is None:
        return [None, *_mentioned(layers)]
    inside = [name for name in _mentioned(layers) if name.startswith(category + ".")]
    return [category, *inside]


def _reluctance(layer: Layer, channel: str) -> tuple[bool, bool, float, int]:
    """Order layers: confirmed grants, pending grants, then the rest; the newest of each first."""
    pending = layer.is_pending(channel)
    return not layer.is_grant, pending, -layer.acted_at.timestamp(), -layer.sequence
