"""What is done with erasures. Each call is one transaction and leaves an event."""

from pseudonymize.holds import HoldRefused, UnderLegalHold
from rights.erasure.beginning import begin, choose, hurry, systems_answered
from rights.erasure.destruction import NotClean
from rights.erasure.going_on import go_on, go_on_due
from rights.erasure.stopping import TooLate, decline, halt, resume, take_back

__all__ = [
    "HoldRefused",
    "NotClean",
    "TooLate",
    "UnderLegalHold",
    "begin",
    "choose",
    "decline",
    "go_on",
    "go_on_due",
    "halt",
    "hurry",
    "resume",
    "systems_answered",
    "take_back",
]
