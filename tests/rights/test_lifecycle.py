"""The table of moves, as a table and over random histories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights.lifecycle import CLOSED, MOVES, OPEN, UNANSWERED, IllegalMove, State, moved, of_request

STATES = st.sampled_from(list(State))


def test_every_state_has_a_row_and_every_move_leads_to_a_state() -> None:
    assert set(MOVES) == set(State)
    assert all(following <= set(State) for following in MOVES.values())


@given(STATES, STATES)
def test_a_move_is_allowed_exactly_when_the_table_has_it(current: State, wanted: State) -> None:
    if wanted in MOVES[current]:
        assert moved(current, wanted) is wanted
    else:
        with pytest.raises(IllegalMove, match="Reload the page"):
            moved(current, wanted)


@given(st.lists(STATES, max_size=40))
def test_no_history_ever_leaves_a_closed_state_or_answers_twice(wishes: list[State]) -> None:
    state, answers, closed_at = State.RECEIVED, 0, None
    for step, wanted in enumerate(wishes):
        try:
            state = moved(state, wanted)
        except IllegalMove:
            continue
        assert closed_at is None
        answers += state in {State.ANSWERED, State.PARTIALLY_GRANTED, State.REFUSED}
        closed_at = step if state in CLOSED else None
    assert answers <= 1


def test_every_state_can_be_reached_and_every_open_one_can_end() -> None:
    reached, frontier = {State.RECEIVED}, {State.RECEIVED}
    while frontier:
        frontier = {after for state in frontier for after in MOVES[state]} - reached
        reached |= frontier
    assert reached == set(State)
    ending = set(CLOSED)
    for _ in State:
        ending |= {state for state, following in MOVES.items() if following & ending}
    assert ending == set(State)


def test_a_person_can_withdraw_until_the_answer_and_while_an_erasure_cools_off() -> None:
    withdrawable = {state for state in State if State.WITHDRAWN in MOVES[state]}
    assert withdrawable == UNANSWERED | {State.EXECUTING}
    assert State.EXECUTING not in UNANSWERED


def test_only_what_is_unanswered_can_be_answered() -> None:
    refusable = {state for state in State if State.REFUSED in MOVES[state]}
    assert refusable == UNANSWERED | {State.EXECUTING}


def test_a_closed_right_stays_closed() -> None:
    assert all(not MOVES[state] for state in CLOSED)
    assert set(State) == OPEN | CLOSED


def test_a_request_is_as_far_as_its_slowest_right() -> None:
    assert of_request(frozenset({State.COMPLETED, State.IN_PROGRESS})) is State.IN_PROGRESS
    assert of_request(frozenset({State.REFUSED})) is State.REFUSED
    assert of_request(frozenset({State.REFUSED, State.WITHDRAWN})) is State.COMPLETED
