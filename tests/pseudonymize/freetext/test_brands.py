"""Firms, services and robots that are called like people and towns, and people who are not."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("El altavoz con Alexa no responde desde el firmware 7.5.", "es"),
        ("le pregunte a siri y a cortana y ninguna sabe el horario", "es"),
        ("A Alexa não liga a lâmpada do quarto.", "pt"),
        ("Alexa can't find the thermostat after the update.", "en"),
        ("La asistente virtual Aura respondió tres veces lo mismo.", "es"),
        ("Our virtual assistant Amelia is down for maintenance.", "en"),
        ("Pagó con Klarna y el cobro sigue pendiente.", "es"),
        ("Al pagar con CoDi aparece el error 4306.", "es"),
        ("Comprou na Marisa e na Renner, cupom fiscal 6134435414.", "pt"),
        ("Las gafas de Alain Afflelou salen en dos por uno.", "es"),
        ("los zapatos de pedro garcia le quedan grandes y quiere un 38", "es"),
        ("La promoción de Don Pedro es tres por dos.", "es"),
        ("O creme da Dona Elza e o sabonete da Dona Clara estão em falta.", "pt"),
        ("The Dr. Squatch soap and the Mrs. Meyer's candle leaked.", "en"),
        ("mrs dash seasoning is back ordered", "en"),
        ("Le cobraron el seguro de Ana Seguros.", "es"),
        ("La Mercedes Vito del reparto se quedó en el taller.", "es"),
        ("La chamarra Ágata no sale en la app, sólo la Renata.", "es"),
        ("A panela da Rochedo veio sem cabo.", "pt"),
        ("Delta cancelled the flight and boarding is at 5.", "en"),
    ],
)
def test_a_firm_is_told_by_its_trade(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Soy Alexa, llamo por el altavoz que no funciona.", "es", "Alexa"),
        ("Alexa Morales can't pair her speaker.", "en", "Alexa Morales"),
        ("Me atendió Marisa en la tienda y me cambió la talla.", "es", "Marisa"),
        ("A Marisa comprou um vestido e quer trocar.", "pt", "Marisa"),
        ("Falei com a Berenice sobre o batom.", "pt", "Berenice"),
        ("hablé con don pedro de la tienda y me dijo que si", "es", "pedro"),
        ("Doña María pide que le lleven las tortillas a su casa.", "es", "María"),
        ("Dona Clara ligou reclamando do sabonete.", "pt", "Clara"),
        ("Mrs. Meyer called about her soap order.", "en", "Meyer"),
        ("pago por transferencia a Jimena Klein", "es", "Jimena Klein"),
    ],
)
def test_a_person_called_like_a_firm_is_found(text: str, language: str, name: str) -> None:
    assert finds(text, "PERSON", language) == [name]
