"""What nobody found and what went wrong, told in the form that the caller reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.problems import problem

_SPOKEN_BY_SERVICES = ("/api/", "/access/", "/.well-known/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A problem document for services, a page for people."""
    if request.path.startswith(_SPOKEN_BY_SERVICES):
        return problem(404, "not_found", "There is nothing at this address. See /api/docs/.")
    return render(request, "404.html", status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Nothing was decided or changed that was not answered; the log has the reason."""
    if request.path.startswith(_SPOKEN_BY_SERVICES):
        detail = "This is our fault. Try again; if it stays, tell the operator the time."
        return problem(500, "internal_error", detail)
    return render(request, "500.html", status=500)
