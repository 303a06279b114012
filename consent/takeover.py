"""Records many past acts at once: grouped by subject, under all their locks, written by COPY."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

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
_Numbered = list[tuple[int, NewAct]]  # acts, each with the number of its line


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
    for key in [key for key in by_subject if lives.get(key) != "active"]:
        lines.faults += [(number, _gone()) for number, _ in by_subject.pop(key)]
    receive = partial(drafted, caller=caller, at=at, offer=queries.offer())
    added = _added(by_subject, receive, lines.faults)
    copying.write_all(added, trail=lambda one: [_entry(one, caller, at, source)])
    return lines.faults


def _read(raw: Sequence[bytes], first: int, read: ReadLine) -> Lines:
    lines = Lines()
    for number, text in enumerate(raw, start=first):
        try:
            lines.acts.append((number, read(text)))
        except LineRefused as refused:
            lines.faults.append((number, refused))
    return lines


def _by_subject(lines: Lines) -> dict[int, _Numbered]:
    named = {(line.kind, line.value) for _, line in lines.acts}
    found = many.find_all(named)
    by_subject: dict[int, _Numbered] = {}
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


def _added(
    by_subject: Mapping[int, _Numbered], receive: Callable[..., Draft], faults: list[Fault]
) -> Iterator[Addition]:
    purposes = {act.purpose for acts in by_subject.values() for _, act in acts}
    for kept in keeping.kept_of_all(sorted(by_subject), purposes) if by_subject else ():
        found: list[Draft] = []
        for number, act in by_subject[kept.subject_key]:
            try:
                found.append(receive(act, kept.subject_key))
            except ActRefused as refused:
                faults.append((number, refused))
        if found:
            yield additions.add(kept, found)


def _entry(addition: Addition, caller: str, at: datetime, source: str) -> audit.Entry:
    return {
        "action": "consent.imported",
        "actor": caller,
        "at": at,
        "subject_key": addition.subject_key,
        "details": {"import": source, "acts": [trace(d.row) for d in addition.drafts]},
    }
