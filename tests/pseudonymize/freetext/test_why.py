"""Every kind of reason has a sentence in every language, without the found text itself."""

from typing import get_args

import pytest

from pseudonymize.freetext.engine import analyse
from pseudonymize.freetext.spans import Span, Why
from pseudonymize.freetext.why import explain


@pytest.mark.parametrize("why", get_args(Why))
@pytest.mark.parametrize("locale", ["es", "pt-BR", "en"])
def test_every_reason_is_told(why: Why, locale: str) -> None:
    assert explain(Span(0, 3, "PERSON", 0.9, why, "me llamo"), locale)


def test_a_reason_names_the_cue_and_not_the_name() -> None:
    (span,) = analyse("me llamo Xrivka Qolbert", language="es")
    assert explain(span, "es") == "«me llamo» lo anuncia"
