"""
What portability covers: provided or observed data, used on consent or contract. Pure.

Source: GDPR art. 20.1; WP242 rev.01 (observed data included, derived and inferred not).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from consent.act import is_within
from consent.catalogue import Purpose
from rights.access.tables import Column, Table

_ORIGINS = frozenset({"provided", "observed"})
_CONSENT = frozenset({"consent", "explicit_consent", "tacit_consent"})
_CONTRACT = "contract"
# Venia's own tables that a person takes along: what they are called, and what they chose.
_OWN = ("identifiers", "profile", "permissions", "consent_acts")


@dataclass(frozen=True, slots=True)
class Grounded:
    """The data categories that are used on consent or contract for one person."""

    categories: frozenset[str]

    def covers(self, column: Column) -> bool:
        """Return whether a column is the person's to take along."""
        known = is_within(column.category, self.categories)
        return column.origin in _ORIGINS and known and not column.third_party


def grounded(
    purposes: Iterable[Purpose], *, laws: Sequence[str], granted: Collection[str]
) -> Grounded:
    """
    Return what is used on consent or contract: `granted` are the purposes ever allowed.

    `laws` are the columns of the catalogue's bases that count for the person.
    """
    categories: set[str] = set()
    for purpose in purposes:
        bases = {purpose.bases.get(law) for law in laws} - {None}
        rests = _CONTRACT in bases or (bases & _CONSENT and purpose.key in granted)
        if rests:
            categories.update(purpose.data_categories)
    return Grounded(frozenset(categories))


def own(tables: Mapping[str, Table]) -> list[Table]:
    """Return Venia's own tables that a person takes along, without what was derived."""
    kept = (tables[key] for key in _OWN)
    return [table.only(c.key for c in table.columns if c.origin in _ORIGINS) for table in kept]


def of_system(tables: Iterable[Table], covered: Grounded) -> list[Table]:
    """Return a system's tables with the columns that the person takes along."""
    kept = (table.only(c.key for c in table.columns if covered.covers(c)) for table in tables)
    return [table for table in kept if table.columns]
