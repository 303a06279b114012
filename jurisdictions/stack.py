"""The laws that protect a person, by place and day."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from jurisdictions.load import laws
from jurisdictions.model import Law
from jurisdictions.reading import read_toml

STACKS_FILE = Path(__file__).parent / "stacks.toml"


def laws_in_force(country: str, region: str | None, on: date) -> tuple[Law, ...]:
    """
    Return the laws in force for a person in `country` on a day, the broader law first.

    `country` is ISO 3166-1, `region` ISO 3166-2 or None. A region with a stack of its own has
    that one, any other its country's. Empty where we have no pack: then nobody can decide.
    """
    codes = _stacks().get(region or country) or _stacks().get(country, ())
    return tuple(law for code in codes if (law := laws()[code]).in_force_on(on))


def places() -> frozenset[str]:
    """Return every country and region that has a stack."""
    return frozenset(_stacks())


@lru_cache(maxsize=1)
def _stacks() -> Mapping[str, tuple[str, ...]]:
    file, found = read_toml(STACKS_FILE), {}
    for table in file.sections("stack"):
        codes = table.words("laws", frozenset(laws()))
        for place in table.words("places"):
            if place in found:
                raise table.error("places", f"{place} already has a stack")
            found[place] = codes
        table.take("source", str)
        table.close()
    file.close()
    return found
