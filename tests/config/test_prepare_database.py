"""What must not be run on: a newer schema, another installation's data."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from audit import queries
from config import grants
from config.management.commands import prepare_database


@pytest.mark.usefixtures("committed_db")
def test_preparing_again_changes_nothing() -> None:
    call_command("prepare_database", stdout=io.StringIO())
    assert queries.last_sealed() is queries.Sealed.PRESENT_KEY
    call_command("prepare_database", stdout=io.StringIO())


@pytest.mark.usefixtures("committed_db")
def test_a_wrong_master_key_is_recognised(settings: Settings) -> None:
    call_command("prepare_database", stdout=io.StringIO())
    settings.VENIA_MASTER_KEY = "B" * 43
    with pytest.raises(CommandError, match="not the one that this database was sealed with"):
        prepare_database.recognise_master_key()


@pytest.mark.usefixtures("committed_db")
def test_a_changed_master_key_is_adopted_while_the_old_one_is_known(settings: Settings) -> None:
    call_command("prepare_database", stdout=io.StringIO())
    settings.VENIA_PREVIOUS_MASTER_KEYS = f"1:{settings.VENIA_MASTER_KEY}"
    settings.VENIA_MASTER_KEY = "B" * 43
    prepare_database.recognise_master_key()
    settings.VENIA_PREVIOUS_MASTER_KEYS = ""
    prepare_database.recognise_master_key()
    assert queries.unsigned_seals() == []


@pytest.mark.usefixtures("committed_db")
def test_a_schema_of_a_newer_version_is_refused() -> None:
    row = ("audit", "9999_from_the_future")
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row
        )
        try:
            with pytest.raises(CommandError, match="audit 9999_from_the_future"):
                prepare_database.refuse_newer_schema()
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", row)
