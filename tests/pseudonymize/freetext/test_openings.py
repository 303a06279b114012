"""Names that a question, an endearment or their own line gives away."""

import pytest

from tests.pseudonymize.freetext.finding import finds, types


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("And the last name on the account? Okonjo.", "en", "Okonjo"),
        ("me llamo Ana, el apellido es Zubimendi", "es", "Zubimendi"),
        ("apellido: El Hachimi, nombre: Samir", "es", "El Hachimi"),
        ("Eulogia, mi amor, ya salió su paquete.", "es", "Eulogia"),
        ("hope's birthday is in may", "en", "hope"),
        ("thanks for holding, dakota speaking", "en", "dakota"),
        ("Quería saber si me corresponde la promo. Luz.", "es", "Luz"),
    ],
)
def test_a_name_that_is_asked_for_or_spoken_to_is_found(
    text: str, language: str, name: str
) -> None:
    assert name in finds(text, "PERSON", language)


def test_a_colour_that_answers_a_short_question_is_nobody() -> None:
    assert types("¿Color? Rosa.") == []


def test_a_document_opens_the_line_of_its_holder() -> None:
    assert finds("42521553 Luis Jaramillo, cambio de plan", "CO_CEDULA", "es", "CO") == ["42521553"]
    assert "CO_CEDULA" not in types("42521553 unidades en camino", "es", "CO")
