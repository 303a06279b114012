"""`manage.py evaluate_freetext FILE…`: how well personal data is found in marked sentences."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pseudonymize.freetext import evaluation


class Command(BaseCommand):
    help = (
        "Print precision, recall, F2 and leak rate per locale and type, with 95 % intervals. "
        "See docs/free-text.md for the form of the files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        evaluation.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = evaluation.run(
                options["files"],
                record=options["record"],
                country=not options["no_country"],
                errors=options["errors"],
            )
            for line in lines:
                self.stdout.write(line)
        except (evaluation.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
