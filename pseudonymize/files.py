"""Files that only their owner may read, and that appear whole or not at all. No database here."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file, readable by its owner alone, under its name only when it is complete."""
    with unfinished(path) as file:
        for piece in pieces:
            file.write(piece)


@contextmanager
def unfinished(path: Path) -> Iterator[BinaryIO]:
    """Open a file that gets its name when the block ends well."""
    beside = path.with_suffix(".unfinished")
    with open(beside, "wb", opener=_private) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
