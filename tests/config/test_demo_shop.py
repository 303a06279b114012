"""The demo's shop is a database as a company has one, and its declaration fits it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from config.demo import shop, systems
from config.demo.people import people
from rights.systems.declaration import Connector
from rights.systems.reading import read
from tests.rights.systems.company import Shop, a_database

DAY = date(2026, 11, 21)


@pytest.fixture
def opened(django_db_setup: None) -> Iterator[Shop]:
    """Open the shop, for the first forty people, in a database of its own."""
    role = str(connection.settings_dict["USER"])
    with a_database() as address:
        assert shop.open_shop(address, people(DAY, count=40), DAY, role=role)
        yield Shop(address)


def test_it_is_opened_once(opened: Shop) -> None:
    assert not shop.open_shop(opened.address, people(DAY, count=40), DAY, role="nobody")
    assert opened.count("customers") == 40
    assert opened.count("orders") == opened.count("order_items") > 20


def test_every_customer_is_one_of_the_people(opened: Shop) -> None:
    known = {one.external_id for one in people(DAY, count=40)}
    told = {
        number for (number,) in opened.run("SELECT customer_number FROM alameda_shop.customers")
    }
    assert told == known


def test_the_map_names_columns_that_are_there(opened: Shop) -> None:
    declared = read(shop.DECLARATION)["shop"].sql
    assert declared
    with psycopg.connect(opened.address) as connection:
        for table in declared.tables:
            columns = ", ".join([table.person.column, *(one.name for one in table.columns)])
            connection.execute(f"SELECT {columns} FROM {table.name}".encode())
        for mark in declared.marks:
            connection.execute(f"SELECT {mark.column} FROM {mark.table}".encode())


def test_no_system_of_the_demo_waits_for_a_machine_that_is_not_there() -> None:
    connectors = {one.connector for one in read(shop.DECLARATION).values()}
    assert connectors == {Connector.SQL, Connector.MANUAL}


def test_the_systems_are_told_once_the_shop_is_open(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENIA_SYSTEMS", raising=False)
    assert systems.variables(tmp_path, "postgresql:///venia") == {}
    (tmp_path / systems.FILE).touch()
    told = systems.variables(tmp_path, "postgresql:///venia")
    assert told["SYSTEM_SECRET_SHOP"] == "postgresql:///venia"
    monkeypatch.setenv("VENIA_SYSTEMS", "/etc/ours.toml")
    assert systems.variables(tmp_path, "postgresql:///venia") == {}
