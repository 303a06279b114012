"""What nobody should guess: predictions, places and proxies that reveal a sensitive fact."""

from collections.abc import Iterator

from consent.act import guess_word
from policies.decision import Finding
from policies.matter import Matter
from policies.question import WITHHELD_WORD

_SEGMENT = "segment:"


def prediction_is_harmless(matter: Matter) -> Iterator[Finding]:
    """`predicts` is a closed vocabulary: an unknown word is refused, an absent one allowed."""
    word = matter.question.properties.predicts
    if word is None:
        return
    segment = word.removeprefix(_SEGMENT) if word.startswith(_SEGMENT) else None
    if segment is not None:
        harmless = bool(segment.strip()) and matter.policy.proxies.reveals(segment) is None
    else:
        harmless = word in matter.policy.bundle.predictions.harmless
    if not harmless:
        yield matter.finding("inferred_special_category")


def removed_guess_is_not_made_again(matter: Matter) -> Iterator[Finding]:
    """What a person had removed is not worked out anew, until they allow it again."""
    word = matter.question.properties.predicts
    if word is not None and is_removed(matter, word):
        yield matter.finding("objected", detail={"guess": guess_word(word)})


def is_removed(matter: Matter, said: str) -> bool:
    """
    Return whether the person had this guess removed; a segment also by its bare name.

    What the contract itself needs cannot be objected to. Source: GDPR art. 21(1).
    """
    removed = matter.person.removed_guesses
    if not removed or matter.rests_on_contract:
        return False
    word = guess_word(said)
    return word in removed or f"{_SEGMENT}{word}" in removed


def place_is_expected(matter: Matter) -> Iterator[Finding]:
    """A competitor's shop is not expected; a clinic, a temple or a court tells too much."""
    place = matter.question.properties.place
    if place is None:
        return
    code = matter.policy.bundle.places.get(place, "inferred_special_category")
    if code:
        yield matter.finding(code, detail={"place": place} if code == "not_expected" else None)


def details_are_no_proxies(matter: Matter) -> Iterator[Finding]:
    """A product or segment in the data that stands for a sensitive fact closes the action."""
    telling = [
        item.category
        for item in matter.question.data
        if item.detail and _tells(matter, item.detail)
    ]
    if telling:
        yield matter.finding("inferred_special_category", data=tuple(dict.fromkeys(telling)))


def _tells(matter: Matter, detail: str) -> bool:
    return detail == WITHHELD_WORD or matter.policy.proxies.reveals(detail) is not None
