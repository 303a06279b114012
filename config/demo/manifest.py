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
DESK = {OFFICER: Role.OFFICER, "deputy": Role.OFFICER, "auditor": Role.AUDITOR}
_KEPT_AS = {OFFICER: "password"}
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
        "desk": desk(settings.DATA_DIR, f"{base_url}/desk/"),
        "subjects": [_told(key, base_url, now) | shown for key, shown in chosen],
    }


def desk(folder: Path, url: str) -> dict[str, Any]:
    """
    Return who opens the desk: an officer, and `colleagues` for what takes two people or only looks.

    They are made where missing. Their passwords are kept in `folder`/demo-desk.json (mode 0600),
    so that every start shows the same ones.
    """
    path = folder / "demo-desk.json"
    kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    passwords = {name: kept.get(_KEPT_AS.get(name, name)) or _new_password() for name in DESK}
    for name, role in DESK.items():
        _sit(name, passwords[name], role)
    stored = {_KEPT_AS.get(name, name): password for name, password in passwords.items()}
    if stored != kept:
        folders.write_private(path, json.dumps(stored))
    return {
        "url": url,
        "username": OFFICER,
        "password": passwords[OFFICER],
        "colleagues": [
            {"username": name, "role": role.value, "password": passwords[name]}
            for name, role in DESK.items()
            if name != OFFICER
        ],
    }


def _sit(name: str, password: str, role: Role) -> None:
    user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    appoint(user, role)


def _new_password() -> str:
    return secrets.token_urlsafe(15)


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
