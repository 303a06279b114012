"""What a person tells the company about a decision or a page, and what it answered."""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies import queries as policies
from portal import decisions, feelings, guardians
from portal.decisions import Explained
from portal.models import About
from portal.rights.visitor import open_for
from portal.visitor import Visitor, for_visitor, page
from rights.operations import RequestRefused


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitor
def tell(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Let the person say that something felt invasive or is wrong; a reason is never demanded."""
    given = request.POST if request.method == "POST" else request.GET
    about = given.get("about", "")
    kind = About(about) if about in About.values else About.INVASIVE
    decision = given.get("decision", "")
    found = decisions.about(visitor, decision) if decision else None
    if decision and found is None:
        raise Http404
    if request.method == "POST":
        return _take(request, visitor, kind, found)
    context = {
        "here": "told",
        "about": kind.value,
        "decision": found,
        "page_name": _page_name(given.get("page", "")),
        "reply_by": feelings.channels(visitor.subject_key),
        "hours": int(feelings.ANSWERED_WITHIN.total_seconds() // 3600),
    }
    return page(request, visitor, "tell.html", context)


def _take(
    request: HttpRequest, visitor: Visitor, kind: About, found: Explained | None
) -> HttpResponse:
    """What is wrong is a right of its own, with its clock; everything else is a conversation."""
    if kind is About.WRONG:
        about = f"{found.id}: {found.sentence}\n" if found else ""
        words = request.POST.get("words", "")
        with suppress(RequestRefused):  # a law without that right: then a person answers it
            open_for(visitor, rights=["rectification"], words=about + words)
            return redirect("requests:requests")
    feelings.tell(visitor.subject_key, _said(request, kind, found), at=visitor.at)
    return redirect(f"{reverse('portal:told')}?sent=1")


@require_safe
@for_visitor
def told(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show what the person said, and what was answered or changed since."""
    context = {
        "here": "told",
        "sent": bool(request.GET.get("sent")),
        "conversations": feelings.conversations(visitor.subject_key),
        "hours": int(feelings.ANSWERED_WITHIN.total_seconds() // 3600),
    }
    return page(request, visitor, "told.html", context)


@require_POST
@for_visitor
def ask_guardian(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Send the guardian a link of their own."""
    sent = guardians.ask(visitor.subject_key, at=visitor.at)
    return redirect(f"{reverse('portal:choices')}?guardian={'asked' if sent else 'unknown'}")


def _said(request: HttpRequest, kind: About, found: Explained | None) -> feelings.Said:
    return feelings.Said(
        about=kind,
        words=request.POST.get("words", ""),
        reply_by=request.POST.get("reply_by", "page"),
        decision=decisions.parsed(found.id) if found else None,
        purpose=found.purpose if found else request.POST.get("purpose", "")[:64],
        rule=_rule(found),
        page=_page_name(request.POST.get("page", "")),
    )


def _rule(found: Explained | None) -> str:
    """Return the reason that decided: what an alarm points at."""
    number = decisions.parsed(found.id) if found else None
    record = policies.decision(number) if number else None
    return str(record.answer["reasons"][0]["code"]) if record else ""


def _page_name(path: str) -> str:
    """Return the name of the page that somebody came from; never its address."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return path if path.isidentifier() else ""
