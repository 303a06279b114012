"""What is in a package: everything on record or named as left out, for the person, about them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from consent.act import Kind
from consent.queries import purposes
from policies.models import DecisionRecord
from portal import feelings
from portal.models import About
from pseudonymize.queries import every_identifier
from rights import operations
from rights.access import making, tables, withholding
from rights.access.portable import grounded
from rights.access.tables import Column
from rights.access.withholding import WithholdingRefused
from rights.casework.sealed import Typed
from rights.contact import messages
from tests.builders import Api, a_grant, a_subject, an_event
from tests.journeys import checks
from tests.rights.access.packages import (
    DAY,
    a_customer,
    archive_of,
    csv_rows,
    everybody_tells,
    granted,
    made,
    package_of,
    rows,
)
from tests.rights.requests import a_request, at, by, the
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db

# Every table that has a column of a person, and the tables of a package that tell of it.
TOLD_BY = {
    "audit_auditentry": "access_log",
    "consent_circumstance": "circumstances",
    "consent_consentevent": "consent_acts",
    "consent_consentstate": "permissions",
    "consent_known": "permissions",
    "consent_frequencyspend": "contact_uses",
    "consent_subjectstate": "profile",
    "policies_decided": "decisions",
    "policies_decision": "decisions",
    "policies_review": "reviews",
    "portal_feeling": "conversations",
    "portal_visit": "visits",
    "pseudonymize_legalhold": "legal_holds",
    "pseudonymize_identifier": "identifiers",
    "pseudonymize_subject": "profile",
    "rights_erasure": "systems_told",
    "rights_errand": "systems_told",
    "rights_rightsrequest": "requests",
}
# Named in the package as left out: keys and digests, links and codes, or nothing of a person.
LEFT_OUT = {
    "portal_entrycode",
    "portal_link",
    "pseudonymize_subjectsecret",
    "rights_identitycode",
}


def of_a_person() -> set[str]:
    """Return the tables with a column that leads to a person."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        names = {field.name for field in model._meta.get_fields() if hasattr(field, "column")}
        if {"subject", "subject_key", "subject_keys", "holders"} & names:
            found.add(model._meta.db_table)
    return found


def test_every_table_of_a_person_is_told_or_named() -> None:
    unexplained = of_a_person() - set(TOLD_BY) - LEFT_OUT
    assert unexplained == set(), "tell it in rights/access/tables.toml, or name it as left out"
    assert set(TOLD_BY.values()) <= set(tables.own())


def test_every_act_is_in_it_with_its_receipt_and_its_proof() -> None:
    person = a_subject()
    a_grant(person.subject_key, evidence={"form": "F-7", "signed": "Rosa"})
    an_event(person.subject_key, Kind.OBJECTED, "marketing.messages")
    package = made(person.subject_key)
    [first, second] = rows(package, "venia/consent_acts")
    assert (first["kind"], second["kind"]) == ("granted", "objected")
    assert first["evidence"]["form"] == "F-7"
    receipts = {row["id"]: row["document"] for row in rows(package, "venia/receipts")}
    assert receipts[first["receipt"]]["decision"] == "granted"
    assert {row["purpose"] for row in rows(package, "venia/permissions")} == {
        "marketing.offers",
        "marketing.messages",
    }


def test_decisions_are_told_in_plain_sentences_and_whole() -> None:
    api = Api("admin", "policies:check", "consents:write", "rights:write")
    person = checks.register(api, "C-COPY", region="ES-MD")
    checks.decide(api, person, "granted", "marketing.messages", channels=["push"])
    asked = checks.ask(api, checks.a_message(person))
    record = DecisionRecord.objects.get()
    today = timezone.localdate() + timedelta(days=1)
    package = made(record.subject_key or 0, day=today.isoformat())
    [told] = rows(package, "venia/decisions")
    assert told["id"] == asked["context"]["id"]
    assert told["sentence"] == asked["context"]["reason_user"]["es"]
    assert told["asked"]["action"] == "send_message"
    assert "subject_key" not in json.dumps(told)


def test_what_was_said_on_the_pages_is_in_it() -> None:
    key = a_subject().subject_key
    feelings.tell(key, feelings.Said(About.INVASIVE, "Me pareció demasiado"), at=at(DAY, 8))
    [told] = rows(made(key), "venia/conversations")
    assert told["words"] == "Me pareció demasiado"


def test_nobody_else_is_named_and_the_person_is(company: Company) -> None:
    customer = a_customer(company)
    earlier = a_request(
        "2026-10-30",
        "access",
        subject_key=customer.key,
        identity="system",
        typed=Typed(name="Rosa Soto", words="Soy Rosa Soto; mi vecina Carmen Ruiz también."),
    )
    messages.write(earlier, from_person=True, by=by("2026-10-30", "Llame a mi hijo Andrés Vega."))
    package = made(customer.key)
    archive = archive_of(package)
    whole = b"".join(archive.read(name) for name in archive.namelist() if name[-3:] != "pdf")
    for stranger in ("Carmen Ruiz", "Andrés Vega", "hermano Luis", "con Luis"):
        assert stranger not in whole.decode()
    assert "Soy Rosa Soto; mi vecina [PERSON] también." in whole.decode()
    assert rows(package, "crm/contacts")[0]["name"] == "Rosa Soto"


def test_no_other_persons_rows_are_in_it(company: Company) -> None:
    customer, other = a_customer(company), a_customer(company, name="Bruno Gil")
    a_grant(other.key)
    archive = archive_of(made(customer.key))
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for _, value in every_identifier(other.key):
        assert value not in whole
    assert "Bruno Gil" not in whole


def test_each_table_is_there_twice_and_the_same(company: Company) -> None:
    package = made(a_customer(company).key)
    described = json.loads(archive_of(package).read("schema.json"))
    filled = [one for one in described["tables"] if one["rows"]]
    assert len(filled) > 5
    for one in filled:
        path = f"{one['system']}/{one['table']}"
        both = rows(package, path), csv_rows(package, path)
        assert len(both[0]) == len(both[1]) == one["rows"], path
        assert [c["key"] for c in one["columns"]] == list(both[1][0]), path


def test_what_is_left_out_is_said_with_its_ground(company: Company) -> None:
    package = made(a_customer(company).key)
    described = json.loads(archive_of(package).read("schema.json"))
    said = {one["what"]: one["why"] for one in described["left_out"]}
    assert "art. 15.4" in said["Nombres y números de otras personas dentro de los textos"]
    assert "Qué empleado hizo cada cosa" in said


def test_an_officer_leaves_a_table_out_on_a_ground() -> None:
    key = a_subject().subject_key
    a_grant(key)
    request = a_request(DAY, "access", subject_key=key, identity="system", locale="es")
    right = the(request, "access")
    with pytest.raises(WithholdingRefused):
        withholding.withhold(right.pk, "venia", "nothing", "rights_of_others", by(DAY))
    withholding.withhold(right.pk, "venia", "consent_acts", "rights_of_others", by(DAY))
    words = by(DAY, "Falta una tabla.")
    operations.answer(right.pk, "partial", words, ground="rights_of_others")
    operations.execute(right.pk, by(DAY))
    everybody_tells(at(DAY))
    making.make_due(at=at(DAY))
    package = package_of(right)
    assert rows(package, "venia/consent_acts") == []
    assert rows(package, "venia/permissions") != []
    left = json.loads(archive_of(package).read("schema.json"))["left_out"]
    assert "Venia: Tus decisiones, una por una" in {one["what"] for one in left}


def test_what_came_after_the_asking_is_not_in_it() -> None:
    key = a_subject().subject_key
    request = granted(key)
    everybody_tells(at(DAY))
    a_grant(key, at=at(DAY) + timedelta(hours=1))
    making.make_due(at=at(DAY) + timedelta(hours=2))
    assert rows(package_of(the(request, "access")), "venia/consent_acts") == []


def portable(company: Company, **more: Any) -> tuple[Any, set[str]]:
    customer = a_customer(company)
    a_grant(customer.key)
    package = made(customer.key, "portability", **more)
    return package, set(archive_of(package).namelist())


def test_portability_gives_what_was_provided_or_observed_and_no_more(company: Company) -> None:
    package, names = portable(company)
    assert {"venia/identifiers.json", "venia/consent_acts.csv"} <= names
    assert not {name for name in names if "decisions" in name or "inferences" in name}
    assert "age_class" not in rows(package, "venia/profile")[0]
    described = json.loads(archive_of(package).read("schema.json"))
    origins = {c["origin"] for one in described["tables"] for c in one["columns"]}
    assert origins <= {"provided", "observed"}


def test_portability_leaves_what_rests_on_neither_consent_nor_contract() -> None:
    offered = purposes().values()
    asked = grounded(offered, laws=["EU-GDPR"], granted=[])
    allowed = grounded(offered, laws=["EU-GDPR"], granted=["analytics.attribution"])
    device = Column("id", {}, "user.device", "observed")
    assert not asked.covers(device)  # against fraud, on a legitimate interest
    assert allowed.covers(device)
    assert not allowed.covers(Column("score", {}, "user.behavior", "inferred"))
