"""The part of a page that shows a person's own copy, to them or at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context
from django.utils import timezone

from portal.phrases import locale
from rights.access import proving, queries
from rights.access.tables import Table
from rights.lifecycle import CLOSED, State
from rights.systems.registry import system_of

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.grounds import Ground
    from rights.models import RequestedRight

register = template.Library()
_SHARED = ("csrf_token", "seat", "request")


@register.inclusion_tag("rights/package.html", takes_context=True)
def own_package(context: Context, right: RequestedRight) -> dict[str, Any]:
    """Show a person whether their copy is ready, and how to get it."""
    package = queries.package_of(right) if right.right in queries.RIGHTS else None
    ready = package is not None and proving.ready(package, at=timezone.now())
    return _shared(context) | {"package": package, "ready": ready}


@register.inclusion_tag("desk/package.html", takes_context=True)
def package_at_desk(
    context: Context, right: RequestedRight, grounds: Sequence[Ground]
) -> dict[str, Any]:
    """Show an officer how far a copy is, what is in it by numbers, and what is left out."""
    concerned = right.right in queries.RIGHTS and right.request.subject_key is not None
    package = queries.package_of(right) if concerned else None
    open_ = concerned and State(right.state) not in CLOSED
    withheld = queries.withheld(right) if concerned else []
    return _shared(context) | {
        "concerned": concerned,
        "right": right,
        "package": package,
        "ready": package is not None and proving.ready(package, at=timezone.now()),
        "may_leave_out": open_ and (package is None or package.state == "waiting"),
        "grounds": grounds,
        "withheld": [(row, _told(row.system, row.table)) for row in withheld],
        "tables": [(table, _titled(table)) for table in queries.tables_told()] if open_ else [],
    }


def _titled(table: Table) -> str:
    return _told(table.system, table.key)


def _told(system: str, key: str) -> str:
    """Return system and table in the language of the page; only Venia's own have titles."""
    title = system_of(system).title[locale()]
    own = {t.key: t.title[locale()] for t in queries.tables_told() if t.system == "venia"}
    return f"{title}: {own.get(key, key) if system == 'venia' else key}"


def _shared(context: Context) -> dict[str, Any]:
    return {name: context[name] for name in _SHARED if name in context}
