"""
The life of one right within a request: its states, and which of them may follow which.

Pure: a table and two functions. Whether a date allows a move is the law's business, not ours.
"""

import enum
from collections.abc import Mapping


class State(enum.StrEnum):
    """Where one right of a request stands. Each right of a request has a state of its own."""

    RECEIVED = "received"
    AWAITING_IDENTITY = "awaiting_identity"
    AWAITING_INFORMATION = "awaiting_information"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    ANSWERED = "answered"
    EXECUTING = "executing"
    COMPLETED = "completed"
    REFUSED = "refused"
    PARTIALLY_GRANTED = "partially_granted"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


_S = State
_BEFORE_ANSWER = frozenset({_S.ANSWERED, _S.PARTIALLY_GRANTED, _S.REFUSED, _S.WITHDRAWN})

MOVES: Mapping[State, frozenset[State]] = {
    _S.RECEIVED: frozenset(
        {_S.AWAITING_IDENTITY, _S.AWAITING_INFORMATION, _S.IN_PROGRESS, _S.REFUSED, _S.WITHDRAWN}
    ),
    _S.AWAITING_IDENTITY: frozenset({_S.IN_PROGRESS, _S.REFUSED, _S.WITHDRAWN, _S.ABANDONED}),
    _S.AWAITING_INFORMATION: frozenset(
        {_S.IN_PROGRESS, _S.EXTENDED, _S.REFUSED, _S.WITHDRAWN, _S.ABANDONED}
    ),
    _S.IN_PROGRESS: _BEFORE_ANSWER | {_S.EXTENDED, _S.AWAITING_INFORMATION, _S.AWAITING_IDENTITY},
    _S.EXTENDED: _BEFORE_ANSWER | {_S.AWAITING_INFORMATION},
    _S.ANSWERED: frozenset({_S.EXECUTING, _S.COMPLETED}),
    _S.PARTIALLY_GRANTED: frozenset({_S.EXECUTING, _S.COMPLETED}),
    # An erasure may still be stopped before its first step, by who asked or by the office.
    _S.EXECUTING: frozenset({_S.COMPLETED, _S.WITHDRAWN, _S.REFUSED}),
    _S.COMPLETED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.ABANDONED: frozenset(),
}

OPEN = frozenset(state for state, following in MOVES.items() if following)
CLOSED = frozenset(State) - OPEN
UNANSWERED = OPEN - {_S.ANSWERED, _S.PARTIALLY_GRANTED, _S.EXECUTING}


class IllegalMove(Exception):
    """Our procedure has no step from one state to the other."""

    code = "illegal_move"

    def __init__(self, current: State, wanted: State) -> None:
        self.current, self.wanted = current, wanted
        allowed = ", ".join(sorted(MOVES[current])) or "none, it is closed"
        super().__init__(
            f"A right that is {current} cannot become {wanted} (allowed: {allowed}). "
            "Reload the page: somebody may have been faster."
        )


def moved(current: State, wanted: State) -> State:
    """
    Return `wanted` when it may follow `current`.

    :raises IllegalMove: when our procedure has no such step.
    """
    if wanted not in MOVES[current]:
        raise IllegalMove(current, wanted)
    return wanted


def of_request(states: frozenset[State]) -> State:
    """
    Return the one word for a request whose rights are in `states`: the open one furthest behind.

    When all are closed it is what they share, or `completed` where they ended differently.
    """
    order = list(State)
    waiting = [state for state in order if state in states and state in OPEN]
    if waiting:
        return waiting[0]
    return next(iter(states)) if len(states) == 1 else State.COMPLETED
