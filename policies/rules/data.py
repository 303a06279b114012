"""Minimisation: which of the data that a caller names may be used, and why the others not."""

from collections.abc import Iterator
from dataclasses import dataclass

from consent.state import is_within
from policies.codes import WITHHELD
from policies.decision import Finding, Withheld
from policies.matter import Matter
from policies.question import DataItem
from policies.rules.ground import Basis, Ground, layer_refusals
from policies.rules.inference import is_removed

_NEVER_MET = frozenset({"third_party", "inferred"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The data of a question, sorted. `findings` is empty unless nothing may be used."""

    permitted: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    findings: tuple[Finding, ...]


def coverage(matter: Matter, ground: Ground) -> Coverage:
    """
    Sort the data that the question names; without any, tell what the purpose would cover.

    A category that is named twice counts as withheld when one of its items is.
    """
    if not matter.question.data:
        return _of_purpose(matter, ground)
    judged = [(item, _codes(matter, item, ground)) for item in matter.question.data]
    withheld: dict[str, str] = {}
    for item, codes in judged:
        if codes:
            withheld.setdefault(item.category, codes[0])
    permitted = dict.fromkeys(i.category for i, _ in judged if i.category not in withheld)
    kept = tuple(Withheld(category, code) for category, code in withheld.items())
    return Coverage(tuple(permitted), kept, () if permitted else _refusals(matter, judged))


def _of_purpose(matter: Matter, ground: Ground) -> Coverage:
    covered = _covered_by_purpose(matter, ground)
    nothing = ground.holds and not covered
    return Coverage(covered, (), (matter.finding("data_not_covered"),) if nothing else ())


def _refusals(
    matter: Matter, judged: list[tuple[DataItem, tuple[str, ...]]]
) -> tuple[Finding, ...]:
    """Return one finding per code, naming its data: when nothing may be used, all is told."""
    findings = []
    for code in WITHHELD:
        data = dict.fromkeys(item.category for item, codes in judged if code in codes)
        if data:
            findings.append(matter.finding(code, data=tuple(data)))
    return tuple(findings)


def _codes(matter: Matter, item: DataItem, ground: Ground) -> tuple[str, ...]:
    rules = {
        "special_category": _is_special(matter, item),
        "data_not_covered": not _is_covered(matter, item.category, ground)
        or bool(item.detail and is_removed(matter, item.detail)),
        "not_expected": not _is_expected(matter, item),
        "other_purpose": _is_of_another_purpose(matter, item),
        "stale_data": _is_stale(matter, item),
    }
    return tuple(code for code in WITHHELD if rules[code])


def _is_special(matter: Matter, item: DataItem) -> bool:
    named = is_within(item.category, matter.purpose.data_categories)
    return not named and any(is_within(item.category, law.sensitive) for law in matter.laws)


def _is_covered(matter: Matter, category: str, ground: Ground) -> bool:
    """Covered by the notice, and, where acts are the ground, by what the person allowed."""
    if not is_within(category, matter.purpose.data_categories):
        return False
    if not ground.rests_on_acts:
        return not _is_objected(matter, category)
    return any(_allows(basis, category) for basis in _bases(matter, category))


def _bases(matter: Matter, category: str) -> Iterator[Basis]:
    law = matter.laws[-1]
    yield Basis(matter, law, matter.purpose, matter.question.channel, (category,))


def _allows(basis: Basis, category: str) -> bool:
    layers = basis.standing.layers_for(basis.channel, category)
    return bool(layers) and not any(layer_refusals(basis, layer) for layer in layers)


def _is_objected(matter: Matter, category: str) -> bool:
    """An objection to some data only leaves the rest of a legitimate interest standing."""
    basis = next(_bases(matter, category))
    if basis.name != "legitimate_interest":
        return False
    return any(not la.is_grant for la in basis.standing.layers_for(basis.channel, category))


def _is_expected(matter: Matter, item: DataItem) -> bool:
    if item.origin in _NEVER_MET and matter.action.meets_person:
        return False
    return item.origin in matter.purpose.origins


def _is_of_another_purpose(matter: Matter, item: DataItem) -> bool:
    own = {None, matter.purpose.key}
    return item.collected_for not in own and item.collected_for not in matter.purpose.reuse_from


def _is_stale(matter: Matter, item: DataItem) -> bool:
    if item.collected_at is None:
        return False
    return (matter.day - item.collected_at).days > matter.purpose.data_window_days


def _covered_by_purpose(matter: Matter, ground: Ground) -> tuple[str, ...]:
    candidates = dict.fromkeys(matter.purpose.data_categories)
    if ground.rests_on_acts:
        for layer in matter.facts.standings[matter.purpose.key].layers:
            candidates |= dict.fromkeys(sorted(layer.categories or ()))
    allowed = [c for c in candidates if _is_covered(matter, c, ground)]
    return tuple(c for c in allowed if not is_within(c, [other for other in allowed if other != c]))
