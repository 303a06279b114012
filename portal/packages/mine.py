"""The person fetches their own copy: a code to the address on file, then a link that opens once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.phrases import phrase
from portal.rights.mine import for_owner, page_of
from rights.access import fetching, proving, queries
from rights.access.fetching import LinkOver
from rights.access.proving import NotReady
from rights.operations import Acting

if TYPE_CHECKING:  # rows are values here; only `rights` asks its tables
    from rights.models import Package, RightsRequest


@require_POST
@for_owner
def ask(request: HttpRequest, own: RightsRequest, number: int) -> HttpResponse:
    """Send a code to the address on file, and say the same whether or not there is one."""
    package = _of(own, number)
    try:
        proving.ask(package, at=timezone.now())
    except NotReady:
        return page_of(request, own, problem=phrase("packages.mine.over"))
    return page_of(request, own, told=phrase("packages.mine.code_sent"))


@require_POST
@for_owner
def prove(request: HttpRequest, own: RightsRequest, number: int) -> HttpResponse:
    """Exchange a code for a link to one download."""
    package, now = _of(own, number), timezone.now()
    if not proving.ready(package, at=now):
        return page_of(request, own, problem=phrase("packages.mine.over"))
    if not proving.redeem(package, request.POST.get("code", "")[:20], at=now):
        return page_of(request, own, problem=phrase("packages.mine.code_wrong"))
    return redirect("requests:fetch", token=fetching.link(package, at=now))


def _of(own: RightsRequest, number: int) -> Package:
    """Return a package of the request, for who is proved alone."""
    found = queries.package(own, number) if own.identity else None
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_owner
def fetch(request: HttpRequest, own: RightsRequest, token: str) -> HttpResponseBase:
    """Offer the download, plain or with a passphrase that is shown here and kept nowhere."""
    try:
        if request.method == "POST":
            return _download(request, own, token)
        package = fetching.opened(token, own, at=timezone.now())
    except LinkOver:
        return render(request, "rights/package_gone.html", {"own": own}, status=410)
    context = {
        "own": own,
        "package": package,
        "token": token,
        "passphrase": fetching.new_passphrase(),
    }
    return render(request, "rights/package_fetch.html", context)


def _download(request: HttpRequest, own: RightsRequest, token: str) -> HttpResponseBase:
    wanted = request.POST.get("passphrase", "") if "locked" in request.POST else ""
    if "locked" in request.POST and len(wanted) < fetching.LEAST:
        raise Http404
    package = fetching.take(token, own, Acting("person", timezone.now()))
    name = f"{package.right.right}-{own.pk}"
    if wanted:
        pieces = fetching.locked(package, wanted, name=f"{name}.zip")
        return _file(pieces, f"{name}-aes.zip")
    return _file(fetching.plain(package), f"{name}.zip")


def _file(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
