"""The part of a page that shows how far the company's systems are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from portal.systems import telling

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import RequestedRight

register = template.Library()


@register.inclusion_tag("desk/progress.html")
def systems_at_desk(right: RequestedRight) -> dict[str, Any]:
    """Show an officer every task of a right."""
    return _counted(telling.at_desk(right), right)


@register.inclusion_tag("rights/progress.html")
def own_systems(right: RequestedRight) -> dict[str, Any]:
    """Show a person how far the company's systems are with what was granted."""
    return _counted(telling.own(right), right)


def _counted(lines: list[telling.Line], right: RequestedRight) -> dict[str, Any]:
    done = sum(line.mark == "yes" for line in lines)
    return {"lines": lines, "done": done, "all": len(lines), "right": right}
