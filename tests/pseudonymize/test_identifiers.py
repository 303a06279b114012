"""One spelling per identifier."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pseudonymize.identifiers import MalformedIdentifier, normalise


@pytest.mark.parametrize(
    ("kind", "typed", "country", "normalised"),
    [
        ("email", "  Ana.Ruiz@Correo.EXAMPLE ", None, "ana.ruiz@correo.example"),
        ("email", "ana@España.example", None, "ana@xn--espaa-rta.example"),
        ("email", "ana@ESPAN\u0303A.example", None, "ana@xn--espaa-rta.example"),
        ("email", "jose\u0301@correo.example", None, "josé@correo.example"),
        ("email", "ana+tienda@correo.example.", None, "ana+tienda@correo.example"),
        ("phone", "612 34 56 78", "ES", "+34612345678"),
        ("phone", "0034 612 345 678", "ES", "+34612345678"),
        ("phone", "(11) 91234-5678", "BR", "+5511912345678"),
        ("phone", "+52 1 55 1234 5678", None, "+525512345678"),
        ("phone", "55 1234 5678", "MX", "+525512345678"),
        ("phone", "011 15-2345-6789", "AR", "+5491123456789"),
        ("phone", "300 123 4567", "CO", "+573001234567"),
        ("external_id", " C-1042 ", None, "C-1042"),
        ("device_id", "a1:b2", None, "a1:b2"),
    ],
)
def test_an_identifier_has_one_spelling(
    kind: str, typed: str, country: str | None, normalised: str
) -> None:
    assert normalise(kind, typed, country=country) == normalised


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "ana"),
        ("email", "ana@"),
        ("email", "@correo.example"),
        ("email", "ana@localhost"),
        ("email", "ana ruiz@correo.example"),
        ("email", "ana@correo..example"),
        ("email", "ana@b@correo.example"),
        ("email", "a..b@correo.example"),
        ("email", "ana\x00@correo.example"),
        ("phone", "612345678"),
        ("phone", "+34 1"),
        ("phone", "telephone"),
        ("phone", "+34612345678 ext. 5"),
        ("external_id", "   "),
        ("external_id", "x" * 129),
        ("external_id", "a\u202eb"),
        ("device_id", "a\nb"),
        ("public", "sub_short"),
        ("fax", "612345678"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_without_being_repeated(
    kind: str, typed: str
) -> None:
    with pytest.raises(MalformedIdentifier) as refused:
        normalise(kind, typed)
    assert refused.value.code == "identifier_malformed"
    assert typed.strip() == "" or typed not in str(refused.value)


@given(kind=st.sampled_from(["email", "phone", "external_id", "device_id"]), typed=st.text())
def test_any_text_is_either_normalised_for_good_or_refused(kind: str, typed: str) -> None:
    try:
        once = normalise(kind, typed, country="ES")
    except MalformedIdentifier:
        return
    assert normalise(kind, once, country="BR") == once


@given(
    local=st.text(min_size=1, max_size=20),
    domain=st.sampled_from(["Correo.example", "España.example", "ÑU.example"]),
)
def test_an_email_is_the_same_in_any_case(local: str, domain: str) -> None:
    try:
        plain = normalise("email", f"{local}@{domain}")
    except MalformedIdentifier:
        return
    assume(local.upper().lower() == local.lower())
    assert normalise("email", f" {local.upper()}@{domain.upper()}") == plain
