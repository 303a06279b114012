"""Packages as tests need them: asked for, granted, carried out, opened."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pseudonymize.queries import every_identifier
from rights import operations
from rights.access import fetching, making
from rights.casework.events import Acting
from rights.models import Package, RequestedRight, RightsRequest, SystemTask
from rights.systems import errands
from rights.systems.protocol import NOTHING
from tests.builders import a_subject
from tests.rights.requests import a_request, at, by, the
from tests.rights.systems.company import Company, driven

DAY = "2026-11-02"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody whom the shop and the CRM know."""

    key: int
    number: str
    email: str


def a_customer(company: Company, country: str = "ES", **known: Any) -> Customer:
    """Register a person whom shop and CRM know."""
    person = a_subject(country, locale=known.pop("locale", "es"))
    called = dict(every_identifier(person.subject_key))
    number, email = called["external_id"], called["email"]
    company.shop.sells_to(number, email, **known)
    company.crm.knows(number)
    return Customer(person.subject_key, number, email)


def granted(key: int, right: str = "access", *, day: str = DAY, **more: Any) -> RightsRequest:
    """Open a proved request for one right and grant it; its carrying out has begun."""
    known: dict[str, Any] = {"subject_key": key, "identity": "system", "locale": "es"} | more
    request = a_request(day, right, **known)
    number = the(request, right).pk
    operations.answer(number, "granted", by(day))
    operations.execute(number, by(day))
    return request


def everybody_tells(now: datetime) -> None:
    """Drive every system, and let a person say that the recordings hold nothing."""
    driven(at=now)
    for task in SystemTask.objects.filter(state="sent", system="recordings"):
        errands.confirm(task.pk, Acting("user:1", now), outcome=NOTHING)
    driven(at=now)


def made(key: int, right: str = "access", *, day: str = DAY, **more: Any) -> Package:
    """Return the package of a right that was granted, carried out and written."""
    request = granted(key, right, day=day, **more)
    everybody_tells(at(day))
    making.make_due(at=at(day))
    return package_of(the(request, right))


def package_of(right: RequestedRight) -> Package:
    """Return a right's package as it stands."""
    return Package.objects.select_related("right__request").get(right=right)


def archive_of(package: Package) -> zipfile.ZipFile:
    """Open a package as the person would."""
    return zipfile.ZipFile(io.BytesIO(b"".join(fetching.plain(package))))


def rows(package: Package, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, as `venia/identifiers`; empty where it has none."""
    archive = archive_of(package)
    if f"{table}.json" not in archive.namelist():
        return []
    found: list[dict[str, Any]] = json.loads(archive.read(f"{table}.json"))
    return found


def csv_rows(package: Package, table: str) -> list[dict[str, str]]:
    """Return the rows of a table as its CSV file has them."""
    text = archive_of(package).read(f"{table}.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))
