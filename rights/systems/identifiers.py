"""By what a person is told to a system: read from the vault when it is called, kept nowhere."""

from collections.abc import Mapping
from datetime import datetime

from pseudonymize import legal
from pseudonymize import queries as subjects
from rights.systems.declaration import System
from rights.systems.protocol import NOTHING, Answer, Failed, Settled

NOT_KNOWN, SHARED = "no_identifier", "identifier_shared"
_UNNAMED = "unnamed"


class NobodyToName(Exception):
    """Nothing is left, or may be read, by which this system could find the person."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble
        super().__init__(trouble)


def told(subject_key: int, system: System, *, at: datetime) -> tuple[tuple[str, str], ...]:
    """
    Return the (kind, value) pairs that a system is told: those of the kinds that it declares.

    Of a blocked person they are opened by the legal role, which leaves a trace.

    :raises NobodyToName: when the vault gives none.
    """
    if not system.identified_by:
        return ()
    try:
        every = subjects.every_identifier(subject_key)
    except subjects.SubjectBlocked:
        every = legal.every_identifier(subject_key, reason="execution", actor="system", at=at)
    fitting = [one for one in every if one[0] in system.identified_by]
    found = tuple(one for one in fitting if subjects.holders(*one) == [subject_key])
    if not found:
        raise NobodyToName(SHARED if fitting else NOT_KNOWN)
    return found


def without_name(system: System, wrong: NobodyToName) -> Answer:
    """
    Return what is settled, or left to a person, where a system cannot be named somebody.

    Of whom nothing is known that it finds people by, it can hold nothing under that, unless it is
    declared `must_know`. It was not asked, and the report keeps that, for letters to say so.
    """
    if wrong.trouble == NOT_KNOWN and not system.must_know:
        return Settled(NOTHING, {_UNNAMED: sorted(system.identified_by)})
    return Failed(wrong.trouble, lasting=True)


def was_unnamed(report: Mapping[str, object]) -> bool:
    """Return whether a system was settled without being asked; its report says so."""
    return _UNNAMED in report
