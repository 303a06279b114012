"""What opens the demo: its desk, and some of its people, for demo.json."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from config import folders
from config.demo import company, tables
from config.demo.people import PEOPLE
from consent import queries as consent
from consent.state import PersonState
from portal import links
from portal.desk.accounts import Role, appoint
from pseudonymize import queries as subjects

OFFICER = "dpo"
EACH = 2  # people per country
# A person's link opens once and soon ends. Those of the demo are for trying it again and again.
_LINK_LIVES, _LINK_OPENS = timedelta(days=30), 10_000
_OF_AGE = 18


def manifest(base_url: str) -> dict[str, Any]:
    """
    Return the members of demo.json that are the demo's own; makes a link for each person.

    Nobody is told of where the company was not loaded: they would be real people.
    """
    now = timezone.now()
    chosen = _chosen() if company.is_loaded() else ()
    return {
        "desk": {
            "url": f"{base_url}/desk/",
            "username": OFFICER,
            "password": desk_password(settings.DATA_DIR),
        },
        "subjects": [_told(key, base_url, now) | shown for key, shown in chosen],
    }


def desk_password(folder: Path) -> str:
    """
    Return the officer's password, which opens the desk; the officer is made where missing.

    It is kept in `folder`/demo-desk.json (mode 0600), so that every start shows the same one.
    """
    path = folder / "demo-desk.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    password = str(kept.get("password") or secrets.token_urlsafe(15))
    officer, _ = User.objects.get_or_create(username=OFFICER, defaults={"is_staff": True})
    if not officer.check_password(password):
        officer.set_password(password)
        officer.save(update_fields=["password"])
    appoint(officer, Role.OFFICER)
    if "password" not in kept:
        folders.write_private(path, json.dumps({"password": password}))
    return password


def _chosen() -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the first adults of each country about whom nothing special is known."""
    wanted = dict.fromkeys(sorted(tables.countries()), EACH)
    for number in range(1, PEOPLE + 1):
        external_id = f"C-{number:04}"
        key = subjects.find("external_id", external_id)
        if key is None or not _is_plain(key):
            continue
        country = subjects.person(key).country
        if wanted.get(country):
            wanted[country] -= 1
            yield key, {"external_id": external_id, "country": country}
        if not any(wanted.values()):
            return


def _is_plain(subject_key: int) -> bool:
    person = subjects.person(subject_key)
    return (
        person.life == "active"
        and (person.age_class or 0) >= _OF_AGE
        and consent.permission(subject_key).person == PersonState()
        and not consent.circumstances(subject_key).exists()
    )


def _told(subject_key: int, base_url: str, at: datetime) -> dict[str, str]:
    link = links.issue(subject_key, actor="system", at=at, lives=_LINK_LIVES, uses=_LINK_OPENS)
    return {"id": subjects.public_id(subject_key), "preference_url": base_url + link.path}
