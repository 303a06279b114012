"""Many people at once are registered as each would be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db.models import Model

from audit.models import AuditEntry
from pseudonymize import operations, queries
from pseudonymize.arrivals import Arrival, register_new
from pseudonymize.models import Identifier, Subject, SubjectSecret
from pseudonymize.operations import IdentifiersConflict
from pseudonymize.registration import Guardian, Registration, RegistrationRefused
from tests.builders import AT

pytestmark = pytest.mark.django_db
CHILD = Registration(
    identifiers=(("external_id", "A-1"), ("email", "Familia@Correo.example")),
    country="ES",
    region="ES-MD",
    locale="es",
    time_zone="Europe/Madrid",
    birth_date=date(2014, 5, 6),
    guardian=Guardian("Nerea Prieto", "nerea@correo.example"),
)
PARENT = Registration(
    identifiers=(("external_id", "A-2"), ("email", "familia@correo.example")), country="ES"
)


def test_people_are_known_as_if_registered_one_by_one() -> None:
    at_once = register_new([Arrival(CHILD, AT), Arrival(PARENT, AT)])
    told = (("external_id", "A-9"), ("email", "familia@correo.example"))
    alone = operations.register(replace(CHILD, identifiers=told), at=AT)
    first, single = queries.person(at_once[0].subject_key), queries.person(alone.subject_key)
    assert replace(first, subject_key=0) == replace(single, subject_key=0)
    assert queries.guardian(at_once[0].subject_key) == CHILD.guardian


def test_they_are_found_by_what_they_were_registered_with() -> None:
    child, parent = register_new([Arrival(CHILD, AT), Arrival(PARENT, AT)])
    assert queries.find("external_id", "A-2") == parent.subject_key
    assert queries.subject_key_of(child.id) == child.subject_key
    shared = queries.holders("email", "familia@correo.example")
    assert shared == [child.subject_key, parent.subject_key]
    assert queries.contact(child.subject_key, "email") == "familia@correo.example"


def _told(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without what is another one for everybody; of bytes only how many they are."""
    own = {"id", "pk", "subject_key", "subject_id", "digest"}
    return [
        {
            name: len(bytes(value)) if isinstance(value, (bytes, memoryview)) else value
            for name, value in row.items()
            if name not in own
        }
        for row in rows
    ]


def test_each_leaves_the_rows_and_the_entry_of_a_registration() -> None:
    at_once, _ = register_new([Arrival(CHILD, AT), Arrival(PARENT, AT)], actor="key:import")
    named = (("external_id", "B-1"), ("email", "Familia@Correo.example"))
    alone = operations.register(replace(CHILD, identifiers=named), at=AT, actor="key:import")

    def rows(table: type[Model], subject_key: int, by: str) -> list[Mapping[str, Any]]:
        return list(table._default_manager.filter(**{by: subject_key}).order_by("pk").values())

    for table, by in ((Subject, "pk"), (SubjectSecret, "pk"), (Identifier, "subject_id")):
        ours, theirs = (_told(rows(table, one.subject_key, by)) for one in (at_once, alone))
        assert ours == theirs
    entries = [AuditEntry.objects.get(subject_key=one.subject_key) for one in (at_once, alone)]
    assert {(e.action, e.actor, e.at, e.details["country"]) for e in entries} == {
        ("subject.registered", "key:import", AT, "ES")
    }
    assert all({"external_id", "email"} <= set(e.details["types"]) for e in entries)


def test_keys_follow_the_order_in_which_people_are_told() -> None:
    told = [replace(PARENT, identifiers=(("external_id", f"C-{n}"),)) for n in range(300)]
    found = register_new([Arrival(one, AT) for one in told])
    keys = [one.subject_key for one in found]
    assert keys == sorted(set(keys))
    assert [queries.find("external_id", f"C-{n}") for n in range(300)] == keys
    assert operations.register(PARENT, at=AT).subject_key > keys[-1]


@pytest.mark.parametrize("earlier", [True, False], ids=["known already", "twice in one call"])
def test_an_external_id_leads_to_one_person(earlier: bool) -> None:
    if earlier:
        register_new([Arrival(PARENT, AT)])
    again = [Arrival(replace(CHILD, identifiers=PARENT.identifiers), AT)]
    with pytest.raises(IdentifiersConflict):
        register_new(again if earlier else [*again, Arrival(PARENT, AT)])


def test_one_registration_that_cannot_be_so_stops_all() -> None:
    with pytest.raises(RegistrationRefused):
        register_new([Arrival(PARENT, AT), Arrival(replace(CHILD, country="XX"), AT)])
    assert queries.find("external_id", "A-2") is None
