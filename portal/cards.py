"""How a page shows one purpose: its words, what stands, and what the person can do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from consent.act import FREQUENCIES, Actor
from consent.catalogue import NoticeWords, Purpose
from consent.state import Layer
from jurisdictions.model import Law
from policies import registers
from portal import words
from portal.grounds import Grounded, Mode
from portal.selection import (
    DEFAULT_FREQUENCY,
    Selection,
    chosen,
    is_on,
    is_pending,
    says_no,
)
from portal.visitor import Visitor
from pseudonymize.thresholds import thresholds

_PACED = {"send_message", "retain", "trigger_by_location"}


@dataclass(frozen=True, slots=True)
class Tick:
    """One box to tick: a channel or a category of data."""

    key: str
    label: str
    ticked: bool
    pending: bool = False
    frequency: str = DEFAULT_FREQUENCY


@dataclass(frozen=True, slots=True)
class Card:
    """One purpose, ready to be shown."""

    found: Grounded
    words: NoticeWords
    notice_version: str
    selection: Selection
    speaks_young: bool
    guardian: bool

    @property
    def purpose(self) -> Purpose:
        return self.found.purpose

    @property
    def key(self) -> str:
        return self.found.purpose.key

    @property
    def anchor(self) -> str:
        """The key as the id of an element."""
        return self.key.replace(".", "-")

    @property
    def summary(self) -> str:
        return self.words.adolescent if self.speaks_young else self.words.summary

    @property
    def on(self) -> bool:
        return is_on(self.found)

    @property
    def said_no(self) -> bool:
        return not self.on and says_no(self.found)

    @property
    def optional(self) -> bool:
        """Whether there is anything to decide."""
        return self.found.mode in (Mode.ASK, Mode.TACIT, Mode.OBJECT)

    @property
    def asks(self) -> bool:
        """Whether it is off until the person allows it, or until silence was an answer."""
        return self.found.mode in (Mode.ASK, Mode.TACIT)

    @property
    def runs_unasked(self) -> bool:
        """Whether it is on without a yes, so that the answer is to keep it or to object."""
        return self.found.mode is Mode.OBJECT

    @property
    def objects(self) -> bool:
        """Whether the way to say no is to object."""
        return self.found.mode in (Mode.OBJECT, Mode.TACIT)

    @property
    def may_allow(self) -> bool:
        """Whether a yes of this visitor counts."""
        return self.optional and (self.guardian or not self.found.below_consent_age)

    @property
    def detailed(self) -> bool:
        """Whether there is something to choose besides yes and no."""
        return self.may_allow and (len(self.categories) > 1 or self.many_channels)

    @property
    def many_channels(self) -> bool:
        return len(self.purpose.channels) > 1

    @property
    def paced(self) -> bool:
        """Whether the person may say how often."""
        return self.purpose.contact_limits and bool(_PACED & set(self.purpose.actions))

    @property
    def since(self) -> datetime | None:
        """When the act was made on which the state rests."""
        layer = self._layer
        return layer.acted_at if layer else None

    @property
    def decided_by_guardian(self) -> bool:
        """Whether a guardian decided what the person may now decide alone."""
        by_guardian = any(
            layer.is_grant and layer.actor is Actor.GUARDIAN for layer in self.found.standing.layers
        )
        return by_guardian and not self.guardian and self.may_allow

    @property
    def status(self) -> str:
        return status(self.found)

    @property
    def tone(self) -> str:
        """yes, no, wait or fixed: shown beside the words, never instead of them."""
        if not self.optional:
            return "fixed"
        if is_pending(self.found):
            return "wait"
        return "yes" if self.on else "no"

    @property
    def law(self) -> Law | None:
        return self.found.law

    @property
    def basis(self) -> str:
        return words.label("bases", self.found.basis) if self.found.basis else ""

    @property
    def basis_phrase(self) -> str:
        return words.phrase("bases", self.found.basis) if self.found.basis else ""

    @property
    def data(self) -> str:
        phrases = (words.phrase("data_categories", key) for key in self.purpose.data_categories)
        return words.listed(list(phrases))

    @property
    def origins(self) -> list[str]:
        return [words.beginning(words.phrase("origins", o)) for o in self.purpose.origins]

    @property
    def recipients(self) -> str:
        """The other companies that receive the data, as the notice names them."""
        if not self.purpose.recipients:
            return ""
        names = registers.recipient_names()
        return words.listed([names.get(key, key) for key in self.purpose.recipients])

    @property
    def channels(self) -> list[Tick]:
        return [self._channel(channel) for channel in self.purpose.channels]

    @property
    def categories(self) -> list[Tick]:
        """The data to choose from; an objection is to the use as a whole, whatever the data."""
        if self.runs_unasked:
            return []
        return [
            Tick(
                key=key,
                label=words.beginning(words.phrase("data_categories", key)),
                ticked=key in self.selection.categories,
            )
            for key in self.purpose.data_categories
        ]

    @property
    def frequencies(self) -> list[tuple[str, str]]:
        return [(name, words.beginning(words.phrase("frequencies", name))) for name in FREQUENCIES]

    @property
    def express_statement(self) -> str:
        """What an express permission says, beside its button; empty where none is needed."""
        if not self.found.needs_explicit:
            return ""
        return _(
            "With this you give %(controller)s your express permission to use %(data)s to %(aim)s."
        ) % {
            "controller": self.purpose.controller,
            "data": self.data,
            "aim": self.words.aim,
        }

    def _channel(self, channel: str) -> Tick:
        layer = self.found.standing.layer_for(channel, None)
        return Tick(
            key=channel,
            label=words.label("channels", channel),
            ticked=channel in self.selection.channels,
            pending=bool(layer and layer.is_grant and layer.is_pending(channel)) and self.on,
            frequency=self.selection.frequencies.get(channel, DEFAULT_FREQUENCY),
        )

    @property
    def _layer(self) -> Layer | None:
        return self.found.standing.layer_for(None, None)


def card(found: Grounded, visitor: Visitor) -> Card:
    """Return how `visitor` is shown a purpose."""
    notice = found.purpose.notice_on(visitor.today) or found.purpose.notices[0]
    return Card(
        found=found,
        words=notice.words[visitor.locale],
        notice_version=notice.version,
        selection=chosen(found),
        speaks_young=is_young(visitor),
        guardian=visitor.is_guardian,
    )


def is_young(visitor: Visitor) -> bool:
    """Return whether pages speak to an adolescent."""
    age = visitor.age_class
    return not visitor.is_guardian and age is not None and age < max(thresholds())


def status(found: Grounded) -> str:
    """Return in a few words what stands, in the language of the page."""
    return next(_statuses(found))


def _statuses(found: Grounded) -> Iterator[str]:
    code = found.codes[0] if found.codes else ""
    served = found.mode is Mode.TACIT and not found.standing.layers
    if found.mode is Mode.NEEDED:
        yield words.label("bases", found.basis or "contract")
    if code == "minor_profiling":
        yield _("Closed until you are of age")
    if found.mode is Mode.CLOSED:
        yield _("Not used in your country")
    if is_pending(found):
        yield _("Waiting for you to confirm your e-mail")
    if found.mode is Mode.OBJECT and is_on(found):
        yield _("On; you can object")
    if found.holds and served:
        yield _("On since you were shown the notice")
    if found.holds:
        yield _("On: you allowed it")
    yield {
        "consent_refused": _("Off: you said no"),
        "consent_withdrawn": _("Off: you took your permission back"),
        "objected": _("Off: you objected"),
        "consent_expired": _("Off: your permission ran out"),
        "notice_outdated": _("Off: the text has changed since you agreed"),
        "guardian_required": _("Off: your guardian decides"),
        "consent_not_explicit": _("Off: it needs your express permission"),
    }.get(code, _("Off"))
