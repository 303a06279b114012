"""`manage.py rebuild_state`: fold the ledger again and repair the projection where it differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent import verification


class Command(BaseCommand):
    help = "Fold the ledger again; repair and report the subjects whose projection differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="report only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        repair = not options["check"]
        found = 0
        for subject_key in verification.differences(repair=repair):
            found += 1
            self.stderr.write(f"subject {subject_key}: the projection was not the fold of its acts")
        for subject_key in verification.stale(repair=repair):
            found += 1
            self.stderr.write(f"subject {subject_key}: what is kept ready was out of date")
        if found and not repair:
            raise CommandError(f"{found} subjects differ. Run rebuild_state without --check.")
        self.stdout.write(f"{found} subjects differed." if found else "Ledger and state agree.")
