"""The part of a page that shows an erasure, at the desk or to whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context

from portal.erasing.showing import shown
from portal.phrases import locale

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight

register = template.Library()
_SHARED = ("csrf_token", "seat", "request")


@register.inclusion_tag("desk/erasure.html", takes_context=True)
def erasure_at_desk(context: Context, right: RequestedRight) -> dict[str, Any]:
    """Show an erasure to an officer: preview, step, and what may be done."""
    return _with(context, right)


@register.inclusion_tag("rights/erasure.html", takes_context=True)
def own_erasure(context: Context, right: RequestedRight) -> dict[str, Any]:
    """Show an erasure to whom it is about."""
    return _with(context, right)


@register.filter
def titled(titles: Mapping[str, str]) -> str:
    """Return a system's title in the language of the page."""
    return titles[locale()]


def _with(context: Context, right: RequestedRight) -> dict[str, Any]:
    shared = {name: context[name] for name in _SHARED if name in context}
    return shared | {"right": right, "shown": shown(right)}
