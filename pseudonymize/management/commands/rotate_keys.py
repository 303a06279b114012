"""`manage.py rotate_keys`: wrap every secret under the current master key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pseudonymize import rotation


class Command(BaseCommand):
    help = (
        "Wrap every subject's secret under VENIA_MASTER_KEY, with the service running. "
        "May be stopped and begun again. See docs/pseudonymisation.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="secrets per transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        for remaining in rotation.rotate(at=timezone.now(), batch=options["batch"]):
            self.stdout.write(f"{remaining} secrets wait for the new key.")
        self.stdout.write("Done: older master keys are no longer needed.")
