"""By what a person is told to a system: read from the vault when it is called, kept nowhere."""

from datetime import datetime

from pseudonymize import legal
from pseudonymize import queries as subjects
from rights.systems.declaration import System


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
        raise NobodyToName("identifier_shared" if fitting else "no_identifier")
    return found
