"""Folders and small files that only we may read, and locks that say who uses them."""

import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.processes import CannotStart

_LONGEST_SOCKET_FOLDER = 80  # macOS allows 104 bytes for the whole address of a socket


def private_folder(path: Path, *, or_of: int | None = None) -> Path:
    """
    Return `path` as a folder of mode 0700 that is ours or of user `or_of`, made when missing.

    :raises CannotStart: when it cannot be made, is somebody else's, or is no folder.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), or_of}:
            raise CannotStart(f"{path} is not a folder of ours; choose another with VENIA_DATA.")
        path.chmod(0o700)
    except OSError as error:
        raise CannotStart(
            f"The folder {path} cannot be used ({error.strerror}); "
            "choose another with VENIA_DATA, or correct its owner and permissions."
        ) from None
    return path


def socket_folder(data: Path, name: str, *, or_of: int | None = None) -> Path:
    """Return the private folder for sockets of `name`, made when it is missing."""
    return private_folder(place_of_sockets(data, name), or_of=or_of)


def place_of_sockets(data: Path, name: str) -> Path:
    """Return where sockets of `name` stand: inside `data`, or shorter when that is too long."""
    inside = data / f"{name}.run"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return base / f"venia-{digest}-{name}"


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` with mode 0600, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def lock(path: Path, *, patience: float = 0.0) -> int | None:
    """
    Return a descriptor that locks `path`, or None when another process keeps it for `patience` s.

    The lock lasts until every process that inherited the descriptor has ended.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + patience
    while not _try_to_lock(descriptor):
        if time.monotonic() >= until:
            os.close(descriptor)
            return None
        time.sleep(0.1)
    return descriptor


@contextmanager
def locked(path: Path, *, patience: float, or_else: str) -> Iterator[int]:
    """
    Hold a lock on `path` for the block, and on in the children that are given the descriptor.

    :raises CannotStart: with the sentence `or_else`, when somebody else holds it.
    """
    descriptor = lock(path, patience=patience)
    if descriptor is None:
        raise CannotStart(or_else)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_to_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
