"""`manage.py load_policies`: publish the shipped bundles and make room for coming decisions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies import partitions, publishing, queries


class Command(BaseCommand):
    help = "Publish the bundles that come with Venia, and make the coming months' partitions."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        partitions.ensure(now.date(), months=3)
        for path in sorted(queries.BUNDLES.glob("*.toml")):
            try:
                document = publishing.publish(path, actor="system", at=now)
            except publishing.AlreadyPublished as refused:
                raise CommandError(str(refused)) from None
            self.stdout.write(f"{document.version} is published.")
