"""What a person may say is wrong, read from `fields.toml`. Pure."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "fields.toml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of detail. `category` is empty where no system finds it by one."""

    key: str
    category: str
    own: bool  # an identifier that Venia itself keeps
    words: Mapping[str, str]


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind by key, in the order of the file."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: Kind(key, **said) for key, said in read.items()}
