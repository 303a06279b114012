"""A package is written once every system has told, whole and exactly once."""

import hashlib

import pytest

from pseudonymize import operations as subjects
from pseudonymize.registration import Registration
from rights.access import fetching, making
from rights.models import Package, PackagePart, RequestEvent
from tests.rights.access.packages import (
    DAY,
    a_customer,
    archive_of,
    everybody_tells,
    granted,
    made,
    package_of,
    rows,
)
from tests.rights.requests import at, the
from tests.rights.systems.company import Company, driven

pytestmark = pytest.mark.django_db


def test_a_package_holds_what_venia_and_every_system_have(company: Company) -> None:
    customer = a_customer(company)
    package = made(customer.key)
    assert package.state == "ready"
    names = set(archive_of(package).namelist())
    assert {"report.pdf", "schema.json", "README.txt", "venia/identifiers.json"} <= names
    assert {"shop/alameda_shop-orders.json", "crm/contacts.csv"} <= names
    assert {"type": "email", "value": customer.email} in rows(package, "venia/identifiers")


def test_a_package_names_the_systems_that_could_not_be_asked(company: Company) -> None:
    only_phone = Registration(identifiers=(("phone", "+34600111222"),), country="ES")
    package = made(subjects.register(only_phone, at=at(DAY)).subject_key)
    unasked = {one["system"] for one in package.withheld if one["what"] == "unnamed"}
    assert unasked == {"crm", "shop"}
    readme = archive_of(package).read("README.txt").decode()
    assert "Atención al cliente: solo encuentra a las personas por datos que no tenemos" in readme


def test_the_right_is_completed_with_its_package_and_the_person_is_told(company: Company) -> None:
    package = made(a_customer(company).key)
    right = the(package.right.request, "access")
    assert right.state == "completed"
    assert package.right.request.letters.filter(kind="certificate").count() == 1


def test_nothing_is_written_before_the_last_system_has_told(company: Company) -> None:
    request = granted(a_customer(company).key)
    driven(at=at(DAY))
    making.make_due(at=at(DAY))
    assert not Package.objects.exists()
    assert the(request, "access").state == "executing"


def test_a_package_is_written_once_however_often_it_is_asked(company: Company) -> None:
    request = granted(a_customer(company).key)
    everybody_tells(at(DAY))
    package = package_of(the(request, "access"))
    tries = [making.make(package.pk, at=at(DAY, 10 + n)) for n in range(3)]
    assert tries == [True, False, False]
    assert RequestEvent.objects.filter(kind="package.ready").count() == 1


def test_what_lies_in_the_database_is_sealed(company: Company) -> None:
    customer = a_customer(company)
    package = made(customer.key)
    kept = b"".join(bytes(part.sealed) for part in PackagePart.objects.all())
    whole = b"".join(fetching.plain(package))
    assert whole.startswith(b"PK")
    assert b"PK\x03\x04" not in kept
    assert customer.email.encode() not in kept
    assert hashlib.sha256(whole).hexdigest() == package.digest
    assert len(whole) == package.size


def test_what_systems_told_is_destroyed_once_the_package_is_ready(company: Company) -> None:
    package = made(a_customer(company).key)
    assert package.errand is not None
    assert package.errand.envelope is None
    assert not package.errand.tasks.exclude(result=None).exists()
