"""The HTTP edge of every API view: who calls, what the key allows, how refusals are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from audit import jsontext, operations, queries
from config.problems import RETRY_AFTER, UNAVAILABLE, UNSURE, problem_body

if TYPE_CHECKING:  # its views load their defaults, and so this module, while they are imported
    from rest_framework.views import APIView

_CODES = {
    400: "malformed",
    401: "not_authenticated",
    403: "scope_missing",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


class ServiceKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer vk_….…`; looked up on every request, so revoking is instant."""

    def authenticate(self, request: Request) -> tuple[queries.Caller, None] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        caller = queries.caller(text.strip())
        if caller is None:
            raise exceptions.AuthenticationFailed("Unknown or revoked service key.")
        operations.note_use(caller.kid, last_used_at=caller.last_used_at, at=datetime.now(UTC))
        return caller, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="venia"'


class JsonParser(JSONParser):
    """Reads bodies so that nothing in them makes a later step fail."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return jsontext.decoded(stream.read())
        except jsontext.Unreadable as unreadable:
            raise exceptions.ParseError(str(unreadable)) from None


class HasScope(BasePermission):
    """
    A view names `required_scope`, or `required_scopes` per method; None: any valid key.

    HEAD tells as much as GET by its status and length, so it needs the same.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        caller = request.user
        if not isinstance(caller, queries.Caller):
            raise exceptions.NotAuthenticated("Send a service key: Authorization: Bearer vk_…")
        per_method = getattr(view, "required_scopes", {})
        method = "GET" if request.method == "HEAD" else request.method
        scope = per_method.get(method, getattr(view, "required_scope", None))
        if scope and not caller.may(scope):
            raise exceptions.PermissionDenied(f"This needs the scope {scope}.")
        return True


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """
    Turn a refusal into a problem document; return None for a bug, which then is a 500.

    A view maps its domain's refusals in `problems: {Exception type: status}`.
    """
    from rest_framework.views import set_rollback

    set_rollback()
    found = _refusal(error, context["view"]) or _outage(error, context) or _http_error(error)
    if found is None:
        return None
    status, code, detail, headers, field = found
    body = problem_body(status, code, detail, field=field)
    return Response(body, status=status, headers=headers, content_type="application/problem+json")


Found = tuple[int, str, str, dict[str, str], str | None]


def _refusal(error: Exception, view: APIView) -> Found | None:
    for kind, status in getattr(view, "problems", {}).items():
        if isinstance(error, kind):
            code, wait = getattr(error, "code", "refused"), getattr(error, "retry_after", None)
            headers = {"Retry-After": str(wait)} if wait else {}
            return status, code, str(error), headers, getattr(error, "field", None)
    return None


def _outage(error: Exception, context: Mapping[str, Any]) -> Found | None:
    """A write may have been lost at its very end, and have counted; a check gave no decision."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    told = UNSURE if _may_have_written(context.get("request")) else UNAVAILABLE
    return 503, "unavailable", told, RETRY_AFTER, None


def _may_have_written(request: Request | None) -> bool:
    """Return whether an outage leaves open what a request came to."""
    if request is None or request.method in SAFE_METHODS:
        return False
    return request.path.startswith("/api/v1/")


def _http_error(error: Exception) -> Found | None:
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, UnreadablePostError):
        error = exceptions.ParseError("The body did not come whole. Send it again.")
    if isinstance(error, exceptions.ValidationError):
        field, detail = _first_field(error.detail)
        return 422, "invalid", detail, {}, field
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    code = _CODES.get(error.status_code, "refused")
    return error.status_code, code, str(error.detail), headers, None


def _first_field(detail: Any, path: str = "") -> tuple[str | None, str]:
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        step = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
        return _first_field(inner, step)
    if isinstance(detail, list):
        return _first_field(next(item for item in detail if item), path)
    return path or None, str(detail)
