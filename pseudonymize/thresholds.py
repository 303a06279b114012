"""The ages that any law pack names."""

import functools
import tomllib
from importlib import resources


@functools.cache
def thresholds() -> tuple[int, ...]:
    """Return every age that decides something under some law, in whole years, ascending."""
    text = resources.files("pseudonymize").joinpath("ages.toml").read_text("utf-8")
    return tuple(sorted(entry["age"] for entry in tomllib.loads(text)["threshold"]))
