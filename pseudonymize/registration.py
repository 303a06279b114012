"""What is said about a person when they are registered, and whether it can be so."""

import functools
import re
import zoneinfo
from dataclasses import dataclass
from datetime import date
from importlib import resources

from pseudonymize.ages import age_on
from pseudonymize.identifiers import LONGEST, MalformedIdentifier, normalise

OLDEST = 130  # years; a birth date further back is a typing error
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who acts for a minor. Kept sealed under the minor's own secret."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """One person as another system knows them. `identifiers` are (type, value) pairs."""

    identifiers: tuple[tuple[str, str], ...]
    country: str
    region: str = ""
    locale: str = ""
    time_zone: str = ""
    birth_date: date | None = None
    guardian: Guardian | None = None


class RegistrationRefused(Exception):
    """A member of a registration cannot be so. `code` and `field` say which; no value is told."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        self.code, self.field = code, field
        super().__init__(detail)


@functools.cache
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes, as the time zone database lists them."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and line[0] != "#")


@functools.cache
def time_zones() -> frozenset[str]:
    """Return the names of the time zone database."""
    return frozenset(zoneinfo.available_timezones())


def check(registration: Registration, *, on: date) -> None:
    """
    Refuse what cannot be so. `on` is today.

    :raises RegistrationRefused: with the `code` and `field` of the first thing that is wrong.
    """
    r = registration
    if not r.identifiers:
        raise RegistrationRefused("identifier_missing", "identifiers", "Send at least one.")
    if any(kind == "public" for kind, _ in r.identifiers):
        detail = "Ids that begin with sub_ are given here; register by the others."
        raise RegistrationRefused("identifier_malformed", "identifiers", detail)
    if r.country not in countries():
        detail = "Send the two letters of ISO 3166-1, such as ES."
        raise RegistrationRefused("country_unknown", "country", detail)
    _check_place(r)
    if r.birth_date and not (r.birth_date <= on and age_on(r.birth_date, on) <= OLDEST):
        detail = "The date of birth lies in the future or too far back."
        raise RegistrationRefused("birth_date_implausible", "birth_date", detail)
    if r.guardian:
        _check_guardian(r.guardian)


def _check_place(r: Registration) -> None:
    if r.region and not (_REGION.fullmatch(r.region) and r.region[:2] == r.country):
        detail = "Send the code of ISO 3166-2 with its country, such as ES-MD."
        raise RegistrationRefused("region_unknown", "region", detail)
    if r.locale and not _LOCALE.fullmatch(r.locale):
        detail = "Send a language tag of BCP 47, such as pt-BR."
        raise RegistrationRefused("locale_malformed", "locale", detail)
    if r.time_zone and r.time_zone not in time_zones():
        detail = "Send a name of the time zone database, such as America/Bogota."
        raise RegistrationRefused("time_zone_unknown", "time_zone", detail)


def _check_guardian(guardian: Guardian) -> None:
    if not 1 <= len(guardian.name.strip()) <= LONGEST:
        detail = f"Send the guardian's name, 1 to {LONGEST} characters."
        raise RegistrationRefused("guardian_malformed", "guardian.name", detail)
    for kind in ("email", "phone"):
        value = getattr(guardian, kind)
        if kind == "email" or value:
            _check_guardian_contact(kind, value)


def _check_guardian_contact(kind: str, value: str) -> None:
    try:
        normalise(kind, value)
    except MalformedIdentifier as malformed:
        field = f"guardian.{kind}"
        raise RegistrationRefused("guardian_malformed", field, str(malformed)) from None
