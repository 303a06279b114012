"""What stands after any history of acts, in any order of delivery."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from consent.act import CHANNELS, Act, Kind, is_within
from consent.compact import from_json, to_json
from consent.state import Layer, Standing, fold, fold_subject, followed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOME_CHANNELS = ("email", "push", "sms")
SOME_CATEGORIES = ("user.behavior", "user.behavior.browsing_history", "user.contact", "user")


def an_act(kind: Kind, sequence: int, **fields: object) -> Act:
    for name in ("channels", "categories"):
        if fields.get(name) is not None:
            fields[name] = frozenset(fields[name])  # type: ignore[call-overload]
    fields.setdefault("acted_at", NOON + timedelta(days=sequence))
    return Act(kind=kind, sequence=sequence, purpose="p", **fields)  # type: ignore[arg-type]


def kind_for(standing: Standing, channel: str | None, category: str | None = None) -> Kind | None:
    layer = standing.layer_for(channel, category)
    return layer.kind if layer else None


def some(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(names), min_size=1)


@st.composite
def histories(draw: st.DrawFn) -> list[Act]:
    kinds = [*Kind][:6]
    size = draw(st.integers(0, 8))
    return [
        Act(
            kind=draw(st.sampled_from(kinds)),
            sequence=sequence,
            acted_at=NOON + timedelta(hours=draw(st.integers(0, 5))),
            purpose="p",
            notice_version=draw(st.sampled_from(["1.0", "2.0"])),
            channels=draw(some(SOME_CHANNELS)),
            categories=draw(some(SOME_CATEGORIES)),
            frequency=draw(st.sampled_from([None, "daily", "never"])),
            email_proved=draw(st.booleans()),
            confirms=draw(st.integers(1, 8)),
        )
        for sequence in range(1, size + 1)
    ]


@given(histories(), st.randoms())
def test_a_fold_does_not_depend_on_the_order_of_its_rows(acts: list[Act], random: Random) -> None:
    shuffled = list(acts)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(acts)


@given(histories())
def test_an_act_added_to_what_stands_gives_what_a_fold_of_all_gives(acts: list[Act]) -> None:
    known: list[Act] = []
    for act in acts:
        if any(each.confirms == act.sequence for each in known):
            return  # nobody can confirm a grant that is not recorded yet
        quick = followed(fold(known), act)
        known.append(act)
        assert quick is None or quick == fold(known)


@given(histories())
def test_the_written_form_of_what_stands_reads_back_the_same(acts: list[Act]) -> None:
    assert from_json(to_json(fold(acts))) == fold(acts)


@given(histories())
def test_dropping_hidden_layers_changes_no_answer(acts: list[Act]) -> None:
    standing = fold(acts)
    for channel in (*SOME_CHANNELS, "postal"):
        for category in (*SOME_CATEGORIES, "user.behavior.search_history", "user.name"):
            assert kind_for(standing, channel, category) == plain_answer(acts, channel, category)


def plain_answer(acts: Iterable[Act], channel: str, category: str) -> Kind | None:
    """The same rule told point by point over the whole history, without layers or pruning."""
    decisions = [act for act in acts if act.kind.value in ("granted", "refused")]
    decisions += [act for act in acts if act.kind.value in ("withdrawn", "objected")]
    decisions.sort(key=lambda act: (act.acted_at, act.sequence), reverse=True)

    def latest(point: str) -> Act | None:
        for act in decisions:
            on_channel = act.channels is None or channel in act.channels
            if on_channel and (act.categories is None or is_within(point, act.categories)):
                return act
        return None

    named = {name for act in decisions for name in act.categories or ()}
    own = latest(category)
    parts = [latest(name) for name in named if name.startswith(category + ".")]
    refusals = [part for part in (own, *parts) if part and part.kind is not Kind.GRANTED]
    if own is None:
        return None
    if own.kind is not Kind.GRANTED or not refusals:
        return own.kind
    return refusals[0].kind if len({r.kind for r in refusals}) == 1 else _first(refusals)


def _first(refusals: list[Act]) -> Kind:
    return max(refusals, key=lambda act: (act.acted_at, act.sequence)).kind


@given(histories())
def test_no_answer_is_a_grant_that_no_act_gave(acts: list[Act]) -> None:
    standing = fold(acts)
    granted = {act.sequence for act in acts if act.kind is Kind.GRANTED}
    answers = [standing.layer_for(c, d) for c in (*SOME_CHANNELS, None) for d in (None, "user")]
    assert {layer.sequence for layer in answers if layer and layer.is_grant} <= granted


@given(histories())
def test_a_withdrawal_of_everything_leaves_nothing_granted(acts: list[Act]) -> None:
    last = an_act(Kind.WITHDRAWN, 99)
    standing = fold([*acts, last])
    assert [layer.kind for layer in standing.layers] == [Kind.WITHDRAWN]
    assert kind_for(standing, None) is Kind.WITHDRAWN


def test_an_act_that_names_channels_speaks_for_those_only() -> None:
    standing = fold([an_act(Kind.GRANTED, 1), an_act(Kind.WITHDRAWN, 2, channels=["sms"])])
    assert kind_for(standing, "sms") is Kind.WITHDRAWN
    assert kind_for(standing, "push") is Kind.GRANTED
    assert kind_for(standing, None) is Kind.GRANTED


def test_a_channel_that_no_act_names_has_no_answer() -> None:
    standing = fold([an_act(Kind.GRANTED, 1, channels=["push"])])
    assert standing.layer_for("sms", None) is None
    assert kind_for(standing, None) is Kind.GRANTED


def test_withdrawing_the_only_channel_withdraws_the_purpose() -> None:
    acts = [an_act(Kind.GRANTED, 1, channels=["push"])]
    acts.append(an_act(Kind.WITHDRAWN, 2, channels=["push"]))
    assert kind_for(fold(acts), None) is Kind.WITHDRAWN


def test_a_refusal_inside_a_broader_grant_forbids_the_broader_item() -> None:
    acts = [an_act(Kind.GRANTED, 1)]
    acts.append(an_act(Kind.REFUSED, 2, categories=["user.behavior.browsing_history"]))
    standing = fold(acts)
    assert kind_for(standing, "web", "user.behavior") is Kind.REFUSED
    assert kind_for(standing, "web", "user.behavior.purchase_history") is Kind.GRANTED


def test_a_grant_of_a_category_covers_what_is_below_it_and_not_above() -> None:
    standing = fold([an_act(Kind.GRANTED, 1, categories=["user.behavior"])])
    assert kind_for(standing, "web", "user.behavior.browsing_history") is Kind.GRANTED
    assert standing.layer_for("web", "user") is None
    assert standing.layer_for("web", "user.behaviors") is None


def test_the_latest_act_wins_however_late_another_arrives() -> None:
    delivered_late = an_act(Kind.GRANTED, 2, acted_at=NOON - timedelta(days=9))
    standing = fold([an_act(Kind.WITHDRAWN, 1, acted_at=NOON), delivered_late])
    assert kind_for(standing, "web") is Kind.WITHDRAWN


def test_email_is_pending_until_the_grant_is_confirmed() -> None:
    grant = an_act(Kind.GRANTED, 1, channels=["email", "push"])
    pending = fold([grant]).layer_for("email", None)
    confirmed = fold([grant, an_act(Kind.CONFIRMED, 2, confirms=1)]).layer_for("email", None)
    assert pending is not None
    assert pending.is_pending("email")
    assert not pending.is_pending("push")
    assert not pending.is_pending(None)
    assert confirmed is not None
    assert not confirmed.is_pending("email")


def test_a_grant_that_comes_with_proof_is_not_pending() -> None:
    layer = fold([an_act(Kind.GRANTED, 1, email_proved=True)]).layer_for("email", None)
    assert layer is not None
    assert not layer.is_pending("email")


def test_a_second_grant_after_a_confirmed_one_stays_confirmed() -> None:
    acts = [an_act(Kind.GRANTED, 1), an_act(Kind.GRANTED, 2, channels=["email"])]
    layer = fold([*acts, an_act(Kind.CONFIRMED, 3, confirms=1)]).layer_for("email", None)
    assert layer is not None
    assert layer.sequence == 2
    assert not layer.is_pending("email")


def test_a_grant_after_a_withdrawal_must_be_confirmed_anew() -> None:
    acts = [an_act(Kind.GRANTED, 1, email_proved=True), an_act(Kind.WITHDRAWN, 2)]
    layer = fold([*acts, an_act(Kind.GRANTED, 3)]).layer_for("email", None)
    assert layer is not None
    assert layer.is_pending("email")


def test_only_a_pending_channel_left_makes_the_purpose_pending() -> None:
    others = [c for c in CHANNELS if c != "email"]
    acts = [an_act(Kind.GRANTED, 1), an_act(Kind.WITHDRAWN, 2, channels=others)]
    layer: Layer | None = fold(acts).layer_for(None, None)
    assert layer is not None
    assert layer.is_grant
    assert layer.is_pending(None)


def test_the_wish_for_a_frequency_stays_until_another_is_told() -> None:
    acts = [an_act(Kind.GRANTED, 1, channels=["push"], frequency="monthly")]
    acts.append(an_act(Kind.GRANTED, 2, channels=["push"]))
    assert fold(acts).frequency_for("push") == "monthly"
    assert fold(acts).frequency_for("sms") is None
    acts.append(an_act(Kind.GRANTED, 3, frequency="daily"))
    assert fold(acts).frequency_for("push") == "daily"


def test_the_latest_served_notice_is_kept_beside_the_decisions() -> None:
    acts = [an_act(Kind.NOTICE_SERVED, 1, notice_version="1.0")]
    acts.append(an_act(Kind.OBJECTED, 2))
    standing = fold(acts)
    assert standing.served is not None
    assert standing.served.version == "1.0"
    assert kind_for(standing, "web") is Kind.OBJECTED


def test_acts_for_the_whole_person_fold_by_when_they_were_made() -> None:
    acts = [
        an_act(Kind.PAUSED, 1, until=date(2026, 4, 1)),
        an_act(Kind.RESTRICTED, 2),
        an_act(Kind.BLOCKED, 3),
        an_act(Kind.UNBLOCKED, 4),
        an_act(Kind.RESUMED, 5, acted_at=NOON - timedelta(days=1)),
    ]
    person = fold_subject(acts)
    assert person.restricted
    assert not person.blocked
    assert person.paused_until == date(2026, 4, 1)
    assert not person.erased
    assert fold_subject([*acts, an_act(Kind.ERASED, 6)]).erased
