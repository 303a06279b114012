"""A Django view that decides nothing, without any middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench")  # noqa: S106


def view(request: HttpRequest) -> HttpResponse:
    """Read the body and say yes."""
    assert request.body is not None
    length = {"Content-Length": "17"}
    return HttpResponse(b'{"decision":true}', content_type="application/json", headers=length)


urlpatterns = [path("check", view)]
application = get_wsgi_application()
