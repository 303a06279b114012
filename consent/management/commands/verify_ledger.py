"""`manage.py verify_ledger`: read every chain again, and the texts that people were shown."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent import verification


class Command(BaseCommand):
    help = "Verify every chain of acts, its evidence, and the texts that were shown."

    def handle(self, *args: Any, **options: Any) -> None:
        acts = people = wrong = 0
        for found in verification.verified():
            people, acts = people + 1, acts + found.acts
            for complaint in found.complaints:
                wrong += 1
                self.stderr.write(f"subject {found.subject_key}: {complaint}")
        for text in verification.changed_texts():
            wrong += 1
            self.stderr.write(f"{text}: is no longer what was offered")
        if wrong:
            raise CommandError(
                f"{wrong} findings in {acts} acts. Stop writing, keep a copy of the database as "
                "evidence, and compare it with the last backup that verifies."
            )
        self.stdout.write(f"{acts} acts of {people} subjects hold.")
