"""The data folder of an installation: who uses it now, and the master key that opens it."""

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import folders
from config.environment import env_secret
from config.processes import CannotStart

LOCK, KEY = "venia.lock", "master.key"
_NOT_DATA = {LOCK, "lost+found", ".gitignore", ".DS_Store"}


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder that nobody else uses while `lock` is open."""

    folder: Path
    lock: int
    master_key: str = field(repr=False)


def open_installation(folder: Path) -> Installation:
    """
    Take the data folder `folder`, made when it is missing, and find its master key.

    VENIA_MASTER_KEY wins over the key in the folder. A key is made only in an empty folder.

    :raises CannotStart: when the folder is in use, cannot be used, or has lost its key.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _take(folder / LOCK)
        return Installation(folder, lock, _master_key(folder))
    except OSError as error:
        raise CannotStart(
            f"The data folder {folder} cannot be used ({error.strerror}); "
            "correct its permissions, or choose another with VENIA_DATA."
        ) from None


def _take(path: Path) -> int:
    owner = _owner(path)
    # What outlives a killed owner ends by itself within seconds; a living owner does not.
    lock = folders.lock(path, patience=0.0 if owner else 15.0)
    if lock is None:
        who = f" (process {owner})" if owner else ""
        raise CannotStart(
            f"Venia already runs on the data folder {path.parent}{who}; "
            "stop it first, or choose another folder with VENIA_DATA."
        )
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _owner(path: Path) -> int | None:
    """Return the process that wrote the lock, if it still lives."""
    try:
        owner = int(path.read_text(encoding="ascii"))
        os.kill(owner, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return owner


def _master_key(folder: Path) -> str:
    try:
        given = env_secret("VENIA_MASTER_KEY")
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from None
    if given:
        return given
    path = folder / KEY
    if path.exists():
        return path.read_text(encoding="ascii", errors="replace").strip()
    if any(entry.name not in _NOT_DATA for entry in folder.iterdir()):
        raise CannotStart(
            f"The data in {folder} were sealed with a master key that is missing ({path}); "
            "put it back, set VENIA_MASTER_KEY, or choose an empty folder with VENIA_DATA."
        )
    made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    folders.write_private(path, made + "\n")
    return made
