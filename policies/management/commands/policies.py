"""`manage.py policies`: validate, compare, publish, withdraw bundles; replay decisions."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies import bundle, comparison, publishing, queries, replay


class Command(BaseCommand):
    help = "Policy bundles as data: validate, diff, publish, withdraw, replay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, about in (
            ("validate", "say whether a bundle could be published"),
            ("diff", "show how a bundle differs from the one in force"),
            ("publish", "publish a bundle; it rules from its effective_from"),
        ):
            verbs.add_parser(verb, help=about).add_argument("file", type=Path)
        withdraw = verbs.add_parser("withdraw", help="take a published bundle back at once")
        withdraw.add_argument("name")
        again = verbs.add_parser("replay", help="decide the decisions of a day range again")
        again.add_argument("since", type=datetime.fromisoformat)
        again.add_argument("until", type=datetime.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        verb = getattr(self, f"_{options['verb']}")
        refusals = (
            bundle.BundleRejected,
            publishing.AlreadyPublished,
            publishing.NotPublished,
            queries.NoPolicy,
        )
        try:
            verb(options)
        except (*refusals, OSError) as refused:
            raise CommandError(str(refused)) from None

    def _validate(self, options: dict[str, Any]) -> None:
        document, _ = publishing.read(options["file"])
        self.stdout.write(f"{document.version} can be published.")

    def _diff(self, options: dict[str, Any]) -> None:
        _, proposed = publishing.read(options["file"])
        ruling = queries.active_policy(at=timezone.now())
        for line in comparison.changes(ruling.bundle, proposed.bundle):
            self.stdout.write(line)

    def _publish(self, options: dict[str, Any]) -> None:
        document = publishing.publish(options["file"], actor="operator", at=timezone.now())
        begins = document.bundle.effective_from.isoformat()
        self.stdout.write(f"{document.version} is published and rules from {begins}.")

    def _withdraw(self, options: dict[str, Any]) -> None:
        ruling = publishing.withdraw(options["name"], actor="operator", at=timezone.now())
        self.stdout.write(f"Withdrawn. {ruling or 'No bundle'} rules now.")

    def _replay(self, options: dict[str, Any]) -> None:
        days = [options[name].replace(tzinfo=UTC) for name in ("since", "until")]
        changed = 0
        for record, decision in replay.differences(*days):
            changed += 1
            self.stdout.write(f"dec_{record.id}: now {decision.effect.word}")
        self.stdout.write(f"{changed} decisions come out otherwise.")
        if changed:
            raise CommandError("Find out what changed: the code, or a record.")
