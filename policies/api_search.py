"""Search over HTTP: AuthZEN 1.0, section 8. A search is one record and never itself a permit."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import caller_of
from policies import asking, queries, search, wire
from policies.api import members_of
from policies.question import RESOURCE_TYPE, SUBJECT_TYPE
from policies.serializers import BatchBody
from pseudonymize.queries import identifiers_of
from pseudonymize.roster import public_ids

_ANY = "any"
_PUBLIC = "public"
_encoder = msgspec.json.Encoder()


class _Told(msgspec.Struct, frozen=True, gc=False, tag=SUBJECT_TYPE, tag_field="type"):
    """One who is told."""

    id: str


class _Paging(msgspec.Struct, frozen=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    token: str | None = None


class _Paged(msgspec.Struct, frozen=True):
    page: _Paging = _Paging()


class Lines(JSONRenderer):
    """One result a line, for as many as there are."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class SubjectSearch(APIView):
    """
    POST /access/v1/search/subject: whom may we address?

    With `Accept: application/x-ndjson` everybody behind `page.token` is told, one a line, and
    `page.limit` does not count. Now and then, and at the very end, a line `page` tells the token
    to go on with; a stream that ends without an empty `next_token` was cut short.
    """

    required_scope = "policies:search"
    renderer_classes = (JSONRenderer, Lines)
    problems = {wire.MalformedRequest: 400, search.TokenUnreadable: 400, queries.NoPolicy: 503}

    @extend_schema(
        operation_id="search_subjects",
        request=BatchBody,
        responses={
            (200, JSONRenderer.media_type): OpenApiTypes.OBJECT,
            (200, Lines.media_type): OpenApiTypes.BYTE,
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        at, members = timezone.now(), members_of(request)
        asked = wire.evaluation(_with_any_id(members, "subject"))
        kind = _id_type(asked, request)
        page = wire.convert(members, _Paged).page
        question = wire.question(asked, at=at)
        is_ours = asked.subject.type == SUBJECT_TYPE and asked.resource.type == RESOURCE_TYPE
        caller = caller_of(request).kid
        if isinstance(request.accepted_renderer, Lines):
            pages = iter([search.Page((), None)])
            if is_ours:
                pages = search.everybody(question, caller=caller, at=at, token=page.token)
            return StreamingHttpResponse(_lines(pages, kind), content_type=Lines.media_type)
        if not is_ours:
            return Response({"results": []})
        found = search.subjects(question, caller=caller, at=at, limit=page.limit, token=page.token)
        results = [*map(_Told, _ids(found.subjects, kind))]
        paging = {"next_token": found.token or "", "count": len(results)}
        written = _encoder.encode({"results": results, "page": paging})
        return HttpResponse(written, content_type=JSONRenderer.media_type)


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
        return _PUBLIC
    kind = wire.id_type(asked.subject)
    if not caller_of(request).may("identifiers:read"):
        raise PermissionDenied("Other ids than sub_… need the scope identifiers:read.")
    return kind


def _ids(keys: Sequence[int], kind: str) -> list[str]:
    """Return the ids of a kind in the order of `keys`, without those who have none (any more)."""
    if kind == _PUBLIC:
        return list(public_ids(keys).values())
    known = identifiers_of(keys, kind)
    return [known[key] for key in keys if key in known]


def _lines(pages: Iterable[search.Page], kind: str) -> Iterator[bytes]:
    for page in pages:
        ids = _ids(page.subjects, kind)
        paging = {"next_token": page.token or "", "count": len(ids)}
        yield _encoder.encode_lines([*map(_Told, ids), {"page": paging}])
