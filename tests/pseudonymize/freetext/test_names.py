"""People, places and addresses, with capitals and without, and the brands that stay."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found, types


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Hola, me llamo Víctor Carrión Ortega y tengo una duda", "es", "Víctor Carrión Ortega"),
        ("hola me llamo victor carrion ortega y tengo una duda", "es", "victor carrion ortega"),
        ("EL SR GUTIERREZ PIDE QUE LE LLAMEN", "es", "GUTIERREZ"),
        ("A nombre de Ana de la Torre Vidal.", "es", "Ana de la Torre Vidal"),
        ("de parte del Javi, el del taller", "es", "Javi"),
        ("la Paqui del quinto", "es", "Paqui"),
        ("Hafida El Mourabit llamó ayer", "es", "Hafida El Mourabit"),
        ("Avisar a GARCIA LOPEZ, MARIA DEL CARMEN", "es", "GARCIA LOPEZ, MARIA DEL CARMEN"),
        ("Salomón dice que no", "es", "Salomón"),
        ("titular: Xóchitl Canché Uc", "es", "Xóchitl Canché Uc"),
        ("Meu nome é Ubiratã Nascimento", "pt", "Ubiratã Nascimento"),
        ("aqui é o zé da oficina", "pt", "zé"),
        ("Dona Cida não recebeu", "pt", "Cida"),
        ("My name is Siobhan O'Toole.", "en", "Siobhan O'Toole"),
        ("This is Julia King, Frank's sister", "en", "Julia King"),
        ("Mrs. Yazzie wants a call", "en", "Yazzie"),
        ("Signed by K. Blackwood", "en", "K. Blackwood"),
        ("Mei-Ling Xu called", "en", "Mei-Ling Xu"),
    ],
)
def test_names_are_found(text: str, language: str, name: str) -> None:
    assert name in finds(text, "PERSON", language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pidió 26 unidades del modelo Rosa KT y un ramo de flores.", "es"),
        ("Compró un bolso Carolina Herrera y unos Pepe Jeans", "es"),
        ("pido 3 rosas y 2 margaritas", "es"),
        ("El equipo de Pérez Hermanos S.A. instaló la línea", "es"),
        ("Mark the order as paid, will call back in May or June", "en"),
        ("Ordered 18 units of the Rose model and some summer flowers.", "en"),
        ("bought at Trader Joe's and Wendy's", "en"),
        ("Comprou na Magazine Luiza e nas Casas Bahia", "pt"),
    ],
)
def test_brands_flowers_and_months_stay(text: str, language: str) -> None:
    assert finds(text, "PERSON", language) == []


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("El envío salió de Santiago de Compostela ayer", "es", "Santiago de Compostela"),
        ("está de viaje en León", "es", "León"),
        ("vivo en santa marta", "es", "santa marta"),
        ("entrega en Calle Mayor 6, Alcalá de Henares", "es", "Alcalá de Henares"),
        ("ele viajou para Nova Iguaçu", "pt", "Nova Iguaçu"),
        ("sou de Feira de Santana", "pt", "Feira de Santana"),
        ("Shipment left Reading on Monday", "en", "Reading"),
        ("travelling to Chattanooga", "en", "Chattanooga"),
    ],
)
def test_places_are_found(text: str, language: str, place: str) -> None:
    assert place in finds(text, "LOCATION", language)


def test_a_town_that_is_also_a_name_is_a_person_beside_a_family_name() -> None:
    assert ("PERSON", "Victoria Rojas") in found("Cliente Victoria Rojas llama hoy")


@pytest.mark.parametrize(
    ("text", "language", "address"),
    [
        ("domicilio C/ Vidal, 113, 3º B, gracias", "es", "C/ Vidal, 113, 3º B"),
        ("Entregar en Calle 5 de Mayo #53 hoy", "es", "Calle 5 de Mayo #53"),
        ("La dirección es Cra 63 #63-63 apto 62.", "es", "Cra 63 #63-63 apto 62"),
        ("Carrera 31 No. 52 - 61", "es", "Carrera 31 No. 52 - 61"),
        ("vive en Benítez 1065 hace años", "es", "Benítez 1065"),
        ("cita en Paseo de la Castellana 112, 4º A", "es", "Paseo de la Castellana 112, 4º A"),
        ("mora na Rua Sampaio, 147, apto 12", "pt", "Rua Sampaio, 147, apto 12"),
        ("SQN 308 bloco A apto 102", "pt", "SQN 308 bloco A apto 102"),
        ("lives at 3905 Oak Ave Apt 36 now", "en", "3905 Oak Ave Apt 36"),
        ("send to PO Box 4417", "en", "PO Box 4417"),
        ("31 W 52nd Street", "en", "31 W 52nd Street"),
    ],
)
def test_addresses_are_found(text: str, language: str, address: str) -> None:
    assert address in finds(text, "ADDRESS", language)


@pytest.mark.parametrize(
    "text",
    ["compré 3 en la tienda 24 horas", "llega en 5 días al punto 12", "plaza de garaje sin uso"],
)
def test_ordinary_numbers_are_no_addresses(text: str) -> None:
    assert finds(text, "ADDRESS") == []


def test_a_second_mention_needs_no_cue() -> None:
    text = "Me llamo Xrivka Qolbert. El martes vino Xrivka Qolbert otra vez."
    assert types(text).count("PERSON") == 2
