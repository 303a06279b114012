"""Lets a command run beside `make run`: finds its servers and its key in the data folder."""

import json
import os
from pathlib import Path
from urllib.parse import quote

from config.demo import systems
from config.folders import place_of_sockets

_APPLICATION, _OWNER = "venia_app", "venia_owner"


def environment(folder: Path) -> dict[str, str]:
    """
    Return the addresses and the key of the installation in `folder`, as variables.

    Only what the operator has not named; nothing where there is no installation of ours, or
    where its files cannot be read.
    """
    try:
        passwords = json.loads((folder / "postgres.json").read_text(encoding="utf-8"))
        found = {
            "DATABASE_URL": _database(folder, _APPLICATION, passwords),
            "MIGRATE_DATABASE_URL": _database(folder, _OWNER, passwords),
            "VENIA_MASTER_KEY": (folder / "master.key").read_text(encoding="utf-8").strip(),
            "BROKER_URL": _broker(folder),
        }
        found |= systems.variables(folder, found["DATABASE_URL"])
    except (OSError, ValueError, KeyError):
        return {}
    if _is_named("DATABASE_URL"):
        return {}
    return {name: value for name, value in found.items() if not _is_named(name)}


def _is_named(variable: str) -> bool:
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def _database(folder: Path, role: str, passwords: dict[str, str]) -> str:
    sockets = quote(str(place_of_sockets(folder, "postgres")), safe="")
    return f"postgresql://{role}:{passwords[role]}@/venia?host={sockets}"


def _broker(folder: Path) -> str:
    return "redis+socket://" + quote(str(place_of_sockets(folder, "valkey") / "valkey.sock"))
