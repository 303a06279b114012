"""`manage.py verify_ledger`: read every chain, the texts that were shown, the audit trail."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import queries as trail
from consent import verification


class Command(BaseCommand):
    help = (
        "Verify every chain of acts, its evidence, the texts that were shown, what rows name, and "
        "the audit trail."
    )

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
        for complaint in (*verification.orphans(), *trail.complaints()):
            wrong += 1
            self.stderr.write(complaint)
        if wrong:
            raise CommandError(
                f"{wrong} findings in {acts} acts. Stop writing, keep a copy of the database as "
                "evidence, and compare it with the last backup that verifies."
            )
        self.stdout.write(f"{acts} acts of {people} subjects hold.")
