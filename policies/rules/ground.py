"""The ground: on what, under each law of the person, the use may rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consent.catalogue import Purpose
from consent.state import Actor, Kind, Layer, Standing, is_within
from jurisdictions.model import Law, consent_age
from policies.decision import Finding
from policies.matter import Matter
from policies.months import months_later

_REFUSED = {
    Kind.REFUSED: "consent_refused",
    Kind.WITHDRAWN: "consent_withdrawn",
    Kind.OBJECTED: "objected",
}
_WITHOUT_ACT = frozenset({"contract", "legal_obligation"})
_CONSENT = frozenset({"consent", "explicit_consent", "tacit_consent"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What the use rests on: findings that all permit, or all refuse."""

    findings: tuple[Finding, ...]
    holds: bool
    rests_on_acts: bool = False
    """The person's acts decide which data are covered, not the notice alone."""
    since: datetime | None = None
    until: datetime | None = None
    """When the consent ends; None where nothing expires."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One purpose under one law: what its notice claims, and what the person did about it."""

    matter: Matter
    law: Law
    purpose: Purpose
    channel: str | None
    categories: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        return self.matter.facts.standings.get(self.purpose.key, Standing())

    @property
    def name(self) -> str | None:
        """The basis as the law reads it; None where the purpose or the law knows none."""
        claimed = self.purpose.bases.get(self.law.bases_of or self.law.code)
        read = self.law.reads.get(claimed, claimed) if claimed else None
        return read if read in self.law.bases else None

    @property
    def needs_explicit(self) -> bool:
        """Whether a plain yes is not enough: the purpose, the data or the person's age say so."""
        consent = self.law.consent
        delicate = self.law.sensitive | consent.explicit_data
        return (
            self.name == "explicit_consent"
            or any(is_within(category, delicate) for category in self.categories)
            or ("children" in consent.explicit_for and self.is_minor)
        )

    @property
    def is_minor(self) -> bool:
        """Whether the person is certainly below the age at which this law lets them consent."""
        person, ages = self.matter.person, [consent_age(self.law, self.matter.person.country)]
        if any(is_within(category, self.law.sensitive) for category in self.categories):
            ages.append(self.law.ages.sensitive)
        limit = max((age for age in ages if age is not None), default=None)
        return limit is not None and person.age_class is not None and person.age_class < limit


def ground(matter: Matter, purpose: Purpose, *, channel: str | None, bare: bool = False) -> Ground:
    """
    Return the ground for `purpose` under every law of the stack; the stricter answer wins.

    `bare` asks about the purpose alone, without the data of the question.
    """
    categories = () if bare else _categories(matter, purpose)
    grounds = [_under(Basis(matter, law, purpose, channel, categories)) for law in matter.laws]
    refusals = {f.code: f for g in grounds if not g.holds for f in g.findings}
    if refusals or not grounds:
        return Ground(tuple(refusals.values()), holds=False)
    return grounds[-1]


def layer_refusals(basis: Basis, layer: Layer) -> tuple[str, ...]:
    """Return every code for which a standing act is not enough; none when it is."""
    if not layer.is_grant:
        return (_REFUSED[layer.kind],)
    return tuple(_shortcomings(basis, layer))


def _shortcomings(basis: Basis, layer: Layer) -> Iterator[str]:
    planned = basis.matter.question.planned_at
    if layer.is_pending(basis.channel):
        yield "consent_pending"
    if _expiry(basis, layer.acted_at) <= planned:
        yield "consent_expired"
    if basis.purpose.is_outdated(layer.notice_version, basis.matter.day):
        yield "notice_outdated"
    if basis.is_minor and layer.actor is not Actor.GUARDIAN:
        yield "guardian_required"
    if basis.needs_explicit and not layer.explicit:
        yield "consent_not_explicit"


def _under(basis: Basis) -> Ground:
    name = basis.name
    if name is None:
        return _refused(basis, "no_legal_basis")
    if name in _WITHOUT_ACT:
        return _permitted(basis, name)
    if name == "legitimate_interest":
        return _legitimate_interest(basis)
    return _consent(basis, tacit=name == "tacit_consent")


def _legitimate_interest(basis: Basis) -> Ground:
    layer = basis.standing.layer_for(basis.channel, None)
    if layer and not layer.is_grant:
        return _refused(basis, _REFUSED[layer.kind])
    return _permitted(basis, "legitimate_interest")


def _consent(basis: Basis, *, tacit: bool) -> Ground:
    standing = basis.standing
    layer = standing.layer_for(basis.channel, None)
    if layer is None and tacit and not any(act.is_grant for act in standing.layers):
        return _tacit(basis)
    if layer is None:
        return _refused(basis, *_without_act(basis))
    if refusals := layer_refusals(basis, layer):
        return _refused(basis, *refusals)
    code = "explicit_consent" if basis.needs_explicit else "consent"
    until = _expiry(basis, layer.acted_at)
    return _permitted(basis, code, rests_on_acts=True, since=layer.acted_at, until=until)


def _without_act(basis: Basis) -> tuple[str, ...]:
    elsewhere = any(layer.is_grant for layer in basis.standing.layers)
    code = "channel_not_permitted" if elsewhere else "no_consent"
    return (code, "guardian_required") if basis.is_minor else (code,)


def _tacit(basis: Basis) -> Ground:
    """Silence after a notice that was made available (LFPDPPP 2025 art. 7), adults only."""
    served = basis.standing.served
    if served is None or served.acted_at > basis.matter.question.planned_at:
        return _refused(basis, *_without_act(basis))
    until = _expiry(basis, served.acted_at)
    codes = [
        code
        for code, applies in (
            ("consent_expired", until <= basis.matter.question.planned_at),
            ("notice_outdated", basis.purpose.is_outdated(served.version, basis.matter.day)),
            ("guardian_required", basis.is_minor),
            ("consent_not_explicit", basis.needs_explicit),
        )
        if applies
    ]
    if codes:
        return _refused(basis, *codes)
    return _permitted(basis, "tacit_consent", since=served.acted_at, until=until)


def _expiry(basis: Basis, acted_at: datetime) -> datetime:
    months = basis.purpose.validity_months
    limit = basis.law.consent.validity_months
    return months_later(acted_at, min(months, limit) if limit else months)


def _permitted(
    basis: Basis,
    code: str,
    *,
    rests_on_acts: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Ground:
    finding = Finding(code, basis.law.code, basis.law.bases[code], detail=_about(basis))
    return Ground((finding,), True, rests_on_acts, since, until)


def _refused(basis: Basis, *codes: str) -> Ground:
    findings = tuple(basis.matter.finding(code, detail=_about(basis)) for code in codes)
    return Ground(findings, holds=False)


def _about(basis: Basis) -> dict[str, str]:
    """Name the purpose where it is another one than the one that was asked for."""
    asked = basis.matter.purpose.key
    return {} if basis.purpose.key == asked else {"purpose": basis.purpose.key}


def _categories(matter: Matter, purpose: Purpose) -> tuple[str, ...]:
    asked = tuple(item.category for item in matter.question.data)
    covered = tuple(c for c in asked if is_within(c, purpose.data_categories))
    return covered if asked else purpose.data_categories
