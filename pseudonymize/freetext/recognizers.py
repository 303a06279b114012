"""
The recognizers as Presidio runs them.

Presidio is the frame: registry, ad-hoc recognizers, threshold, a place for an operator's own.
Nothing of it that reads a model, a list or the network is used. Imported on first use only.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

os.environ.setdefault("REGEX_TIMEOUT_SECONDS", "2")

from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from pseudonymize.freetext.addresses import find_addresses
from pseudonymize.freetext.dates import find_birth_dates
from pseudonymize.freetext.dictation import find_dictated
from pseudonymize.freetext.identifiers import find_identifiers
from pseudonymize.freetext.locales import LANGUAGES
from pseudonymize.freetext.network import find_emails, find_ip_addresses
from pseudonymize.freetext.persons import find_persons
from pseudonymize.freetext.phones import find_phones
from pseudonymize.freetext.places import find_places
from pseudonymize.freetext.reading import Reading
from pseudonymize.freetext.record import Record, find_record
from pseudonymize.freetext.rows import find_rows
from pseudonymize.freetext.spans import THRESHOLD, Hit

#: Its debug messages quote the text that is read.
logging.getLogger("presidio-analyzer").setLevel(logging.WARNING)

Find = Callable[[Reading], Iterable[Hit]]

FINDERS: Final[tuple[Find, ...]] = (
    find_identifiers,
    find_emails,
    find_ip_addresses,
    find_phones,
    find_dictated,
    find_birth_dates,
    find_rows,
    find_addresses,
    find_persons,
    find_places,
)


class ReadArtifacts(NlpArtifacts):
    """Presidio's view of a text, carrying our reading along."""

    def __init__(self, reading: Reading, engine: NlpEngine) -> None:
        forms = [word.form for word in reading.words]
        starts = [word.start for word in reading.words]
        tokens: Any = forms  # Presidio asks a token for its length and nothing else
        super().__init__([], tokens, starts, forms, engine, reading.language)
        self.reading = reading

    @staticmethod
    def set_keywords(nlp_engine: NlpEngine, lemmas: list[str], language: str) -> list[str]:
        """Return all words; Presidio would go over them four times to leave out none."""
        return lemmas


class BlankEngine(NlpEngine):
    """A tokenizer without a model: a word's lemma is the word, folded."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return ReadArtifacts(Reading(text, language, ()), self)

    def process_batch(
        self, texts: Iterable[str], language: str, *_: Any, **__: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return list(LANGUAGES)


class NoEnhancer(ContextAwareEnhancer):
    """Words of context are weighed by our recognizers; Presidio's would copy every result."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0.0,
            min_score_with_context_similarity=0.0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        return raw_results


class Finder(EntityRecognizer):
    """A Presidio recognizer around a function that reads."""

    def __init__(self, entity: str, find: Find, language: str) -> None:
        super().__init__([entity], name=f"{entity}_{language}", supported_language=language)
        self._find = find

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        assert isinstance(nlp_artifacts, ReadArtifacts)
        return [_result(hit) for hit in self._find(nlp_artifacts.reading)]


def _find_all(reading: Reading) -> Iterator[Hit]:
    """Run our finders as one recognizer: Presidio goes over all results for each that it has."""
    return chain.from_iterable(find(reading) for find in FINDERS)


def _result(hit: Hit) -> RecognizerResult:
    metadata = {"why": hit.why, "because": hit.because}
    return RecognizerResult(hit.type, hit.start, hit.end, hit.score, recognition_metadata=metadata)


def build_analyzer(models: Mapping[str, str]) -> AnalyzerEngine:
    """
    Return the engine with our recognizers for every language.

    `models` names, per language, a spaCy model that the operator has put on this machine.
    """
    registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
    for language in LANGUAGES:
        registry.add_recognizer(Finder("PERSONAL_DATA", _find_all, language))
        if language in models:
            from pseudonymize.freetext.spacy_model import finder_of_model

            registry.add_recognizer(Finder("MODEL", finder_of_model(models[language]), language))
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=BlankEngine(),
        supported_languages=list(LANGUAGES),
        default_score_threshold=THRESHOLD,
        context_aware_enhancer=NoEnhancer(),
    )


def run(analyzer: AnalyzerEngine, reading: Reading, record: Record | None) -> list[Hit]:
    """Return what all recognizers, and `record` as an ad-hoc one, find in `reading`."""
    ad_hoc: list[EntityRecognizer] = []
    if record:
        ad_hoc.append(Finder("RECORD", lambda r: find_record(record, r), reading.language))
    results = analyzer.analyze(
        reading.text,
        reading.language,
        nlp_artifacts=ReadArtifacts(reading, analyzer.nlp_engine),
        ad_hoc_recognizers=ad_hoc,
    )
    return [_hit(result) for result in results]


def _hit(result: RecognizerResult) -> Hit:
    metadata = result.recognition_metadata or {}
    return Hit(
        result.start,
        result.end,
        result.entity_type,
        result.score,
        metadata.get("why", "format"),
        metadata.get("because", result.entity_type.lower()),
    )
