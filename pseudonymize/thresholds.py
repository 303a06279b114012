"""The ages that decide something under some law."""

import functools
import tomllib
from importlib import resources

from jurisdictions.load import laws


@functools.cache
def thresholds() -> tuple[int, ...]:
    """Return the ages that the law packs and `ages.toml` name, in whole years, ascending."""
    text = resources.files("pseudonymize").joinpath("ages.toml").read_text("utf-8")
    named = {entry["age"] for entry in tomllib.loads(text)["threshold"]}
    for ages in (law.ages for law in laws().values()):
        named |= {ages.consent, ages.sensitive, *ages.by_country.values()} - {None}
    return tuple(sorted(named))
