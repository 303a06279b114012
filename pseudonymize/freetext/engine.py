"""Find the personal data of a text, and replace it."""

import gc
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import regex

from pseudonymize.freetext.locales import LANGUAGES, countries_of, language_of
from pseudonymize.freetext.reading import HIDDEN, Reading
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.replacing import Mode, Secret, replaced
from pseudonymize.freetext.spans import Hit, Redaction, Span, settle

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

MOST_CHARACTERS: Final = 200_000
MOST_SECONDS: Final = 20.0
CHUNK: Final = 20_000
OVERLAP: Final = 600

#: What an earlier redaction left is nobody's; it is read as an unknown capital word.
_PLACEHOLDER: Final = regex.compile(r"\[[A-Z][A-Z_]+(?:_[0-9a-f]{8})?\]|\*{5}")

#: Named once at start by the composition root; this module reads no settings.
_model_folders: Final[dict[str, str]] = {}


class TextTooLong(ValueError):
    """More characters than one call takes."""

    code = "text_too_long"
    field = "text"


class TextTooSlow(ValueError):
    """Reading the text took longer than one call may take."""

    code = "text_too_slow"
    field = "text"


class TextUnavailable(RuntimeError):
    """The packages that read free text are not installed here."""

    code = "text_unavailable"


def analyse(
    text: str, *, language: str, country: str | None = None, record: Record | None = None
) -> list[Span]:
    """
    Return the spans of personal data in `text`, ordered, not overlapping.

    Offsets count Unicode code points of `text`. `language` is es, pt or en, with or without a
    region; `country` (ISO 3166) says whose numbers and streets to expect, by default all countries
    of the language. `record` is used and not kept.

    :raises UnknownLanguage: for another language.
    :raises TextTooLong: beyond `MOST_CHARACTERS`.
    :raises TextTooSlow: after `MOST_SECONDS` of processor time, or when one pattern takes too
        long. What is loaded for the first text is not counted, nor what other work the machine has.
    """
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(f"Send at most {MOST_CHARACTERS} characters at once; split the text.")
    spoken, countries = language_of(language), countries_of(language, country)
    neutral = _PLACEHOLDER.sub(lambda match: HIDDEN * len(match[0]), text)
    load(spoken)
    until = time.thread_time() + MOST_SECONDS
    hits: set[Hit] = set()
    for start, end in _chunks(neutral):
        reading = Reading(neutral[start:end], spoken, countries)
        hits.update(_moved(_hits(reading, record), start))
        if time.thread_time() > until:
            raise TextTooSlow("The text took too long to read. Send it in smaller parts.")
    spans = settle(hits, text)
    echoes = list(_echoes(text, spans))
    return settle([*hits, *echoes], text) if echoes else spans


def redact(
    text: str,
    *,
    language: str,
    mode: Mode,
    country: str | None = None,
    record: Record | None = None,
    secret: Secret | None = None,
) -> Redaction:
    """
    Return `text` with its personal data replaced.

    `mask` writes ***** for each span, `label` its type as in [PERSON], `pseudonym` the type and a
    keyed digest as in [PERSON_7f3a09c2]: the same in every text of one `secret`, and the same for
    every mention of one person in a text. See `analyse` for the rest.

    :raises KeyNeeded: for pseudonyms without a secret.
    """
    spans = analyse(text, language=language, country=country, record=record)
    return Redaction(replaced(text, spans, mode=mode, secret=secret, record=record), tuple(spans))


def redact_many(texts: Iterable[str], **how: Any) -> Iterator[Redaction]:
    """Yield the redaction of each text in turn; the keywords are those of `redact`."""
    return (redact(text, **how) for text in texts)


def use_models(folders: Mapping[str, str]) -> None:
    """
    Let the spaCy models in these folders, by language, add what nothing else sees.

    They replace those named before, and are loaded with the first text.
    """
    _model_folders.clear()
    _model_folders.update(folders)
    _analyzer.cache_clear()
    load.cache_clear()


def warm_up() -> None:
    """Load recognizers and lists now rather than in the first call."""
    for language in LANGUAGES:
        load(language)


@cache
def load(language: str) -> None:
    """Read the lists and compile the patterns of `es`, `pt` or `en` for the texts to come."""
    _hits(Reading("-", language, countries_of(language, None)), None)
    # Lists stay as they are; searching them for garbage again and again took a fifth of the time.
    gc.collect()
    gc.freeze()


def _hits(reading: Reading, record: Record | None) -> list[Hit]:
    analyzer = _analyzer()
    from pseudonymize.freetext.recognizers import run

    try:
        return run(analyzer, reading, record)
    except TimeoutError as error:
        raise TextTooSlow("The text took too long to read. Send it in smaller parts.") from error


@cache
def _analyzer() -> "AnalyzerEngine":
    try:
        from pseudonymize.freetext.recognizers import build_analyzer
    except ModuleNotFoundError as error:
        message = "Free text is not installed here; install the dependency group `text`."
        raise TextUnavailable(message) from error
    return build_analyzer(_model_folders)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Cut at white space; neighbours overlap, so that nothing is lost between them."""
    start = 0
    while True:
        end = min(len(text), start + CHUNK)
        if end < len(text):
            space = text.rfind(" ", start + CHUNK - OVERLAP // 2, end)
            end = space if space > 0 else end
        yield start, end
        if end >= len(text):
            return
        space = text.rfind(" ", end - OVERLAP, end - OVERLAP // 2)
        start = space + 1 if space > 0 else end - OVERLAP


def _moved(hits: Iterable[Hit], by: int) -> Iterator[Hit]:
    return (hit._replace(start=hit.start + by, end=hit.end + by) for hit in hits)


def _echoes(text: str, spans: list[Span]) -> Iterator[Hit]:
    """Yield further mentions of what was found once: a name needs its cue only the first time."""
    found: dict[str, Span] = {}
    for span in spans:
        mention = text[span.start : span.end]
        if len(mention) > 2 and (
            span.type == "PERSON" or any(map(str.isdigit, mention)) or "@" in mention
        ):
            found.setdefault(mention, span)
    taken = [(span.start, span.end) for span in spans]
    for mention, span in found.items():
        at = text.find(mention)
        while at >= 0:
            end = at + len(mention)
            if (at, end) not in taken and _is_whole(text, at, end):
                yield Hit(at, end, span.type, min(span.score, 0.55), span.why, span.because)
            at = text.find(mention, end)


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
