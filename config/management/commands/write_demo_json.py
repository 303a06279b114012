"""`manage.py write_demo_json`: where the demo is and what opens it, for whoever tries it."""

import json
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.module_loading import import_string

from config import folders, plan
from config.demo_keys import demo_keys


class Command(BaseCommand):
    help = "Write demo.json (mode 0600) into the data folder."

    def handle(self, *args: Any, **options: Any) -> None:
        known: dict[str, Any] = {"base_url": settings.PUBLIC_URL}
        known |= demo_keys(settings.DATA_DIR, at=timezone.now())
        if "seed_demo" in get_commands():
            known |= import_string("config.demo.manifest.manifest")(settings.PUBLIC_URL)
        folders.write_private(plan.manifest_path(), json.dumps(known, indent=2) + "\n")
