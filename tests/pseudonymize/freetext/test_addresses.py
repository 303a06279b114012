"""Addresses in the ways of their countries, postal codes, and numbers of things beside them."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language", "address"),
    [
        ("pasará por Bidebarrieta kalea 15 el lunes", "es", "Bidebarrieta kalea 15"),
        ("Entregar en Niños Héroes 276-B, Juchitán", "es", "Niños Héroes 276-B"),
        ("lo dejó en Periférico Sur 1548, Tapachula", "es", "Periférico Sur 1548"),
        ("recibe en AK 64 130 12 apto 694", "es", "AK 64 130 12 apto 694"),
        ("domicilio Diagonal 74 nro. 2390", "es", "Diagonal 74 nro. 2390"),
        ("en Calle 8 N° 615 e/ 51 y 52", "es", "Calle 8 N° 615 e/ 51 y 52"),
        ("en retorno 14 de la viga #30 pago con tarjeta", "es", "retorno 14 de la viga #30"),
        ("a Manzana 16 casa 7, Barrio 25 de Mayo", "es", "Manzana 16 casa 7, Barrio 25 de Mayo"),
        ("a Barrio Los Troncos, lote 29, avisar", "es", "Barrio Los Troncos, lote 29"),
        ("no encontro vereda el rosal finca la esperanza llamo al vecino", "es",
         "vereda el rosal finca la esperanza"),
        ("o endereço é Condomínio Vila Verde, torre 6, apto 82", "pt",
         "Condomínio Vila Verde, torre 6, apto 82"),
        ("driver never came up to N3379 County Road M, order 11", "en", "N3379 County Road M"),
    ],
)  # fmt: skip
def test_an_address_is_found_whole(text: str, language: str, address: str) -> None:
    assert finds(text, "ADDRESS", language) == [address]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Con el código postal 31596 no sale ninguna tarifa de envío.", "es"),
        ("El C.P. 43394 queda fuera de la zona de cobertura.", "es"),
        ("O CEP 18264-569 não é atendido pela transportadora.", "pt"),
        ("ZIP code 51251 is outside the two-day delivery zone.", "en"),
    ],
)
def test_a_postal_code_that_is_served_or_not_stays(text: str, language: str) -> None:
    assert found(text, language) == []


def test_a_postal_code_of_somebody_is_hidden() -> None:
    assert found("cep 58700-000", "pt") != []
    assert found("mi código postal es 31596, sin cobertura") != []


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Número de gestión 27110320172, reintegro acreditado.", "es", "AR"),
        ("radicado número 3102233445 en trámite", "es", "CO"),
        ("Folio de la línea de captura 5512345678 ya vencido", "es", "MX"),
        ("número do atendimento: 2198765432", "pt", "BR"),
        ("Your confirmation number is 303-555-0182.", "en", "US"),
        ("hay 30 días naturales desde la entrega del 04/11/2023", "es", "ES"),
        ("quedaron en mandarme el tecnico el 04-09-2025", "es", "AR"),
    ],
)
def test_a_number_or_day_of_a_thing_stays(text: str, language: str, country: str) -> None:
    assert found(text, language, country) == []


@pytest.mark.parametrize(
    ("text", "language", "country", "number"),
    [
        ("número de mi mamá 5587654321", "es", "MX", "5587654321"),
        ("mi número de casa 5587654321", "es", "MX", "5587654321"),
        ("the best number is 303-555-0182", "en", "US", "303-555-0182"),
        ("Sacramento, 303.591.1182.", "en", "US", "303.591.1182"),
        ("c.c 33619769 315 739 39 47", "es", "CO", "315 739 39 47"),
    ],
)
def test_a_number_of_somebody_is_found(text: str, language: str, country: str, number: str) -> None:
    assert finds(text, "PHONE_NUMBER", language, country) == [number]


def test_social_security_is_no_thing() -> None:
    text = "Número de seguridad social 12345678901 del trabajador"
    assert finds(text, "MX_NSS", "es", "MX") == ["12345678901"]


def test_what_is_asked_for_is_in_the_next_sentence() -> None:
    text = "Me regala su cédula por favor. 1053036531."
    assert finds(text, "CO_CEDULA", "es", "CO") == ["1053036531"]


def test_a_price_is_no_document_whatever_stands_before() -> None:
    text = "documento 14.017.601, debe $1.045.000 de matrícula"
    assert finds(text, "CO_CEDULA", "es", "CO") == ["14.017.601"]


def test_a_family_name_is_no_label_of_a_birth() -> None:
    text = "falei com o senhor Nascimento, o reembolso cai até 18/12/2025"
    assert finds(text, "DATE_OF_BIRTH", "pt", "BR") == []
    assert finds("maria souza nascimento 12/03/1980", "DATE_OF_BIRTH", "pt") == ["12/03/1980"]
