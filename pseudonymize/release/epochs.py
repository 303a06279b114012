"""Epochs: how long a pseudonym stays the same towards one scope."""

import functools
import re
import tomllib
from datetime import date, timedelta
from importlib import resources

MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SCOPE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9._-]{0,62}")


class ScopeMalformed(Exception):
    """A scope names one recipient and one purpose."""

    code = "scope_malformed"
    field = "scope"

    def __init__(self) -> None:
        super().__init__("Write a scope as recipient/purpose, such as recommender/marketing.offers")


def check_scope(scope: str) -> None:
    """:raises ScopeMalformed: unless `scope` is recipient/purpose."""
    if not _SCOPE.fullmatch(scope):
        raise ScopeMalformed


@functools.cache
def _lengths() -> dict[str, str]:
    text = resources.files("pseudonymize.release").joinpath("epochs.toml").read_text("utf-8")
    named: dict[str, str] = tomllib.loads(text)["epoch"]
    return named


def epoch_on(scope: str, day: date) -> tuple[str, date]:
    """
    Return the epoch of `scope` on `day` (UTC) and its last day, which still belongs to it.

    A scope that `epochs.toml` does not name has the default length.

    :raises ScopeMalformed: unless `scope` is recipient/purpose.
    """
    check_scope(scope)
    named = _lengths()
    return period_on(day, named.get(scope, named["default"]))


def period_on(day: date, length: str) -> tuple[str, date]:
    """Return the calendar `length` (month, quarter, year) that holds `day`, and its last day."""
    months = MONTHS[length]
    first = (day.month - 1) // months * months + 1
    after = date(day.year + (first + months) // 13, (first + months - 1) % 12 + 1, 1)
    return f"{day.year}-{first:02}+{months}", after - timedelta(days=1)
