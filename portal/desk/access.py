"""The door of the desk: who is logged in, with which role, and what it may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac

from audit import operations as audit
from portal.desk.accounts import Role, actor_of, role_of
from rights.operations import Acting

_MOST_FAILURES = 10  # in each web process, for one name
_WITHIN = 15 * 60
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Seat", P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the desk."""

    user: User
    role: Role

    @property
    def actor(self) -> str:
        return actor_of(self.user)

    @property
    def may_act(self) -> bool:
        return self.role is not Role.AUDITOR

    @property
    def may_decide(self) -> bool:
        return self.role is Role.OFFICER

    def acting(self, words: str = "") -> Acting:
        """Return this person acting now."""
        return Acting(self.actor, timezone.now(), words.strip())

    @property
    def today(self) -> date:
        return timezone.localdate()


def at_desk(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """
    Give `view` its seat; send others to log in. An auditor's POST is refused, whatever it is.

    What the desk shows is kept in no cache.
    """

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        role = role_of(request.user)
        if role is None or not isinstance(request.user, User):
            query = urlencode({"next": request.path})
            return redirect(f"{reverse('desk:login')}?{query}")
        seat = Seat(request.user, role)
        if request.method not in ("GET", "HEAD") and not seat.may_act:
            return page(request, seat, "refused.html", {}, status=403)
        response = view(request, seat, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return handle


def only_officers(seat: Seat) -> None:
    """:raises PermissionDenied: when an agent does what an officer must."""
    if not seat.may_decide:
        raise PermissionDenied


def page(
    request: HttpRequest, seat: Seat, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the desk."""
    return render(request, f"desk/{template}", {"seat": seat} | context, status=status)


class Login(LoginView):
    """The door itself. Too many wrong passwords for one name make it wait a quarter of an hour."""

    template_name = "desk/login.html"
    next_page = "desk:queue"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if cache.get(self._failures(), 0) >= _MOST_FAILURES:
            return self._again(429, "waiting")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if role_of(form.get_user()) is None:
            return self.form_invalid(form)
        cache.delete(self._failures())
        audit.record("desk.entered", actor=actor_of(form.get_user()), at=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        cache.add(self._failures(), 0, _WITHIN)
        cache.incr(self._failures())
        audit.record("desk.refused", actor="person", at=timezone.now())
        return self._again(422, "wrong")

    def _again(self, status: int, why: str) -> HttpResponse:
        context = {why: True, "next": self.request.POST.get("next", "")}
        return render(self.request, self.template_name, context, status=status)

    def _failures(self) -> str:
        name = self.request.POST.get("username", "")
        return "desk-login-" + salted_hmac("desk.login", name, algorithm="sha256").hexdigest()
