"""The part of a form in which a person says what is wrong, and what is right."""

from dataclasses import dataclass

from django.http import QueryDict

from portal.phrases import locale
from rights.rectifying.changes import Told
from rights.rectifying.fields import kinds

ROWS = 3
_PARTS = ("field", "old", "new", "why")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form, as it was filled in."""

    number: int
    field: str = ""
    old: str = ""
    new: str = ""
    why: str = ""


def lines(told: QueryDict) -> list[Line]:
    """Return the lines of the form; as many as the page has, whatever was sent."""
    given = [told.getlist(f"wrong_{part}")[:ROWS] for part in _PARTS]
    filled = [list(values) for values in zip(*given, strict=False)]
    blank = [[""] * len(_PARTS)] * (ROWS - len(filled))
    return [Line(n, *(v.strip() for v in one)) for n, one in enumerate([*filled, *blank], 1)]


def changes(told: QueryDict) -> list[Told]:
    """Return what was said to be wrong; a line without a value says nothing."""
    return [
        Told(line.field, line.old, line.new, line.why)
        for line in lines(told)
        if line.old or line.new
    ]


def fields() -> list[tuple[str, str]]:
    """Return the kinds of details with their words, as the form offers them."""
    return [(kind.key, kind.words[locale()]) for kind in kinds().values()]
