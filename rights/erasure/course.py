"""
The course of an erasure: its steps, and which one follows. Pure: values only.

cooling → blocking → blocked → erasing → verifying → telling → ended. Where no law wants blocking,
cooling leads to erasing; a system that still holds something leads from verifying back to
erasing. `stopped` ends it before anything was done.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Step(enum.StrEnum):
    """Where an erasure stands."""

    COOLING = "cooling"  # may still be stopped
    BLOCKING = "blocking"  # systems are told to block
    BLOCKED = "blocked"  # kept for claims only, until a day
    ERASING = "erasing"  # systems are told to erase
    VERIFYING = "verifying"  # systems are asked what is left
    TELLING = "telling"  # the certificate is on its way
    ENDED = "ended"
    STOPPED = "stopped"


_S = Step
OVER = frozenset({_S.ENDED, _S.STOPPED})
MOVES: Mapping[Step, frozenset[Step]] = {
    _S.COOLING: frozenset({_S.BLOCKING, _S.ERASING, _S.STOPPED}),
    _S.BLOCKING: frozenset({_S.BLOCKED}),
    _S.BLOCKED: frozenset({_S.ERASING}),
    _S.ERASING: frozenset({_S.VERIFYING}),
    _S.VERIFYING: frozenset({_S.ERASING, _S.TELLING, _S.ENDED}),
    _S.TELLING: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
    _S.STOPPED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides whether an erasure goes on, and where to."""

    held: bool  # a legal hold covers the person, or one stopped it and nobody let it go on
    cooled_off: bool = True
    waits_for_others: bool = False  # another right of the person is not carried out yet
    wants_blocking: bool = False
    blocking_over: bool = True
    systems_answered: bool = False  # every errand of this step is settled
    something_left: bool = False  # a system still holds what had to go
    whole_person: bool = True  # Venia's own record goes too
    told: bool = False  # the certificate left, or could not be delivered in its days


def following(step: Step, facts: Facts) -> Step:
    """
    Return the step that follows now; `step` itself while there is something to wait for.

    A legal hold stops every step, wherever the erasure stands.
    """
    if facts.held or step in OVER:
        return step
    return _NEXT[step](facts)


def _after_cooling(facts: Facts) -> Step:
    if not facts.cooled_off or facts.waits_for_others:
        return _S.COOLING
    return _S.BLOCKING if facts.wants_blocking and facts.whole_person else _S.ERASING


def _after_blocking(facts: Facts) -> Step:
    return _S.BLOCKED if facts.systems_answered else _S.BLOCKING


def _after_blocked(facts: Facts) -> Step:
    return _S.ERASING if facts.blocking_over else _S.BLOCKED


def _after_erasing(facts: Facts) -> Step:
    return _S.VERIFYING if facts.systems_answered else _S.ERASING


def _after_verifying(facts: Facts) -> Step:
    if not facts.systems_answered:
        return _S.VERIFYING
    if facts.something_left:
        return _S.ERASING
    return _S.TELLING if facts.whole_person else _S.ENDED


def _after_telling(facts: Facts) -> Step:
    return _S.ENDED if facts.told else _S.TELLING


_NEXT = {
    _S.COOLING: _after_cooling,
    _S.BLOCKING: _after_blocking,
    _S.BLOCKED: _after_blocked,
    _S.ERASING: _after_erasing,
    _S.VERIFYING: _after_verifying,
    _S.TELLING: _after_telling,
}
