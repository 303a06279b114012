"""The demo stays out of an installation that has people of its own."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from config.demo import company
from config.demo.manifest import manifest
from pseudonymize import queries as subjects
from tests.builders import AT, a_subject

pytestmark = pytest.mark.django_db


def test_invented_people_never_mix_with_others() -> None:
    a_subject()
    with pytest.raises(company.PeopleOfItsOwn):
        company.load(at=AT, count=1)
    assert subjects.find("external_id", "C-0001") is None


def test_the_command_says_so_and_lets_the_start_go_on() -> None:
    a_subject()
    said = io.StringIO()
    call_command("seed_demo", stdout=said)
    assert "people of its own" in said.getvalue()


def test_nobody_is_told_of_where_the_company_is_not(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert manifest("http://localhost")["subjects"] == []
