"""What the grammar around a name says: who acts, who comes from where, what is only called so."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("rosa no vino", "es", "rosa"),
        ("si sol pregunta le dicen que ya pague", "es", "sol"),
        ("que flor pediu o boleto de novo", "pt", "flor"),
        ("hope called twice", "en", "hope"),
        ("please thank hope for me", "en", "hope"),
        ("Trajo la garrafa Fabián Brizuela, sin cambio.", "es", "Fabián Brizuela"),
        ("Assinou o recibo Jandira Peçanha ontem.", "pt", "Jandira Peçanha"),
        ("Mi cuñada Estrella, esposa de don Goyo, viene mañana.", "es", "Estrella"),
        ("el Güero no vino", "es", "Güero"),
        ("o Baixinho veio buscar", "pt", "Baixinho"),
        ("mrs law called", "en", "law"),
    ],
)
def test_who_acts_or_is_spoken_of_is_a_person(text: str, language: str, name: str) -> None:
    assert name in finds(text, "PERSON", language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("la rosa no llegó fresca", "es"),
        ("Cerramos por la fiesta de San Pedro y el lunes abrimos.", "es"),
        ("La procesión de la Virgen de la Cabeza corta la calle.", "es"),
        ("Na véspera de São Pedro não há entregas.", "pt"),
        ("Trae el Paquete Don Chucho y dos salsas Doña Cuca.", "es"),
        ("I ordered the Aunt Jemima syrup.", "en"),
        ("La nevera Victoria NX40 no enfría.", "es"),
        ("A geladeira Clara G5 Pro veio amassada.", "pt"),
        ("My Grace T40 tablet won't pair.", "en"),
        ("The Ford won't start and the Lincoln is at the dealer.", "en"),
        ("Se rompieron dos botellas de Santa Inés y una de Don Ramiro.", "es"),
    ],
)
def test_feasts_brands_and_models_are_nobody(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("firmado j etxeandia", "es", "j etxeandia"),
        ("comprador r cavalcanti reclama", "pt", "r cavalcanti"),
        ("regards t okafor", "en", "t okafor"),
        ("Fala Marisa e Souza, tudo bem?", "pt", "Marisa e Souza"),
        ("El perito De Andrés Larrañaga vino.", "es", "De Andrés Larrañaga"),
        ("le saluda sor Benita Arana", "es", "sor Benita Arana"),
    ],
)
def test_a_name_is_taken_whole(text: str, language: str, name: str) -> None:
    assert name in finds(text, "PERSON", language)


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [
        ("Viaje de Victoria a Florencia el martes.", "es", ["Victoria", "Florencia"]),
        ("flight from orange to mobile on friday", "en", ["orange", "mobile"]),
        ("mudança de santos para natal", "pt", ["santos", "natal"]),
        ("at the Mobile office nobody answers", "en", ["Mobile"]),
        ("mi cédula 52.345.678 de Soacha", "es", ["Soacha"]),
        ("Soy Remedios de Cáceres y no tengo luz.", "es", ["Cáceres"]),
        ("fui a moron", "es", ["moron"]),
    ],
)
def test_what_one_leaves_or_comes_from_is_a_place(
    text: str, language: str, places: list[str]
) -> None:
    assert finds(text, "LOCATION", language) == places
