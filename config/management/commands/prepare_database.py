"""`manage.py prepare_database`: migrate as owner, load what every installation needs, grant."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection

from config import grants
from config.environment import database

# Commands that load reference data, in this order; each may run again and again.
REFERENCE = ("load_catalogue", "load_policies")


class Command(BaseCommand):
    help = "Bring the database up to date; safe to repeat, also with processes running."

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = max(options["verbosity"] - 1, 0)
        role = str(connection.settings_dict["USER"])
        if settings.MIGRATE_DATABASE_URL:
            role = role or str(database(settings.MIGRATE_DATABASE_URL)["USER"])
        with grants.as_owner():
            self.stdout.write("Migrating …")
            call_command("migrate", interactive=False, verbosity=quiet)
            self.stdout.write("Granting …")
            grants.apply(role)
            if not grants.is_limited(role):
                self.stdout.write(
                    "The application connects as the owner of its tables: only triggers guard "
                    "the ledgers. See docs/operations.md to give it a role of its own."
                )
            for name in REFERENCE:
                if name in get_commands():
                    self.stdout.write(f"Loading: {name} …")
                    call_command(name, verbosity=quiet)
