"""The course of an erasure: one order, no way past a legal hold, and always an end."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rights.erasure.course import MOVES, OVER, Facts, Step, following

FLAGS = [name for name in Facts.__slots__ if name != "held"]
FACTS = st.fixed_dictionaries({name: st.booleans() for name in FLAGS})
READY = Facts(held=False, systems_answered=True, told=True)


def walk(facts: Facts) -> list[Step]:
    step, walked = Step.COOLING, [Step.COOLING]
    while (after := following(step, facts)) != step:
        step = after
        walked.append(step)
    return walked


def test_without_blocking_everything_goes_at_once() -> None:
    assert walk(READY) == ["cooling", "erasing", "verifying", "telling", "ended"]


def test_with_blocking_destruction_comes_after_its_end() -> None:
    facts = Facts(held=False, systems_answered=True, told=True, wants_blocking=True)
    expected = ["cooling", "blocking", "blocked", "erasing", "verifying", "telling", "ended"]
    assert walk(facts) == expected


def test_another_right_of_the_person_comes_first() -> None:
    assert following(Step.COOLING, Facts(held=False, waits_for_others=True)) is Step.COOLING


def test_a_system_that_still_holds_something_is_told_again() -> None:
    facts = Facts(held=False, systems_answered=True, something_left=True)
    assert following(Step.VERIFYING, facts) is Step.ERASING


def test_an_erasure_of_some_systems_leaves_the_record_and_tells_nobody() -> None:
    facts = Facts(
        held=False, systems_answered=True, whole_person=False, wants_blocking=True, told=True
    )
    assert walk(facts) == ["cooling", "erasing", "verifying", "ended"]


@given(st.sampled_from(Step), FACTS)
def test_a_legal_hold_stops_every_step(step: Step, facts: dict[str, bool]) -> None:
    assert following(step, Facts(held=True, **facts)) is step


@given(st.sampled_from(Step), FACTS)
def test_only_declared_moves_are_made(step: Step, facts: dict[str, bool]) -> None:
    after = following(step, Facts(held=False, **facts))
    assert after is step or after in MOVES[step]


@given(st.sampled_from(sorted(OVER)), FACTS)
def test_what_is_over_stays_over(step: Step, facts: dict[str, bool]) -> None:
    assert following(step, Facts(held=False, **facts)) is step


class Course(RuleBasedStateMachine):
    """Facts change in any order; nothing is destroyed that was not first answered and verified."""

    @initialize()
    def begin(self) -> None:
        self.step, self.walked = Step.COOLING, [Step.COOLING]

    @rule(facts=FACTS, held=st.booleans())
    def look(self, facts: dict[str, bool], held: bool) -> None:
        after = following(self.step, Facts(held=held, **facts))
        if after is not self.step:
            self.walked.append(after)
        self.step = after

    @invariant()
    def destruction_comes_after_a_verification(self) -> None:
        if Step.TELLING in self.walked:
            assert self.walked[self.walked.index(Step.TELLING) - 1] is Step.VERIFYING

    @invariant()
    def every_verification_comes_after_an_erasing(self) -> None:
        for before, after in zip(self.walked, self.walked[1:], strict=False):
            assert after is not Step.VERIFYING or before is Step.ERASING

    @invariant()
    def the_end_comes_once(self) -> None:
        assert self.walked.count(Step.ENDED) <= 1


TestCourse = Course.TestCase
