"""The part of a page that shows what is wrong, who was told, and what is reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.http import QueryDict
from django.template import Context

from policies.registers import recipient_names
from portal.corrections import wrong
from portal.phrases import locale
from rights import drafting, reviewing
from rights.lifecycle import UNANSWERED, State
from rights.rectifying import changes, notices
from rights.rectifying.fields import kinds

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight

register = template.Library()
_SHARED = ("csrf_token", "seat", "request")


@register.simple_tag
def drafted(right: RequestedRight) -> str:
    """Return what an answer could say, for an officer to check; empty where nothing is known."""
    return drafting.draft(right) if State(right.state) in UNANSWERED else ""


@register.inclusion_tag("desk/corrections.html", takes_context=True)
def corrections_at_desk(context: Context, right: RequestedRight) -> dict[str, Any]:
    """Show an officer the changes, the recipients to be told, and the decisions under review."""
    names = recipient_names()
    told = notices.of(right.request).filter(right=right)
    is_wrong, seat = right.right == "rectification", context.get("seat")
    return _shared(context) | {
        "right": right,
        "open": State(right.state) in UNANSWERED,
        "changes": changes.stated(right) if is_wrong and seat and seat.may_act else [],
        "stating": is_wrong,
        "lines": wrong.lines(QueryDict()),
        "fields": wrong.fields(),
        "notices": [(row, names.get(row.recipient, row.recipient)) for row in told],
        "reviewed": reviewing.reviewed(right) if seat and seat.may_act else [],
    }


@register.inclusion_tag("rights/corrections.html")
def own_corrections(right: RequestedRight) -> dict[str, Any]:
    """Show a person what they said is wrong, and what became of it."""
    found = changes.stated(right) if right.right == "rectification" else []
    told = notices.of(right.request).filter(right=right).exclude(outcome="")
    names = recipient_names()
    return {
        "changes": found,
        "told": [(row, names.get(row.recipient, row.recipient)) for row in told],
    }


@register.filter
def detail(field: str) -> str:
    """Return the word for a kind of detail in the language of the page."""
    return kinds()[field].words[locale()]


def _shared(context: Context) -> dict[str, Any]:
    return {name: context[name] for name in _SHARED if name in context}
