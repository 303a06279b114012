"""What is called like a person or a town and is neither."""

import pytest

from pseudonymize.freetext.engine import analyse


def _found(text: str, language: str) -> list[str]:
    return [text[s.start : s.end] for s in analyse(text, language=language)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Una napolitana con fritas y un Don Pedro, mesa 2.", "es-AR"),
        ("Mesa 20: dois Romeu e Julieta, um Bauru no prato.", "pt-BR"),
        ("Laura's Cakes cotiza un ponqué de 72 porciones.", "es-CO"),
        ("Angel's Share tasting, party of 14, patio if dry.", "en-US"),
        ("Lanche X-Maria sem cebola.", "pt-BR"),
        ("Tutoring starts at 18:00 in the Roosevelt Room.", "en-US"),
        ("Lincoln Navigator in bay 3, parts due Wednesday.", "en-US"),
        ("Chevrolet Spark y Renault Logan en el taller.", "es-CO"),
        ("Dino Rex es el show contratado, tres horas.", "es-MX"),
        ("Rosario en la capilla al mediodía.", "es-CO"),
        ("Summer reading: 20 copies of Jane Eyre and Huckleberry Finn.", "en-US"),
        ("Suspendidas las clases por San Isidro.", "es-ES"),
        ("Doña Lechona Tolimense, 78 porciones.", "es-CO"),
        ("Zumba credits carry over to April.", "en-US"),
        ("check-in starts at 1845 king suite and queen annex are oversold", "en-US"),
        ("Plaza vacante turno vespertino, 27 horas.", "es-MX"),
        ("El aula Ramón y Cajal tiene el proyector roto.", "es-ES"),
        ("La tarifa Estrella pasa a llamarse Paloma desde marzo.", "es-ES"),
        ("nueva fecha 27/07/26 para la entrega", "es-ES"),
    ],
)
def test_a_namesake_stays(text: str, language: str) -> None:
    assert _found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Ana Ruiz dejó un recado para el taller.", "es-ES", "Ana Ruiz"),
        ("Mercedes Luna llamó por la avería.", "es-ES", "Mercedes Luna"),
        ("Laura's birthday is on file.", "en-US", "Laura"),
        ("Rosario pregunta por la misa.", "es-CO", "Rosario"),
        ("Llamó don Pedro por la cita.", "es-AR", "Pedro"),
        ("Sent 2 copies of the contract to Jane Miller.", "en-US", "Jane Miller"),
        ("Ligou a Marlene da Costa e Silva.", "pt-BR", "Marlene da Costa e Silva"),
    ],
)
def test_a_person_beside_the_same_words_is_found(text: str, language: str, name: str) -> None:
    assert name in _found(text, language)
