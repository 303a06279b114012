"""The whole past of many people at once: for what another system hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from consent import additions, copying, queries
from consent.act import NewAct
from consent.additions import Addition
from consent.drafts import Draft
from consent.intake import drafted
from consent.keeping import START, Kept, new_person
from consent.writing import entry_of
from pseudonymize import many


@dataclass(frozen=True, slots=True)
class Received:
    """An act, when it reached us (aware), and from whom."""

    act: NewAct
    at: datetime
    caller: str


@transaction.atomic
def begin(histories: Mapping[int, Sequence[Received]]) -> dict[int, list[Draft]]:
    """
    Record the first acts of subjects, each in the order of receipt. Sends no mail.

    For subjects that the same transaction has made: nobody else can hold their lock. The database
    refuses it for one who has acts already.

    :raises ActRefused: for the first act that cannot be so; then nothing is recorded.
    """
    offer = queries.offer()
    begun: dict[int, list[Draft]] = {}
    found: list[Addition] = []
    secrets = many.secrets(histories)
    for key, received in histories.items():
        begun[key] = [drafted(r.act, key, caller=r.caller, at=r.at, offer=offer) for r in received]
        kept = Kept(key, START, {}, new_person(key), secrets.get(key))
        found.append(additions.add(kept, begun[key]))
    copying.write_all(found, trail=lambda one: [entry_of(draft.row) for draft in one.drafts])
    return begun
