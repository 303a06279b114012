"""`manage.py open_demo_shop`: the demo company's shop, and the declaration of its systems."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from config import folders
from config.demo import company, shop, systems
from config.demo.people import people


class Command(BaseCommand):
    help = "Make the shop of Grupo Alameda, which Venia tells of rights; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not company.is_loaded():
            return
        day = timezone.now().date()
        role = str(connection.settings_dict["USER"])
        try:
            shop.open_shop(settings.MIGRATE_DATABASE_URL, people(day), day, role=role)
        except psycopg.errors.InsufficientPrivilege:
            self.stdout.write(
                "The demo's shop stays closed: the owner may make no schema in this database."
            )
            return
        declared = shop.DECLARATION.read_text(encoding="utf-8")
        folders.write_private(settings.DATA_DIR / systems.FILE, declared)
