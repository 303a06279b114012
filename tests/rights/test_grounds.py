"""Grounds of refusal: of the person's own law, for the right, with an article."""

import pytest

from jurisdictions.load import laws
from jurisdictions.vocabulary import RIGHTS
from rights import grounds, words


@pytest.mark.parametrize("law", laws())
def test_every_right_of_every_law_has_a_ground_with_an_article(law: str) -> None:
    for right in RIGHTS:
        if laws()[law].grants(right):
            found = grounds.grounds([law], right)
            assert found, right
            assert all(set(one.words) == {"es", "pt-BR", "en"} for one in found.values())
            assert all(any(c.isdigit() for c in one.source) for one in found.values())


def test_a_law_without_a_list_takes_its_parents() -> None:
    spain = grounds.grounds(["EU-GDPR", "ES-LOPDGDD"], "erasure")
    assert spain == grounds.grounds(["EU-GDPR"], "erasure")
    assert spain["legal_duty"].source == "EU-GDPR art. 17.3.b"


def test_no_ground_of_the_law_is_refused() -> None:
    with pytest.raises(grounds.GroundUnknown, match="legal_duty"):
        grounds.require(["CO-1581"], "erasure", "expression")


@pytest.mark.parametrize("kind", ["rights", "states", "next_steps", "outcomes", "clock_events"])
def test_every_word_stands_in_three_languages(kind: str) -> None:
    for key in words.keys(kind):
        assert all(words.say(kind, key, locale) != key for locale in ("es", "pt-BR")), key


def test_every_right_has_a_name() -> None:
    assert set(words.keys("rights")) == RIGHTS
