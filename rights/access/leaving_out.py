"""What is not in a package, and why: said in it by name, so that nothing is left out in silence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rights import grounds
from rights.access import exports, tables
from rights.access.archive import Counted
from rights.access.information import articles
from rights.access.phrases import say
from rights.models import Package, RightsRequest
from rights.systems import identifiers
from rights.systems.declaration import OWN
from rights.systems.registry import system_of

OTHERS, PROTECTION, GONE, CHECKING = "rights_of_others", "protection", "gone", "checking"
UNNAMED = "unnamed"
_ALWAYS = (("others", OTHERS), ("keys", PROTECTION))
_OF_ACCESS = (
    ("staff", OTHERS),
    ("guardian", OTHERS),
    ("holds", OTHERS),
    ("links", PROTECTION),
    ("destroyed", GONE),
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is not in it: a word of `words.toml`, or a table or field of a system."""

    what: str
    why: str  # a word of `words.toml`, or a ground
    system: str = ""
    table: str = ""
    field: str = ""
    count: int = 0


def of(package: Package, *, whole: bool) -> list[LeftOut]:
    """Return what is left out of every package of its kind, and what an officer left out."""
    always = [*_ALWAYS, *(_OF_ACCESS if whole else ())]
    decided = package.right.withholdings.order_by("pk")
    return [
        *(LeftOut(what, why) for what, why in always),
        *(LeftOut("field", row.ground, system=row.system, table=row.table) for row in decided),
    ]


def tables_of(left_out: Iterable[LeftOut]) -> set[tuple[str, str]]:
    """Return the tables that are left out whole, by system."""
    return {(one.system, one.table) for one in left_out if one.table and not one.field}


def of_systems(
    counted: Sequence[Counted], reports: Iterator[tuple[str, Mapping[str, Any]]]
) -> Iterator[LeftOut]:
    """
    Yield the fields that speak of others, what systems told without having declared it, and the
    systems that were not asked, since nothing names the person there.
    """
    for one in counted:
        for column in one.table.columns if one.rows else ():
            if column.third_party:
                table = one.table
                yield LeftOut(
                    "field", OTHERS, system=table.system, table=table.key, field=column.key
                )
    for key, told in reports:
        if identifiers.was_unnamed(told):
            yield LeftOut("unnamed", UNNAMED, system=key)
        strange = exports.undeclared(told, tables.of_system(system_of(key)))
        if strange:
            yield LeftOut("undeclared", CHECKING, system=key, count=len(strange))


def in_words(left_out: Iterable[LeftOut], request: RightsRequest) -> list[tuple[str, str]]:
    """Return what is left out and why, in the language of the request."""
    return [(_what(one, request.locale), _why(one.why, request)) for one in left_out]


def _what(one: LeftOut, locale: str) -> str:
    if not one.system:
        return say(f"withheld.{one.what}", locale)
    system = system_of(one.system)
    title = system.title[locale]
    if one.what == "undeclared":
        return say("withheld.undeclared", locale, system=title, count=one.count)
    if one.what == "unnamed":
        return title
    return say("withheld.field", locale, system=title, title=_title(one, locale))


def _title(one: LeftOut, locale: str) -> str:
    declared = tables.own() if one.system == OWN else tables.of_system(system_of(one.system))
    found = next((table for table in declared.values() if table.key == one.table), None)
    if found is None or not one.field:
        return found.title[locale] if found and one.system == OWN else one.table
    column = next(column for column in found.columns if column.key == one.field)
    return column.title[locale]


def _why(code: str, request: RightsRequest) -> str:
    locale, laws = request.locale, request.laws
    if code in (PROTECTION, GONE, CHECKING, UNNAMED):
        return say(f"why.{code}", locale)
    known = grounds.grounds(laws, "access").get(code)
    if code == OTHERS:
        source = articles("withheld", laws) or (known.source if known else ", ".join(laws))
        return say("why.rights_of_others", locale, source=source)
    return f"{known.words[locale]} ({known.source})" if known else code


def as_json(left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """Return what is kept on the package's row: codes and keys, no word of the person."""
    names = ("what", "why", "system", "table", "field", "count")
    return [{n: v for n in names if (v := getattr(one, n))} for one in left_out]
