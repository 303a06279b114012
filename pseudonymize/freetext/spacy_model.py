"""
An operator's own spaCy model, if a path is configured. Never downloads anything.

Measured without one: models raised the number of false finds more than they found. They are given
a score below every list and cue, so that they only add what nothing else saw.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pseudonymize.freetext.reading import Reading
from pseudonymize.freetext.spans import Hit

_TYPES: Final = {"PER": "PERSON", "PERSON": "PERSON", "LOC": "LOCATION", "GPE": "LOCATION"}
_SCORE: Final = 0.45


class ModelMissing(RuntimeError):
    """The configured path holds no model."""

    code = "text_model_missing"


def finder_of_model(path: str) -> Callable[[Reading], Iterator[Hit]]:
    """
    Return a finder that asks the spaCy model in the folder `path`.

    :raises ModelMissing: when there is no such folder.
    """
    if not Path(path).is_dir():
        raise ModelMissing(
            "TEXT_SPACY_MODELS names a folder that does not exist; correct the path."
        )
    import spacy

    nlp = spacy.load(Path(path))

    def find(reading: Reading) -> Iterator[Hit]:
        for entity in nlp(reading.text).ents:
            if entity.label_ in _TYPES:
                type_ = _TYPES[entity.label_]
                yield Hit(entity.start_char, entity.end_char, type_, _SCORE, "model", "spacy")

    return find
