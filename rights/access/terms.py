"""How long a package, its codes and its links live: house rules as data, read from `terms.toml`."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

FILE = Path(__file__).parent / "terms.toml"


@dataclass(frozen=True, slots=True)
class Terms:
    """Each `_lives` counts from when the thing was made."""

    package_lives: timedelta
    code_lives: timedelta
    link_lives: timedelta
    most_tries: int
    codes_an_hour: int


@functools.cache
def terms() -> Terms:
    """Return the terms of this installation."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Terms(
        package_lives=timedelta(days=read["package"]["days"]),
        code_lives=timedelta(minutes=read["code"]["minutes"]),
        link_lives=timedelta(minutes=read["link"]["minutes"]),
        most_tries=read["code"]["tries"],
        codes_an_hour=read["code"]["per_hour"],
    )
