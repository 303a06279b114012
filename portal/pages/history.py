"""Every act with its receipt, and all receipts to take along."""

import io
import uuid
import zipfile

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from consent import answers, queries
from portal import telling
from portal.visitor import Visitor, for_visitor, page

_PAGE = 30
_JSON_LD = "application/ld+json"


@require_safe
@for_visitor
def history(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """List the acts of the person, whoever made them, newest first."""
    number = request.GET.get("before", "")
    before = int(number) if number.isdigit() else None
    acts, older = telling.backwards(visitor, before=before, most=_PAGE)
    context = {"here": "history", "acts": acts, "older": older, "is_first": before is None}
    return page(request, visitor, "history.html", context)


@require_safe
@for_visitor
def receipt(request: HttpRequest, visitor: Visitor, number: uuid.UUID) -> HttpResponseBase:
    """Hand out one receipt, signed, the same bytes as when it was given."""
    event = queries.receipted(number)
    if event is None or event.subject_id != visitor.subject_key:
        raise Http404
    body = io.BytesIO(answers.receipt(event))
    return FileResponse(
        body, as_attachment=True, filename=f"receipt-{number}.json", content_type=_JSON_LD
    )


@require_safe
@for_visitor
def receipts(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Hand out every receipt in one archive."""
    events = queries.history(visitor.subject_key).select_related("receipt")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as together:
        for event in events:
            if hasattr(event, "receipt"):
                about = f"-{event.purpose}" if event.purpose else ""
                name = f"{event.sequence:05d}-{event.kind}{about}.json"
                together.writestr(name, answers.receipt(event))
    archive.seek(0)
    return FileResponse(archive, as_attachment=True, filename="receipts.zip")
