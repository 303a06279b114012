"""`manage.py load_catalogue`: offer the purposes and notices of consent/catalogue/*.toml."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent import catalogue, publishing


class Command(BaseCommand):
    help = "Offer the purposes and notices of the catalogue; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            purposes = catalogue.load()
            added = publishing.offer(purposes, at=timezone.now())
        except (catalogue.CatalogueRejected, publishing.ChangedAfterOffer) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{len(purposes)} purposes are offered, {added} texts are new.")
