"""Free text in a profile: labels where somebody is named, nothing where it cannot be read."""

import pytest

from pseudonymize.freetext.engine import MOST_CHARACTERS
from pseudonymize.release.kernel import nothing_left
from pseudonymize.release.texts import labelled

NOTE = "Llamó Ana Ruiz por la factura."


def test_people_become_labels() -> None:
    assert labelled(NOTE, "es-ES") == "Llamó [PERSON] por la factura."


@pytest.mark.parametrize(
    ("text", "language"), [(NOTE, "de"), (NOTE, ""), ("a" * (MOST_CHARACTERS + 1), "es")]
)
def test_what_cannot_be_read_leaves_nothing(text: str, language: str) -> None:
    assert labelled(text, language) == nothing_left(text, language)
    assert "Ana" not in labelled(text, language)
