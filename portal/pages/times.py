"""The person's own days and hours, per channel."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.views.decorators.http import require_http_methods

from consent import queries as consent
from policies import queries as policies
from portal import hours, saving, telling
from portal.saving import Conflict, Seen
from portal.visitor import Visitor, for_visitor, page


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitor
def times(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show and save in which hours the person may be addressed."""
    if request.method != "POST":
        return _form(request, visitor)
    acts = request.POST.get("seen", "")
    seen = Seen(int(acts) if acts.isdigit() else -1)
    before = consent.permission(visitor.subject_key).person.contact_hours
    try:
        wanted = hours.read(request.POST, before)
        if wanted != before:
            saving.set_hours(visitor, wanted, seen=seen)
    except hours.HoursNotReadable as unreadable:
        return _form(request, visitor, problem=unreadable.channel, status=422)
    except Conflict:
        return _form(request, visitor, conflict=seen, status=409)
    return redirect(f"{reverse('portal:times')}?saved={seen.acts}")


def _form(
    request: HttpRequest,
    visitor: Visitor,
    *,
    problem: str = "",
    conflict: Seen | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = consent.permission(visitor.subject_key).person.contact_hours
    saved = request.GET.get("saved", "")
    context = {
        "here": "times",
        "rows": hours.as_sent(request.POST) if problem else hours.rows(standing),
        "night": policies.policy(
            policies.active_name(at=visitor.at), consent.catalogue_version()
        ).bundle.quiet_hours,
        "week": [(day, WEEKDAYS_ABBR[day - 1]) for day in hours.WEEK],
        "zone": visitor.zone.key.rpartition("/")[2].replace("_", " "),
        "seen": saving.acts_so_far(visitor.subject_key),
        "saved": telling.since(visitor, int(saved)) if saved.isdigit() else None,
        "conflict": telling.since(visitor, conflict.acts) if conflict else None,
        "problem": problem,
    }
    return page(request, visitor, "times.html", context, status=status)
