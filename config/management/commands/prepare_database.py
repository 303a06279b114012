"""`manage.py prepare_database`: migrate as owner, load what every installation needs, grant."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit import operations, queries
from config import grants, plan
from config.environment import database

# Commands that load reference data, in this order; each may run again and again.
REFERENCE = {"load_catalogue": "Purposes and notices …", "load_policies": "Policies …"}


class Command(BaseCommand):
    help = "Bring the database up to date; safe to repeat, also with processes running."

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = max(options["verbosity"] - 1, 0)
        role = str(connection.settings_dict["USER"])
        if settings.MIGRATE_DATABASE_URL:
            role = role or str(database(settings.MIGRATE_DATABASE_URL)["USER"])
        with grants.as_owner():
            refuse_newer_schema()
            self.stdout.write("Migrations …")
            call_command("migrate", interactive=False, verbosity=quiet, stdout=self.stdout)
            self.stdout.write("Grants …")
            grants.apply(role)
            recognise_master_key()
            if not grants.is_limited(role):
                self.stdout.write(
                    "The application connects as the owner of its tables: only triggers guard "
                    "the ledgers. See docs/operations.md to give it a role of its own."
                )
            for name, words in REFERENCE.items():
                self.stdout.write(words)
                self._load(name)

    def _load(self, name: str) -> None:
        try:
            call_command(name, stdout=self.stdout)
        except CommandError as refused:
            raise CommandError(str(refused), returncode=plan.REFUSED) from None


def refuse_newer_schema() -> None:
    """
    Make sure that this version knows every migration that the database has seen.

    :raises CommandError: when a newer version has been here.
    """
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | set(loader.replacements)
    ours = {app for app, _ in known}
    if unknown := sorted(m for m in loader.applied_migrations if m not in known and m[0] in ours):
        names = ", ".join(f"{app} {name}" for app, name in unknown)
        raise CommandError(
            f"A newer version of Venia has changed this database ({names}); "
            "run that version, or restore a backup from before.",
            returncode=plan.REFUSED,
        )


def recognise_master_key() -> None:
    """
    Make sure that the last seal of the audit trail was made with a master key of ours.

    Where it was not the present key, a new seal is made, so that the next start knows this one.

    :raises CommandError: when it was nobody's that we know.
    """
    sealed = queries.last_sealed()
    if sealed is queries.Sealed.STRANGER:
        raise CommandError(
            "The master key is not the one that this database was sealed with; "
            "give the right one in VENIA_MASTER_KEY, or use the data folder that belongs to it.",
            returncode=plan.REFUSED,
        )
    if sealed is not queries.Sealed.PRESENT_KEY:
        now = timezone.now()
        operations.record("master_key.adopted", actor="system", at=now)
        while operations.seal(at=now):
            pass
