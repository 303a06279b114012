"""Plain words, measured: what pages and summaries say reads easily in each language."""

import re
from collections.abc import Iterable

import pytest

from consent import catalogue
from tests.portal.test_words import written

_VOWELS = {
    "es": re.compile(r"[aeouáéóíú]|[iuüy]+(?![aeoáéó])|[iuü](?=[aeoáéó])", re.IGNORECASE),
    "pt_BR": re.compile(r"[aeiouáéíóúâêôãõàü]+", re.IGNORECASE),
    "en": re.compile(r"[aeiouy]+", re.IGNORECASE),
}
_CATALOGUE = {"es": "es", "pt_BR": "pt-BR", "en": "en"}
EASY = 60  # of 100 or more on each scale; 60 to 70 is plain, above is easy


def reading_ease(text: str, language: str) -> float:
    """
    Return how easily `text` reads: the higher, the easier.

    Source: Flesch (1948) for English; Fernández Huerta (1959) for Spanish; Martins et al. (1996)
    for Brazilian Portuguese, whose scale is Flesch's moved by 42.
    """
    sentences = [s for s in re.split(r"[.!?:;]+", text) if s.strip()]
    words = re.findall(r"[^\W\d_]+", text)
    syllables = sum(max(1, len(_VOWELS[language].findall(word))) for word in words)
    per_word, per_sentence = syllables / len(words), len(words) / len(sentences)
    if language == "es":
        return 206.84 - 60 * per_word - 1.02 * per_sentence
    english = 206.835 - 84.6 * per_word - 1.015 * per_sentence
    return english + 42 if language == "pt_BR" else english


def sentences_of_pages(language: str) -> Iterable[str]:
    for texts in written(language).values():
        text = re.sub(r"<[^>]+>|%\(\w+\)s", "", texts[0])
        if len(text.split()) > 5:
            yield text.rstrip(" .:?") + "."


@pytest.mark.parametrize("language", ["es", "pt_BR", "en"])
def test_pages_read_easily(language: str) -> None:
    assert reading_ease(" ".join(sentences_of_pages(language)), language) >= EASY


@pytest.mark.parametrize("young", [False, True], ids=["summaries", "adolescents"])
@pytest.mark.parametrize("language", ["es", "pt_BR", "en"])
def test_what_stands_beside_the_answers_reads_easily(language: str, young: bool) -> None:
    notices = (purpose.notices[-1] for purpose in catalogue.load().values())
    words = [notice.words[_CATALOGUE[language]] for notice in notices]
    text = " ".join(each.adolescent if young else each.summary for each in words)
    assert reading_ease(text, language) >= EASY
