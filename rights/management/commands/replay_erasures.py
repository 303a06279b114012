"""`manage.py replay_erasures`: after a restored backup, erase again whom it brought back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rights.erasure import journal, operations, replay
from rights.models import Erasure
from rights.systems import errands


class Command(BaseCommand):
    help = (
        "Carry out again the erasures and blockings of the journal that this database does not "
        "know, before the web is started. May be repeated. See docs/operations.md."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay.begin(at=timezone.now())
        except journal.JournalBroken as broken:
            raise CommandError(str(broken)) from None
        self._drive(done.numbers)
        self.stdout.write(
            f"Erased again: {done.erasures}. Blocked again: {done.blockings}. "
            f"Not to be addressed again: {done.suppressions}."
        )
        waiting = Erasure.objects.filter(pk__in=done.numbers, ended_at=None)
        if left := waiting.exclude(step="blocked").count():
            self.stdout.write(
                f"{left} wait for a system or a legal hold. Those people are blocked meanwhile; "
                "the workers go on by themselves."
            )

    def _drive(self, numbers: tuple[int, ...]) -> None:
        """Let systems be told and steps be taken for as long as anything moves."""
        moving = True
        while moving:
            now = timezone.now()
            moving = bool(errands.drive_due(at=now))
            for number in numbers:
                before = Erasure.objects.get(pk=number).step
                after = operations.go_on(number, replay.acting(now)).step
                moving = moving or after != before
