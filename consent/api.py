"""Acts, states, circumstances, receipts and purposes over HTTP."""

import uuid
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from audit.queries import Caller
from consent import answers, operations, queries, shapes
from consent.act import Actor, Kind
from consent.models import CircumstanceKind, ConsentEvent
from pseudonymize import queries as subjects

_READ_WRITE = {
    "GET": "consents:read",
    "POST": "consents:write",
    "PUT": "consents:write",
    "DELETE": "consents:write",
}
_PROBLEMS: dict[type[Exception], int] = {
    operations.ActRefused: 422,
    subjects.SubjectUnknown: 404,
    subjects.SubjectErased: 404,
    subjects.SubjectBlocked: 409,
}
_PAGE = 100


class ConsentView(APIView):
    """What the views of this module share: scopes, refusals, and who is meant."""

    required_scopes = _READ_WRITE
    problems = _PROBLEMS


def _subject(public_id: str) -> int:
    found = subjects.subject_key_of(public_id)
    if found is not None:
        return found
    raise subjects.SubjectErased if subjects.is_dead(public_id) else subjects.SubjectUnknown


def _readable(public_id: str) -> int:
    """Return who is meant, when something may be shown of them."""
    found = _subject(public_id)
    if subjects.person(found).life == "blocked":
        raise subjects.SubjectBlocked
    return found


def _read(shape: type[Serializer[Any]], given: Any) -> dict[str, Any]:
    filled = shape(data=given)
    filled.is_valid(raise_exception=True)
    return cast(dict[str, Any], filled.validated_data)


def _caller(request: Request) -> str:
    return cast(Caller, request.user).actor


def _receipt(event: ConsentEvent, *, status: int) -> HttpResponse:
    kind = "application/json" if status == 201 else "application/ld+json"
    return HttpResponse(answers.receipt(event), status=status, content_type=kind)


class Consents(ConsentView):
    """/api/v1/subjects/{id}/consents: record an act; read what stands, or the acts themselves."""

    @extend_schema(
        operation_id="consents_record",
        request=shapes.ActShape,
        responses={201: shapes.ReceiptShape},
    )
    def post(self, request: Request, public_id: str) -> HttpResponse:
        act = shapes.named_act(_read(shapes.ActShape, request.data))
        event = operations.record_act(
            _subject(public_id), act, caller=_caller(request), at=timezone.now()
        )
        return _receipt(event, status=201)

    @extend_schema(
        operation_id="consents_state",
        parameters=[shapes.StateAsked],
        responses=shapes.StateShape,
    )
    def get(self, request: Request, public_id: str) -> Response:
        asked = _read(shapes.StateAsked, request.query_params.dict())
        subject_key = _readable(public_id)
        if asked["history"]:
            return Response(_history(subject_key, asked))
        if asked["at"]:
            return Response(answers.state(queries.permission_at(subject_key, at=asked["at"]), ()))
        told = queries.circumstances(subject_key)
        return Response(answers.state(queries.permission(subject_key), told))


def _history(subject_key: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Return a page of acts, oldest first; the cursor is the last sequence of the page before."""
    rows = queries.history(subject_key).select_related("receipt")
    if asked["at"]:
        rows = rows.filter(acted_at__lte=asked["at"])
    page = list(rows.filter(sequence__gt=asked["cursor"])[: _PAGE + 1])
    following = str(page[_PAGE - 1].sequence) if len(page) > _PAGE else None
    return {"acts": [answers.past_act(event) for event in page[:_PAGE]], "next": following}


class NoticesServed(ConsentView):
    """POST /api/v1/subjects/{id}/notices-served: a notice was made available to the person."""

    @extend_schema(
        operation_id="notices_served_record",
        request=shapes.ServedShape,
        responses={201: shapes.ReceiptShape},
    )
    def post(self, request: Request, public_id: str) -> HttpResponse:
        given = _read(shapes.ServedShape, request.data)
        act = operations.NewAct(
            kind=Kind.NOTICE_SERVED,
            purpose=given["purpose"],
            notice_version=given["version"],
            locale=given["locale"],
            channels=[given["channel"]],
            acted_at=given["acted_at"],
            method="made_available",
            actor=Actor.SYSTEM,
        )
        event = operations.record_act(
            _subject(public_id), act, caller=_caller(request), at=timezone.now()
        )
        return _receipt(event, status=201)


class Pauses(ConsentView):
    """/api/v1/subjects/{id}/pauses: leave a person in peace until a day, or no longer."""

    @extend_schema(
        operation_id="pauses_record",
        request=shapes.PauseShape,
        responses={201: shapes.PausedShape},
    )
    def post(self, request: Request, public_id: str) -> Response:
        given = _read(shapes.PauseShape, request.data)
        act = operations.NewAct(
            kind=Kind.PAUSED,
            method=given["method"],
            actor=Actor(given["actor"]),
            until=given["until"],
        )
        event = operations.pause(
            _subject(public_id), act, caller=_caller(request), at=timezone.now()
        )
        return Response({"paused_until": event.until}, status=201)

    @extend_schema(operation_id="pauses_end", request=None, responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        act = operations.NewAct(kind=Kind.RESUMED, method="api")
        operations.resume(_subject(public_id), act, caller=_caller(request), at=timezone.now())
        return Response(status=204)


class Circumstances(ConsentView):
    """/api/v1/subjects/{id}/circumstances/{kind}: facts told by other systems."""

    @extend_schema(
        operation_id="circumstances_tell",
        request=shapes.CircumstanceShape,
        responses=shapes.ToldShape,
    )
    def put(self, request: Request, public_id: str, kind: str) -> Response:
        given = _read(shapes.CircumstanceShape, request.data)
        told = operations.set_circumstance(
            _subject(public_id),
            _known(kind),
            since=given["since"],
            until=given["until"],
            caller=_caller(request),
            at=timezone.now(),
        )
        return Response(answers.circumstance(told))

    @extend_schema(operation_id="circumstances_end", request=None, responses={204: None})
    def delete(self, request: Request, public_id: str, kind: str) -> Response:
        operations.end_circumstance(
            _subject(public_id), _known(kind), caller=_caller(request), at=timezone.now()
        )
        return Response(status=204)


def _known(kind: str) -> str:
    if kind not in CircumstanceKind.values:
        names = ", ".join(CircumstanceKind.values)
        raise operations.ActRefused("circumstance_unknown", "kind", f"Known kinds: {names}.")
    return kind


class ReceiptOf(ConsentView):
    """GET /api/v1/receipts/{id}: the receipt of an act, the same bytes as when it was given."""

    @extend_schema(operation_id="receipts_read", responses=shapes.ReceiptShape)
    def get(self, request: Request, receipt_id: uuid.UUID) -> HttpResponse:
        event = queries.receipted(receipt_id)
        if event is None:
            raise Http404
        if subjects.person(event.subject_id).life != "active":
            raise subjects.SubjectBlocked
        return _receipt(event, status=200)


def _language(request: Request) -> str:
    """Return the language that Accept-Language asks for, among ours."""
    return get_language_from_request(request._request)


def _spoken(body: dict[str, Any], language: str) -> Response:
    return Response(body, headers={"Content-Language": language})


class Purposes(ConsentView):
    """GET /api/v1/purposes: what is offered."""

    @extend_schema(operation_id="purposes_list", responses=shapes.PurposePage)
    def get(self, request: Request) -> Response:
        language, today = _language(request), timezone.now().date()
        found = queries.purposes().values()
        listed = [answers.purpose(one, language=language, on=today) for one in found]
        return _spoken({"results": listed, "next": None}, language)


class OnePurpose(ConsentView):
    """GET /api/v1/purposes/{key}: one purpose with its notice in every language."""

    @extend_schema(
        operation_id="purposes_read",
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH)],
        responses=shapes.PurposeShape,
    )
    def get(self, request: Request, key: str) -> Response:
        found = queries.purposes().get(key)
        if found is None:
            raise Http404
        language, today = _language(request), timezone.now().date()
        return _spoken(answers.purpose(found, language=language, on=today), language)
