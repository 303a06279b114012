"""Acts that are added to what is kept of a subject: their places in the chain, and what follows."""

import hashlib
import os
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit import chain
from consent import keeping
from consent.act import ON_GUESSES, Act
from consent.drafts import Draft
from consent.keeping import Kept
from consent.state import Standing, fold, fold_subject, followed
from pseudonymize import operations as subjects

Seal = Callable[[bytes], bytes]

LABEL = "consent evidence"
_SALT = 16


@dataclass(slots=True)
class Addition:
    """Acts that are linked, and what stands of a subject after them."""

    subject_key: int
    drafts: Sequence[Draft]
    person: dict[str, Any]  # the row of the subject's state
    standings: dict[str, Standing] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)  # purposes on which a fold of all must tell
    stood: Collection[str] = ()  # purposes on which something stood before


def add(kept: Kept, added: Sequence[Draft]) -> Addition:
    """
    Link drafts to what is kept, and tell what stands after them as far as it is sure.

    :raises SubjectErased, SubjectBlocked: when there is evidence and no secret to seal it.
    """
    linked(added, after=kept.end, seal=subjects.sealer(kept.subject_key, kept.secret, label=LABEL))
    person = {**kept.person, "acts": kept.end[0] + len(added)}
    addition = Addition(kept.subject_key, added, person, stood=kept.standings.keys())
    for purpose, acts in _by_purpose(draft.act for draft in added).items():
        standing = _followed(kept.standing(purpose), acts) if purpose else None
        if standing is None:
            addition.unsure.add(purpose)
        else:
            addition.standings[purpose] = standing
    return addition


def linked(added: Sequence[Draft], *, after: tuple[int, bytes], seal: Seal) -> None:
    """Give drafts their numbers, links, seals and receipts `after` the act before."""
    number, previous = after
    for draft in added:
        row = draft.row
        if draft.evidence is not None:
            plaintext = os.urandom(_SALT) + draft.evidence
            # Salted, so that it tells nothing once the seal cannot be opened.
            row["evidence_digest"] = hashlib.sha256(plaintext).digest()
            draft.sealed = seal(plaintext)
        number += 1
        row["sequence"], row["previous"] = number, previous
        row["digest"] = previous = chain.link(previous, draft.covered)
        if row["purpose"] or row["kind"] in ON_GUESSES:
            draft.receipt = uuid.uuid4()


def settle(additions: Sequence[Addition]) -> None:
    """Fold all acts where what is kept could not tell what stands; one read for all."""
    asked = [(one.subject_key, purpose) for one in additions for purpose in one.unsure]
    past = keeping.past(asked) if asked else {}
    for one in additions:
        if not one.unsure:
            continue
        known = past.get(one.subject_key, [])
        acts = _by_purpose([*known, *(draft.act for draft in one.drafts)])
        for purpose in one.unsure - {""}:
            one.standings[purpose] = fold(acts[purpose])
        if "" in one.unsure:
            one.person |= keeping.person_row(fold_subject(acts[""]))


def _followed(standing: Standing | None, acts: Iterable[Act]) -> Standing | None:
    for act in sorted(acts, key=lambda act: (act.acted_at, act.sequence)):
        standing = followed(standing, act) if standing is not None else None
    return standing


def _by_purpose(acts: Iterable[Act]) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    for act in acts:
        found.setdefault(act.purpose, []).append(act)
    return found
