"""A declaration that could not work is refused with its place, before anything starts."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from pytest_django.fixtures import Settings

from rights.systems.declaration import OWN, Work
from rights.systems.reading import DeclarationRejected, parse, read
from rights.systems.registry import systems
from tests.rights.systems.company import CRM, DEMO

TEXT = (DEMO / "systems.toml").read_text("utf-8") + CRM.format(port=1, seconds=5)


def changed(*path: str | int, value: Any) -> dict[str, Any]:
    """Return the declaration with one member changed, or taken out where `value` is None."""
    text: Any = tomllib.loads(TEXT)
    place = text
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    found: dict[str, Any] = text
    return found


def test_systems_stand_in_the_order_in_which_they_are_called(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "systems.toml"
    file.write_text(TEXT, "utf-8")
    settings.VENIA_SYSTEMS = str(file)
    assert list(systems()) == ["crm", "shop", "recordings", OWN]


def test_without_a_file_venia_is_the_only_system(settings: Settings) -> None:
    settings.VENIA_SYSTEMS = ""
    assert list(systems()) == [OWN]


def test_what_a_map_keeps_is_what_an_erasure_keeps() -> None:
    shop = parse(tomllib.loads(TEXT))["shop"]
    assert {one.ground for one in shop.keeps} == {"tax"}
    assert "alameda_shop.orders.total" in {one.field for one in shop.keeps}
    assert shop.identified_by == ("email", "external_id")


def test_categories_are_keys_of_the_taxonomy() -> None:
    known = {one.fides_key for one in DEFAULT_TAXONOMY.data_category}
    for system in parse(tomllib.loads(TEXT)).values():
        assert {*system.categories, *(one.category for one in system.fields)} <= known


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("crm", "colour"), "red", "colour"),
        (("crm", "title", "en"), None, "missing: en"),
        (("crm", "works"), ["fly"], "works"),
        (("crm", "works"), [], "at least one work"),
        (("crm", "order"), 1000, "order is 0 to 999"),
        (("crm", "patience_hours"), 0, "patience_hours"),
        (("crm", "identified_by"), ["name"], "none of external_id"),
        (("crm", "identified_by"), [], "name the kinds"),
        (("crm", "connector"), "own", "http, sql or manual"),
        (("crm", "connector"), "sql", "map of its tables"),
        (("crm", "http"), None, "with its url"),
        (("crm", "http", "url"), "http://crm.example/", "must be https"),
        (("crm", "http", "url"), "ftp://127.0.0.1/", "https://host/path"),
        (("crm", "http", "url"), "https://me:secret@crm.example/", "without a user"),
        (("crm", "http", "seconds"), 61, "1 to 60"),
        (("crm", "keeps"), [{"field": "x"}], "keeps"),
        (
            ("crm", "keeps"),
            [{"field": "x", "ground": "tax", "source": "a", "months": 1, "counted_from": "b"}],
            "'x' is no field",
        ),
        (("shop", "works"), ["notify"], "no mark for notify"),
        (("shop", "sql", "tables", 0, "columns", 1, "erase"), None, "null, replace or keep"),
        (("shop", "sql", "tables", 0, "columns", 0, "replace_with"), None, "replace_with"),
        (("shop", "sql", "tables", 1, "columns", 0, "erase"), "null", "rows are deleted"),
        (("shop", "sql", "tables", 2, "columns", 0, "source"), "", "needs ground"),
        (("shop", "sql", "tables", 0, "person", "kind"), "name", "none of external_id"),
        (("shop", "sql", "tables", 1, "person", "table"), "nowhere", "does not lead"),
        (("shop", "sql", "tables", 1, "person", "key"), "", "name the key column"),
        (("shop", "sql", "tables", 1, "person", "kind"), "email", "or table and key"),
        (("shop", "sql", "marks", 0, "table"), "nowhere", "no table of the map"),
        (("shop", "sql", "marks", 0, "work"), "erase", "marks"),
    ],
)
def test_what_could_not_work_is_refused(path: tuple[str | int, ...], value: Any, told: str) -> None:
    with pytest.raises(DeclarationRejected, match=told):
        parse(changed(*path, value=value))


@pytest.mark.parametrize("key", ["venia", "CRM", "1st", "with space", ""])
def test_a_key_is_plain_and_not_ours(key: str) -> None:
    text = tomllib.loads(TEXT)
    with pytest.raises(DeclarationRejected, match="lower case"):
        parse({key: copy.deepcopy(text["crm"])})


def test_tables_that_lead_in_a_circle_find_nobody() -> None:
    text = changed(
        "shop",
        "sql",
        "tables",
        0,
        "person",
        value={
            "column": "id",
            "table": "alameda_shop.orders",
            "key": "customer_id",
        },
    )
    with pytest.raises(DeclarationRejected, match="does not lead"):
        parse(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationRejected, match=r"gone\.toml"):
        read(tmp_path / "gone.toml")


def test_an_installation_with_a_broken_declaration_does_not_start(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "systems.toml"
    file.write_text("[crm]\ntitle = 1\n", "utf-8")
    settings.VENIA_SYSTEMS = str(file)
    with pytest.raises(SystemCheckError, match=r"venia\.E004"):
        call_command("check")


def test_every_work_has_its_word_in_every_language() -> None:
    from portal.phrases import phrases

    assert {f"works.{work}" for work in Work} <= set(phrases("systems"))
