"""The door of the desk: who is logged in, with which role, and what it may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from audit import operations as audit
from portal.clients import client
from portal.desk import throttle
from portal.desk.accounts import Role, actor_of, role_of
from rights.operations import Acting

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

    What the desk shows is kept in no cache, and its times are those of `DESK_TIME_ZONE`.
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
        with timezone.override(settings.DESK_TIME_ZONE):
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
        if throttle.must_wait(self._name, client(request), at=timezone.now()):
            return self._again(429, "waiting")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if role_of(form.get_user()) is None:
            return self.form_invalid(form)
        throttle.forgive(self._name)
        audit.record("desk.entered", actor=actor_of(form.get_user()), at=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        now = timezone.now()
        throttle.note_failure(self._name, client(self.request), at=now)
        audit.record("desk.refused", actor="person", at=now)
        return self._again(422, "wrong")

    def _again(self, status: int, why: str) -> HttpResponse:
        context = {why: True, "next": self.request.POST.get("next", "")}
        return render(self.request, self.template_name, context, status=status)

    @property
    def _name(self) -> str:
        return str(self.request.POST.get("username", ""))
