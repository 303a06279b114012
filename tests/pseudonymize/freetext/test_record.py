"""What the caller knows of the person is found in any form, and shown nowhere."""

from datetime import date

import pytest

from pseudonymize.freetext.record import Record
from tests.pseudonymize.freetext.finding import found

ANA = Record(
    first="Ana Rosa",
    last="Quispe Domènech",
    email="ana.quispe82@correo.example",
    phone="+34 654 128 309",
    id="12345678Z",
    birth_date=date(1988, 4, 3),
    city="León",
    address="Calle del Pez 11, 3º B",
)


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("la Quispe no contesta", "PERSON", "Quispe"),
        ("DOMENECH, ANA ROSA", "PERSON", "DOMENECH, ANA ROSA"),
        ("quispe domenech otra vez", "PERSON", "quispe domenech"),
        ("A. R. Quispe firma", "PERSON", "A. R. Quispe"),
        ("ana punto quispe82 arroba correo punto example", "EMAIL_ADDRESS",
         "ana punto quispe82 arroba correo punto example"),
        ("usuario ana_quispe82 bloqueado", "USERNAME", "ana_quispe82"),
        ("número 654-128-309 anotado", "PHONE_NUMBER", "654-128-309"),
        ("apunta 65 41 28 30 9 y ya", "PHONE_NUMBER", "65 41 28 30 9"),
        ("su código 12.345.678 Z", "ES_NIF", "12.345.678 Z"),
        ("el día 3/4/1988 figura", "DATE_OF_BIRTH", "3/4/1988"),
        ("el 3 de abril de 1988 figura", "DATE_OF_BIRTH", "3 de abril de 1988"),
        ("todo leon lo sabe", "LOCATION", "leon"),
        ("en pez 11 no hay nadie", "ADDRESS", "pez 11"),
    ],
)  # fmt: skip
def test_every_member_of_the_record_is_found(text: str, kind: str, part: str) -> None:
    assert (kind, part) in found(text, "es", "ES", ANA)


def test_an_ordinary_word_that_is_also_in_the_name_stays() -> None:
    assert found("Pidió 26 unidades de la rosa roja.", "es", "ES", ANA) == []


def test_a_part_of_another_word_or_number_stays() -> None:
    assert found("anagrama quispeano 9912345678Z99", "es", "ES", ANA) == []


def test_an_empty_record_changes_nothing() -> None:
    assert found("sin datos", "es", "ES", Record()) == []


def test_a_record_does_not_show_itself() -> None:
    assert "Quispe" not in repr(ANA)
