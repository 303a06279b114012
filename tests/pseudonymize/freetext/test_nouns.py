"""Words that are names elsewhere and nouns here: shades, products, feasts, departments, towns."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Relata dores no joelho desde ontem.", "pt"),
        ("Seguimos sin luz desde las nueve, sin novedad del corte.", "es"),
        ("el contrato de la luz sube en abril", "es"),
        ("Se ofrece tarifa Aurora con Sol Eterno por 20 euros.", "es"),
        ("I returned a Summer Garden blanket.", "en"),
        ("Rosario de incidencias en caja esta mañana.", "es"),
        ("Ángel caído es el nombre del vino.", "es"),
        ("Quedan Azul Noche y Gris Perla en talla 40.", "es"),
        ("Temos Verde Musgo e Cinza Claro.", "pt"),
        ("Bufanda de Santa Cruz agotada.", "es"),
        ("Camisa do Vitória tamanho M.", "pt"),
        ("Faltan 12 cajas de Doña Pepa.", "es"),
        ("Pedimos três caixas de Dona Clara.", "pt"),
        ("El Plan Hogar Luna incluye tres líneas.", "es"),
        ("El perro se llama Bruno.", "es"),
        ("The shop is called Charlotte.", "en"),
        ("Cerrado el lunes festivo de San Isidro.", "es"),
        ("Atentamente, Contabilidad.", "es"),
        ("Regards, Shipping Department", "en"),
        ("Att., Financeiro.", "pt"),
        ("The dashboard on Phoenix shows an error.", "en"),
        ("Desconoce la compra en Zumarketa.", "es"),
        ("la cuota queda en veintidos con cincuenta", "es"),
        ("la cuenta figura en mora desde ayer", "es"),
    ],
)
def test_a_noun_is_nobody(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("hablé con Luz ayer", "es", "Luz"),
        ("Celeste Romero pide cita.", "es", "Celeste Romero"),
        ("Llamó Ángel Blanco por la avería.", "es", "Ángel Blanco"),
        ("Rosario dice que no le llega.", "es", "Rosario"),
        ("Dona Maria pediu a segunda via.", "pt", "Maria"),
        ("Hope says it is fine.", "en", "Hope"),
    ],
)
def test_the_same_word_with_what_people_do_is_a_person(text: str, language: str, name: str) -> None:
    assert name in finds(text, "PERSON", language)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Recogieron las llaves en el piso de Torrelavega.", "Torrelavega"),
        ("Ana Gil Ruiz, Toledo, 600 111 222", "Toledo"),
        ("soy Iker, el de Zarautz", "Zarautz"),
        ("Dice Ana que el local de Olavarría sigue cerrado.", "Olavarría"),
    ],
)
def test_what_a_thing_is_of_or_a_signature_ends_with_is_a_town(text: str, place: str) -> None:
    assert place in finds(text, "LOCATION")


def test_whose_kin_somebody_is_is_no_part_of_the_name() -> None:
    assert finds("aqui é o sobrinho da Luzia", "PERSON", "pt") == ["Luzia"]
    assert "anxo" in finds("lo ayuda su nieto anxo con la web", "PERSON")


@pytest.mark.parametrize(
    "text", ["apuntame el fijo de mi casa", "hay que convalidarlo", "marquele cuando pueda"]
)
def test_a_verb_with_its_pronoun_is_no_name(text: str) -> None:
    assert found("oye " + text) == []
