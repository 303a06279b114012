"""E-mails, network addresses, telephones and birth dates, and what only looks like them."""

import pytest

from tests.pseudonymize.freetext.finding import finds, types


@pytest.mark.parametrize(
    ("text", "language", "address"),
    [
        ("escribe a ana.ruiz@correo.example, gracias", "es", "ana.ruiz@correo.example"),
        ("ana punto ruiz arroba correo punto example", "es",
         "ana punto ruiz arroba correo punto example"),
        ("é ze ponto lima arroba correio ponto example", "pt",
         "ze ponto lima arroba correio ponto example"),
        ("reached at joan dot smith at mail dot example only", "en",
         "joan dot smith at mail dot example"),
        ("caro guion bajo 82 arroba correo punto example", "es",
         "caro guion bajo 82 arroba correo punto example"),
    ],
)  # fmt: skip
def test_emails_are_found_written_and_spoken(text: str, language: str, address: str) -> None:
    assert address in finds(text, "EMAIL_ADDRESS", language)


def test_at_is_no_email_without_a_domain() -> None:
    assert finds("we met at noon. Bring it at three", "EMAIL_ADDRESS", "en") == []


@pytest.mark.parametrize("address", ["83.100.246.138", "2800:755:6263::37"])
def test_network_addresses_are_found(address: str) -> None:
    assert finds(f"acceso desde {address} a las 9", "IP_ADDRESS") == [address]


@pytest.mark.parametrize(
    "text", ["versión 4.12.3.1 de la app", "v4.12.3.1", "app version 10.2.0.4", "a las 12:45:10"]
)
def test_versions_and_times_are_no_network_addresses(text: str) -> None:
    assert finds(text, "IP_ADDRESS") == []


@pytest.mark.parametrize(
    ("text", "language", "country", "number"),
    [
        ("marque +34 963 02 05 26 hoy", "es", "ES", "+34 963 02 05 26"),
        ("ahora usa 963 02 05 26", "es", "ES", "963 02 05 26"),
        ("móvil 654128309", "es", "ES", "654128309"),
        ("le dejo 55 0031 8129", "es", "MX", "55 0031 8129"),
        ("cel 3115550192", "es", "CO", "3115550192"),
        ("whatsapp 0341 445-8899", "es", "AR", "0341 445-8899"),
        ("ligue (11) 99270-4019", "pt", "BR", "(11) 99270-4019"),
        ("call (212) 555-0107 now", "en", "US", "(212) 555-0107"),
        ("teléfono 926-82-17-89", "es", "ES", "926-82-17-89"),
        ("apunte: seis uno dos tres cuatro cinco seis siete ocho", "es", "ES",
         "seis uno dos tres cuatro cinco seis siete ocho"),
    ],
)  # fmt: skip
def test_telephones_are_found_by_country(
    text: str, language: str, country: str, number: str
) -> None:
    assert finds(text, "PHONE_NUMBER", language, country) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "expediente 310-456-7890 en curso",
        "factura 654128309 pagada",
        "pedido 3115550192",
        "importe 1.299.456 pesos",
        "entre el 12-05-2024 y el 13-05-2024",
        "compré uno dos o tres",
    ],
)
@pytest.mark.parametrize("country", ["ES", "MX", "CO", "AR"])
def test_codes_amounts_and_dates_are_no_telephones(text: str, country: str) -> None:
    assert finds(text, "PHONE_NUMBER", "es", country) == []


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("Fecha de nacimiento: 3 de junio de 2003.", "es", "3 de junio de 2003"),
        ("nací el tres de abril del ochenta y dos", "es", "tres de abril del ochenta y dos"),
        ("F. nac. 12/04/84", "es", "12/04/84"),
        ("nasceu em 7 de setembro de 1971", "pt", "7 de setembro de 1971"),
        ("Date of birth: November 21, 1955.", "en", "November 21, 1955"),
        ("born july fourth nineteen seventy two", "en", "july fourth nineteen seventy two"),
        ("dob 4/3/71", "en", "4/3/71"),
    ],
)
def test_birth_dates_are_found(text: str, language: str, day: str) -> None:
    assert finds(text, "DATE_OF_BIRTH", language) == [day]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("compró el 12 de mayo de 2024", "es"),
        ("El envío salió el 13/05/25 y llegó el 15/05/25", "es"),
        ("entregue em 14/02/2025", "pt"),
        ("will call back in May or June", "en"),
    ],
)
def test_other_dates_stay(text: str, language: str) -> None:
    assert types(text, language) == []


def test_only_the_birth_date_of_a_sentence_is_one() -> None:
    text = "nacido el 3/4/1988, pedido del 3/4/2024"
    assert finds(text, "DATE_OF_BIRTH") == ["3/4/1988"]
