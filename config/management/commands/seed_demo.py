"""`manage.py seed_demo`: Grupo Alameda and its people, loaded once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import company


class Command(BaseCommand):
    help = "Load the invented company Grupo Alameda; does nothing when people are there already."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = company.load(at=timezone.now())
        except company.PeopleOfItsOwn as reason:
            self.stdout.write(str(reason))
            return
        if loaded is None:
            self.stdout.write("The demo company is on record already.")
            return
        self.stdout.write(
            f"Grupo Alameda: {loaded.people} people, {loaded.acts} acts, "
            f"{loaded.decisions} decisions, all invented."
        )
