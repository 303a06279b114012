"""Records many past acts at once: grouped by subject, under all their locks, written by COPY."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from audit import operations as audit
from consent import additions, copying, keeping, queries
from consent.act import NewAct
from consent.additions import Addition
from consent.drafts import Draft, trace
from consent.intake import ActRefused, drafted
from pseudonymize import many
from pseudonymize import operations as subjects


class LineRefused(Exception):
    """A line of a stream cannot be recorded."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


class Line(msgspec.Struct, frozen=True, gc=False):
    """One past act and whose it is: an identifier and its kind."""

    kind: str
    value: str
    act: NewAct


ReadLine = Callable[[bytes], Line]  # raises LineRefused
Fault = tuple[int, LineRefused | ActRefused]


@dataclass(slots=True)
class Lines:
    """Some lines of a stream on their way: those that can be recorded, and the faults."""

    acts: list[tuple[int, Line]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def record(
    raw: Sequence[bytes], *, first: int, read: ReadLine, caller: str, at: datetime, source: str
) -> list[Fault]:
    """
    Record the acts that lines tell, numbered from `first`; return what was wrong with the others.

    In one transaction of the caller's. The subjects are locked in the order of their keys, so that
    two imports never wait for each other; `source` names the import in the audit trail.
    """
    lines = _read(raw, first, read)
    by_subject = _by_subject(lines)
    lives = subjects.lock_all(by_subject)
    offer = queries.offer()
    drafts: dict[int, list[Draft]] = {}
    for key, acts in by_subject.items():
        for number, act in acts:
            try:
                if lives.get(key) != "active":
                    raise _gone()
                draft = drafted(act, key, caller=caller, at=at, offer=offer)
                drafts.setdefault(key, []).append(draft)
            except (LineRefused, ActRefused) as refused:
                lines.faults.append((number, refused))
    added = _added(drafts)
    copying.write_all(added, trail=_trail(added, caller, at, source))
    return lines.faults


def _read(raw: Sequence[bytes], first: int, read: ReadLine) -> Lines:
    lines = Lines()
    for number, text in enumerate(raw, start=first):
        try:
            lines.acts.append((number, read(text)))
        except LineRefused as refused:
            lines.faults.append((number, refused))
    return lines


def _by_subject(lines: Lines) -> dict[int, list[tuple[int, NewAct]]]:
    named = {(line.kind, line.value) for _, line in lines.acts}
    found = many.find_all(named)
    by_subject: dict[int, list[tuple[int, NewAct]]] = {}
    for number, line in lines.acts:
        key = found[line.kind, line.value]
        if isinstance(key, int):
            by_subject.setdefault(key, []).append((number, line.act))
        else:
            lines.faults.append((number, _nobody(key)))
    return by_subject


def _nobody(malformed: Exception | None) -> LineRefused:
    if malformed is not None:
        return LineRefused("identifier_malformed", "subject.value", str(malformed))
    sentence = "Nobody, or more than one person, has this identifier. Register them first."
    return LineRefused("subject_unknown", "subject", sentence)


def _gone() -> LineRefused:
    return LineRefused("subject_not_active", "subject", "The subject is blocked or erased.")


def _added(drafts: dict[int, list[Draft]]) -> list[Addition]:
    purposes = {draft.row["purpose"] for acts in drafts.values() for draft in acts}
    kept = keeping.kept_of_all(drafts, purposes)
    added = [additions.add(each, drafts[each.subject_key]) for each in kept]
    additions.settle(added)
    return added


def _trail(
    added: Sequence[Addition], caller: str, at: datetime, source: str
) -> Iterator[audit.Entry]:
    for addition in added:
        yield {
            "action": "consent.imported",
            "actor": caller,
            "at": at,
            "subject_key": addition.subject_key,
            "details": {"import": source, "acts": [trace(d.row) for d in addition.drafts]},
        }
