"""One spelling per identifier, so that a person is found however it was typed."""

import re
import unicodedata
from collections.abc import Callable

import idna
import phonenumbers

LONGEST = 128
_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}")
_MEXICO = 52
# Until August 2019 mobiles were dialled with a 1 after +52; address books still hold it.
_OLD_MEXICAN_MOBILE = re.compile(r"1\d{10}")
_PUBLIC_ID = re.compile(r"sub_[a-z2-7]{26}")


class MalformedIdentifier(Exception):
    """A value cannot be an identifier of its kind. The message never holds the value."""

    code = "identifier_malformed"

    def __init__(self, kind: str, advice: str) -> None:
        self.kind = kind
        self.field = "identifiers"
        super().__init__(f"This is no usable {kind}. {advice}")


def normalise(kind: str, value: str, *, country: str | None = None) -> str:
    """
    Return the one spelling under which an identifier is looked up.

    Idempotent. `country` (ISO 3166-1 alpha-2) reads phone numbers that lack their country code.

    :raises MalformedIdentifier: for an unknown kind, or a value that cannot be one of its kind.
    """
    if kind == "phone":
        return _phone(value, country)
    if kind not in _NORMALISERS:
        known = ", ".join(sorted([*_NORMALISERS, "phone"]))
        raise MalformedIdentifier("identifier", f"Known types: {known}.")
    return _NORMALISERS[kind](value)


def _email(value: str) -> str:
    text = unicodedata.normalize("NFC", value.strip())
    local, _, domain = text.rpartition("@")
    local = unicodedata.normalize("NFC", local.lower())
    if not _LOCAL_PART.fullmatch(local) or local[0] == "." or local[-1] == "." or ".." in local:
        raise MalformedIdentifier("email", "Send one address such as name@company.example.")
    return f"{local}@{_domain(domain)}"


def _domain(domain: str) -> str:
    try:
        ascii_form = idna.encode(domain.rstrip("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        ascii_form = ""
    if "." not in ascii_form:
        raise MalformedIdentifier("email", "Its domain is not a domain name.")
    return ascii_form


def _phone(value: str, country: str | None) -> str:
    advice = "Send it as +34600000000, or with the subject's country."
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        raise MalformedIdentifier("phone", advice) from None
    digits = str(number.national_number)
    if number.country_code == _MEXICO and _OLD_MEXICAN_MOBILE.fullmatch(digits):
        number.national_number = int(digits[1:])
    if number.extension or not phonenumbers.is_possible_number(number):
        raise MalformedIdentifier("phone", advice)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _opaque(kind: str) -> Callable[[str], str]:
    def normaliser(value: str) -> str:
        text = value.strip()
        plain = text.isascii() and text.isprintable()
        visible = plain or all(unicodedata.category(each)[0] != "C" for each in text)
        if not 1 <= len(text) <= LONGEST or not visible:
            advice = f"Send 1 to {LONGEST} characters without control characters."
            raise MalformedIdentifier(kind, advice)
        return text

    return normaliser


def _public(value: str) -> str:
    if not _PUBLIC_ID.fullmatch(value):
        raise MalformedIdentifier("public", "A subject's id is sub_ and 26 characters.")
    return value


_NORMALISERS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "external_id": _opaque("external_id"),
    "device_id": _opaque("device_id"),
    "public": _public,
}
