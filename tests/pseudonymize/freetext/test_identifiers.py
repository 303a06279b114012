"""Numbers of people and companies: right, mistyped next to their label, and look-alikes."""

import pytest
from stdnum.br import cnpj

from pseudonymize.freetext.checksums import CHECKS, is_clabe, is_uruguayan_ci
from tests.pseudonymize.freetext.finding import finds, found, types


@pytest.mark.parametrize(
    ("kind", "text", "language", "number"),
    [
        ("ES_NIF", "queda anotado 12345678Z en la ficha", "es", "12345678Z"),
        ("ES_NIF", "queda anotado 12.345.678-z en la ficha", "es", "12.345.678-z"),
        ("ES_NIE", "residente X1234567L desde mayo", "es", "X1234567L"),
        ("ES_CIF", "la empresa A58818501 reclama", "es", "A58818501"),
        ("MX_CURP", "registro BOXW310820HNERXN09 completo", "es", "BOXW310820HNERXN09"),
        ("MX_RFC", "facturar a GODE561231GR8 por favor", "es", "GODE561231GR8"),
        ("AR_CUIT", "inscripto 20-05536168-2 activo", "es", "20-05536168-2"),
        ("CO_NIT", "empresa 213.123.432-1 al día", "es", "213.123.432-1"),
        ("CL_RUT", "cliente 12.531.909-2 vigente", "es", "12.531.909-2"),
        ("UY_CI", "titular 1.234.567-2 activo", "es", "1.234.567-2"),
        ("BR_CPF", "cadastro 390.533.447-05 ativo", "pt", "390.533.447-05"),
        ("BR_CNPJ", "empresa 16.727.230/0001-97 ativa", "pt", "16.727.230/0001-97"),
        ("US_SSN", "it says 536-90-4399 there", "en", "536-90-4399"),
        ("CREDIT_CARD", "pagó con 4111 1111 1111 1111 ayer", "es", "4111 1111 1111 1111"),
        ("IBAN_CODE", "abonar en ES9121000418450200051332", "es", "ES9121000418450200051332"),
        ("IBAN_CODE", "iban es91 2100 0418 4502 0005 1332 a nombre", "es",
         "es91 2100 0418 4502 0005 1332"),
        ("BANK_ACCOUNT", "CLABE 032180000118359719 lista", "es", "032180000118359719"),
        ("BANK_ACCOUNT", "pasame al 2850590940090418135201", "es", "2850590940090418135201"),
    ],
)  # fmt: skip
def test_a_right_number_is_found_by_itself(
    kind: str, text: str, language: str, number: str
) -> None:
    assert finds(text, kind, language) == [number]


def test_the_alphanumeric_cnpj_of_2026_is_found() -> None:
    base = "12ABC34501DE"
    number = cnpj.format(base + cnpj.calc_check_digits(base))
    assert finds(f"empresa {number} cadastrada", "BR_CNPJ", "pt") == [number]


@pytest.mark.parametrize(
    ("kind", "text", "language", "country"),
    [
        ("ES_NIF", "DNI 12345678A, no coincide", "es", "ES"),
        ("BR_CPF", "CPF 390.533.447-06 recusado", "pt", "BR"),
        ("MX_CURP", "CURP BOXW310820HNERXN08 rechazada", "es", "MX"),
        ("AR_CUIT", "CUIT 20-05536168-3 mal", "es", "AR"),
        ("CREDIT_CARD", "tarjeta 4111 1111 1111 1112 rechazada", "es", "ES"),
        ("CO_CEDULA", "C.C. 79456123 de Cali", "es", "CO"),
        ("PE_DNI", "DNI 41234567", "es", "PE"),
        ("EC_CI", "cédula 1712345678", "es", "EC"),
        ("UY_CI", "cédula 41234567", "es", "UY"),
        ("CL_RUT", "RUT 12531909-3", "es", "CL"),
        ("PE_RUC", "RUC 20512333797", "es", "PE"),
        ("PASSPORT", "pasaporte PAB123456", "es", "ES"),
    ],
)
def test_a_mistyped_or_unchecked_number_needs_its_label(
    kind: str, text: str, language: str, country: str
) -> None:
    assert kind in types(text, language, country)
    bare = text.split(maxsplit=1)[1]
    assert kind not in types(bare, language, country)


@pytest.mark.parametrize(
    ("kind", "text", "country"),
    [
        ("CO_CEDULA", "cédula 1.023.456.789", "CO"),
        ("CO_CEDULA", "aporta 1.023.456.789", "CO"),
        ("AR_DNI", "D.N.I. 33.456.789", "AR"),
        ("AR_DNI", "Juan, 33.456.789", "AR"),
    ],
)
def test_a_document_written_with_points_needs_none(kind: str, text: str, country: str) -> None:
    assert kind in types(text, "es", country)


@pytest.mark.parametrize(
    "text", ["valor 33.456.789", "$ 33.456.789", "33.456.789 pesos", "12.500.000"]
)
def test_an_amount_with_points_is_no_document(text: str) -> None:
    assert types(text, "es", "AR") == []


@pytest.mark.parametrize(
    "text",
    [
        "referencia REF-12345678Z del almacén",
        "pedido 8064234674 sin stock",
        "factura 30844237 pagada",
        "código interno XA06560905MX",
        "el DNI no coincide con la factura 30844237",
        "RFC genérico XAXX010101000 en la factura",
        "seguimiento 4111111111111111 en reparto",
    ],
)
def test_numbers_of_things_stay(text: str) -> None:
    assert types(text, "es", "MX") == []


def test_a_part_of_a_longer_code_is_no_number() -> None:
    assert finds("lote 12345678Z-44 y X12345678Z9", "ES_NIF") == []


def test_clabe_control_digit_follows_the_weights_three_seven_one() -> None:
    assert is_clabe("032180000118359719")
    assert not is_clabe("032180000118359718")


def test_control_digits_refuse_what_is_too_short() -> None:
    assert not is_clabe("12345")
    assert not is_uruguayan_ci("123456789")
    assert not CHECKS["luhn"]("0000000000000000")


@pytest.mark.parametrize(
    ("text", "tag", "kind", "part"),
    [
        ("¿Cuál es su fecha de nacimiento? Sra: pues 12 de mayo del 71.", "es", "DATE_OF_BIRTH",
         "12 de mayo del 71"),
        ("DOB? Caller: March 3rd, 1971.", "en", "DATE_OF_BIRTH", "March 3rd, 1971"),
        ("¿me dice su DNI? Cliente: sí, 50 123 456", "es-AR", "AR_DNI", "50 123 456"),
    ],
)  # fmt: skip
def test_an_answer_is_what_the_question_asked_for(
    text: str, tag: str, kind: str, part: str
) -> None:
    assert (kind, part) in found(text, tag)


def test_a_date_behind_a_name_in_no_list_is_a_birth_date() -> None:
    assert ("DATE_OF_BIRTH", "4/17/1962") in found("Patient Kwabena Osei (4/17/1962) is here", "en")


def test_a_number_spelled_with_its_letter_is_taken_whole() -> None:
    text = "mi dni es cinco cero uno dos tres cuatro cinco seis M"
    assert found(text, "es-ES") == [("ES_NIF", text[10:])]


def test_versions_that_are_compared_are_no_addresses() -> None:
    assert found("desde la versión 9.4.2.18 no abre, en la 9.3.30.44 sí", "es") == []


@pytest.mark.parametrize(
    ("text", "language", "country", "kind"),
    [
        ("CPF 529.982.247/25", "pt", "BR", "BR_CPF"),
        ("CUIL 20.12345678.6", "es", "AR", "AR_CUIT"),
        ("la CLABE es 0321 8000 0118 3597 19", "es", "MX", "BANK_ACCOUNT"),
        ("her number is 536.22.1834", "en", "US", "US_SSN"),
    ],
)
def test_other_separators_are_the_same_number(
    text: str, language: str, country: str, kind: str
) -> None:
    assert kind in types(text, language, country)


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("IMEI 490154203237518 bloqueado", "es", "ES"),
        ("meter e40667313 was read", "en", "US"),
        ("crédito H74583766 al corriente", "es", "MX"),
        ("check number 12805043 was mailed", "en", "US"),
        ("pedido por teléfono, grabación 4589289", "es", "ES"),
        ("Error 503 en la app Nequi 6.12.5.98", "es", "CO"),
        ("cuadrilla en camino, reclamo rec-2026-09575", "es", "AR"),
        ("acepta la subida de tarifa ofrecido 30 % menos", "es", "ES"),
    ],
)
def test_a_number_of_a_thing_is_nobodys(text: str, language: str, country: str) -> None:
    assert types(text, language, country) == []


def test_a_label_that_announces_what_follows_names_nothing_before_it() -> None:
    found_here = types("matrícula ra 55654806 contato ana@correo.example", "pt", "BR")
    assert found_here == ["EMAIL_ADDRESS"]


def test_the_label_of_a_birth_date_is_spent_on_the_first_date() -> None:
    text = "dob 07-19-1945 rescheduled to 5/8/25 at nine"
    assert types(text, "en", "US") == ["DATE_OF_BIRTH"]


def test_a_number_that_ends_the_last_word_is_read() -> None:
    assert found("pendiente que deisy suba la orden a434’s605683") == [("PERSON", "deisy")]
