"""Whatever stood before, saving a page leads to exactly what the page showed as chosen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import catalogue
from consent.act import FREQUENCIES, Act, Kind
from consent.state import fold
from policies.bundle import parse
from policies.queries import BUNDLES
from portal.grounds import Grounded, Mode
from portal.selection import DEFAULT_FREQUENCY, Selection, Step, chosen, steps

AT = datetime(2026, 11, 2, tzinfo=UTC)
PURPOSE = catalogue.load()["marketing.messages"]
CHANNELS, DATA = sorted(PURPOSE.channels), sorted(PURPOSE.data_categories)


def selections() -> st.SearchStrategy[Selection]:
    """Return selections, an empty one among them."""
    some = st.frozensets(st.sampled_from(CHANNELS), min_size=1)
    chosen_ones = st.builds(
        lambda channels, data, paces: Selection(
            channels, data, {c: f for c, f in paces.items() if c in channels}
        ),
        some,
        st.frozensets(st.sampled_from(DATA), min_size=1),
        st.dictionaries(st.sampled_from(CHANNELS), st.sampled_from(FREQUENCIES)),
    )
    return st.one_of(st.just(Selection()), chosen_ones)


def standing_after(acts: list[Act], mode: Mode = Mode.ASK) -> Grounded:
    """Return the purpose as it is grounded after `acts`, all of them sufficient."""
    standing = fold(acts)
    layer = standing.layer_for(None, None)
    silent = mode is Mode.OBJECT and layer is None
    return Grounded(
        purpose=PURPOSE,
        standing=standing,
        mode=mode,
        holds=silent or bool(layer and layer.is_grant),
        codes=("consent",),
        basis="consent",
        law=None,
        needs_explicit=False,
        below_consent_age=False,
    )


def offered(wanted: Selection, mode: Mode) -> Selection:
    """Return what a page lets a person wish for: an objection is to all data or to none."""
    if mode is Mode.OBJECT and wanted.is_on:
        return replace(wanted, categories=frozenset(DATA))
    return wanted


def recorded(before: list[Act], taken: list[Step]) -> list[Act]:
    """Return the acts on record after the steps were taken."""
    number = len(before)
    return before + [
        Act(
            kind=step.kind,
            sequence=number + index,
            acted_at=AT + timedelta(minutes=number + index),
            purpose=PURPOSE.key,
            notice_version="1.0",
            channels=step.channels,
            categories=step.categories,
            frequency=step.frequency,
            email_proved=True,
        )
        for index, step in enumerate(taken, start=1)
    ]


def paced(selection: Selection) -> Selection:
    """Return a selection with the frequency of each of its channels spelt out."""
    known = {c: selection.frequencies.get(c, DEFAULT_FREQUENCY) for c in selection.channels}
    return replace(selection, frequencies=known)


@given(st.lists(selections(), min_size=1, max_size=5), st.sampled_from([Mode.ASK, Mode.OBJECT]))
def test_the_page_gets_what_it_asked_for(wishes: list[Selection], mode: Mode) -> None:
    acts: list[Act] = []
    for wanted in (offered(wish, mode) for wish in wishes):
        acts = recorded(acts, steps(standing_after(acts, mode), wanted))
        now = chosen(standing_after(acts, mode))
        assert (now.channels, now.categories) == (wanted.channels, wanted.categories)


@given(selections(), st.sampled_from([Mode.ASK, Mode.OBJECT]))
def test_saving_what_stands_takes_no_step(wanted: Selection, mode: Mode) -> None:
    acts = recorded([], steps(standing_after([], mode), offered(wanted, mode)))
    assert steps(standing_after(acts, mode), chosen(standing_after(acts, mode))) == []


@given(selections(), selections())
def test_a_changed_frequency_is_kept(first: Selection, second: Selection) -> None:
    acts = recorded([], steps(standing_after([]), first))
    acts = recorded(acts, steps(standing_after(acts), second))
    now = chosen(standing_after(acts))
    both = first.channels & second.channels
    assert {c: paced(now).frequencies[c] for c in both} == {
        c: paced(second).frequencies[c] for c in both
    }


@pytest.mark.parametrize(
    ("mode", "granted", "kind"),
    [
        (Mode.ASK, False, Kind.REFUSED),
        (Mode.ASK, True, Kind.WITHDRAWN),
        (Mode.OBJECT, False, Kind.OBJECTED),
    ],
)
def test_a_no_has_the_word_of_the_law(mode: Mode, granted: bool, kind: Kind) -> None:
    grant = Step(Kind.GRANTED, frozenset({"push"}))
    found = standing_after(recorded([], [grant] if granted else []), mode)
    assert [step.kind for step in steps(found, Selection())] == [kind]


def test_the_frequency_shown_by_default_is_the_one_that_the_check_uses() -> None:
    text = (BUNDLES / "2026-11-baseline.toml").read_text(encoding="utf-8")
    frequency = parse(text, name="2026-11-baseline").bundle.frequency
    assert frequency is not None
    assert frequency.default == DEFAULT_FREQUENCY
