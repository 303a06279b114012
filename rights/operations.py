"""What changes a request. Each call is one transaction and leaves an event and an audit entry."""

from rights.casework.answers import (
    ExtensionRefused,
    ReasonMissing,
    answer,
    complete,
    execute,
    extend,
    mark,
    refuse,
)
from rights.casework.closing import forget, forget_old
from rights.casework.events import Acting
from rights.casework.holding import RequestUnknown
from rights.casework.identity import AlreadyProved, ask_code, redeem, verify
from rights.casework.information import AskingRefused, ask, supplied
from rights.casework.leaving import TooEarly, abandon, abandon_due, withdraw
from rights.casework.opening import NewRequest, RequestRefused, open_request
from rights.casework.recalculation import NothingOffered, recalculate
from rights.casework.terms import TermUnknown
from rights.casework.terms import choose as choose_terms

__all__ = [
    "Acting",
    "AlreadyProved",
    "AskingRefused",
    "ExtensionRefused",
    "NewRequest",
    "NothingOffered",
    "ReasonMissing",
    "RequestRefused",
    "RequestUnknown",
    "TermUnknown",
    "TooEarly",
    "abandon",
    "abandon_due",
    "answer",
    "ask",
    "ask_code",
    "choose_terms",
    "complete",
    "execute",
    "extend",
    "forget",
    "forget_old",
    "mark",
    "open_request",
    "recalculate",
    "redeem",
    "refuse",
    "supplied",
    "verify",
    "withdraw",
]
