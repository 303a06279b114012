"""Search over HTTP: AuthZEN 1.0, section 8. A search is one record and never itself a permit."""

from typing import Annotated, Any

import msgspec
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import caller_of
from policies import asking, queries, search, wire
from policies.api import members_of
from policies.question import RESOURCE_TYPE, SUBJECT_TYPE
from policies.serializers import BatchBody
from pseudonymize.queries import identifiers_of

_ANY = "any"


class _Paging(msgspec.Struct, frozen=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    token: str | None = None


class _Paged(msgspec.Struct, frozen=True):
    page: _Paging = _Paging()


class SubjectSearch(APIView):
    """POST /access/v1/search/subject: whom may we address?"""

    required_scope = "policies:search"
    problems = {wire.MalformedRequest: 400, search.TokenUnreadable: 400, queries.NoPolicy: 503}

    @extend_schema(operation_id="search_subjects", request=BatchBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        at, members = timezone.now(), members_of(request)
        asked = wire.evaluation(_with_any_id(members, "subject"))
        kind = _id_type(asked, request)
        page = wire.convert(members, _Paged).page
        if asked.subject.type != SUBJECT_TYPE or asked.resource.type != RESOURCE_TYPE:
            return Response({"results": []})
        question = wire.question(asked, at=at)
        found = search.subjects(
            question, caller=caller_of(request).kid, at=at, limit=page.limit, token=page.token
        )
        ids = identifiers_of(found.subjects, kind)
        results = [{"type": SUBJECT_TYPE, "id": ids[key]} for key in found.subjects if key in ids]
        paging = {"next_token": found.token or "", "count": len(results)}
        return Response({"results": results, "page": paging})


class ResourceSearch(APIView):
    """POST /access/v1/search/resource: for which purposes?"""

    required_scope = "policies:search"
    problems = {wire.MalformedRequest: 400, queries.NoPolicy: 503}

    @extend_schema(
        operation_id="search_resources", request=BatchBody, responses=OpenApiTypes.OBJECT
    )
    def post(self, request: Request) -> Response:
        at, members = timezone.now(), _with_any_id(members_of(request), "resource")
        named = asking.named(members, at=at)
        if named.digest is None or named.question.resource_type != RESOURCE_TYPE:
            return Response({"results": []})
        found = search.resources(named, caller=caller_of(request).kid, at=at)
        return Response({"results": [{"type": RESOURCE_TYPE, "id": key} for key in found]})


class ActionSearch(APIView):
    """POST /access/v1/search/action: which actions?"""

    required_scope = "policies:search"
    problems = {wire.MalformedRequest: 400, queries.NoPolicy: 503}

    @extend_schema(operation_id="search_actions", request=BatchBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        at, members = timezone.now(), members_of(request)
        given = members.get("action")
        action = {"name": _ANY, **(given if isinstance(given, dict) else {})}
        named = asking.named({**members, "action": action}, at=at)
        if named.digest is None or named.question.resource_type != RESOURCE_TYPE:
            return Response({"results": []})
        found = search.actions(named, caller=caller_of(request).kid, at=at)
        return Response({"results": [{"name": name} for name in found]})


def _with_any_id(members: dict[str, Any], entity: str) -> dict[str, Any]:
    """The entity that is searched for needs no id; one that is given is ignored."""
    given = members.get(entity)
    return {**members, entity: {**given, "id": _ANY}} if isinstance(given, dict) else members


def _id_type(asked: wire.Evaluation, request: Request) -> str:
    """Return the kind of identifier to answer with: the public id unless another is asked for."""
    if "id_type" not in asked.subject.properties:
        return "public"
    kind = wire.id_type(asked.subject)
    if not caller_of(request).may("identifiers:read"):
        raise PermissionDenied("Other ids than sub_… need the scope identifiers:read.")
    return kind
