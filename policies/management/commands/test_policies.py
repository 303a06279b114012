"""`manage.py test_policies FOLDER`: run decision cases against a bundle."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent import catalogue
from policies import bundle, cases, publishing


class Command(BaseCommand):
    help = "Run the decision cases of a folder against the shipped bundle, or another one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--bundle", type=Path, default=publishing.BASELINE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            policy = publishing.read_alone(options["bundle"], catalogue.load())
            found = cases.load(options["folder"])
        except bundle.BundleRejected as rejected:
            raise CommandError(str(rejected)) from None
        failed = 0
        for case in found:
            complaints = cases.differences(case, policy)
            failed += bool(complaints)
            for complaint in complaints:
                self.stdout.write(f"{case.name}: {complaint}")
        self.stdout.write(f"{len(found) - failed} passed, {failed} failed")
        if failed:
            raise CommandError("Some cases are answered otherwise. Correct the bundle or the case.")
