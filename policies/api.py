"""The policy check over HTTP: OpenID AuthZEN Authorization API 1.0."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import caller_of
from consent.catalogue import LOCALES
from policies import door, operations, queries, wire
from policies.serializers import AnswerBody, BatchBody, EvaluationBody, OutcomeBody, StoredDecision
from pseudonymize.queries import SubjectBlocked, identifiers_of, person


class Evaluation(APIView):
    """POST /access/v1/evaluation: may this happen to this person, now?"""

    required_scope = door.SCOPE
    problems = {
        wire.MalformedRequest: 400,
        queries.NoPolicy: 503,
        operations.NotRecorded: 503,
    }

    @extend_schema(
        operation_id="evaluate",
        summary="May this use of a person's data go ahead?",
        request=EvaluationBody,
        responses=AnswerBody,
    )
    def post(self, request: Request) -> HttpResponse:
        return _answer(door.evaluation, request)


class Evaluations(APIView):
    """POST /access/v1/evaluations: several questions on one snapshot, at most 1,000."""

    required_scope = door.SCOPE
    problems = {
        wire.MalformedRequest: 400,
        queries.NoPolicy: 503,
        operations.NotRecorded: 503,
    }

    @extend_schema(
        operation_id="evaluate_batch",
        summary="Several questions at once; items replace whole entities of the batch",
        request=BatchBody,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> HttpResponse:
        return _answer(door.evaluations, request)


class Metadata(APIView):
    """GET /.well-known/authzen-configuration: where the endpoints are."""

    authentication_classes: tuple[Any, ...] = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="authzen_configuration",
        summary="Metadata of this policy decision point",
        auth=[],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        base = settings.PUBLIC_URL
        search = f"{base}/access/v1/search"
        return Response(
            {
                "policy_decision_point": base,
                "access_evaluation_endpoint": f"{base}/access/v1/evaluation",
                "access_evaluations_endpoint": f"{base}/access/v1/evaluations",
                "search_subject_endpoint": f"{search}/subject",
                "search_resource_endpoint": f"{search}/resource",
                "search_action_endpoint": f"{search}/action",
                "capabilities": [],
            }
        )


class StoredDecisions(APIView):
    """GET /api/v1/decisions/{id}: a decision as it was answered."""

    required_scope = "decisions:read"
    problems = {SubjectBlocked: 409}

    @extend_schema(operation_id="get_decision", responses=StoredDecision)
    def get(self, request: Request, id: str) -> Response:
        record = _decision(id)
        if record.subject_key and person(record.subject_key).life == "blocked":
            raise SubjectBlocked
        ids = identifiers_of([record.subject_key], "public") if record.subject_key else {}
        who = {"type": "data_subject", "id": ids[record.subject_key]} if ids else None
        asked = {
            "subject": who,
            "action": {"name": record.action, "properties": record.question.get("properties", {})},
            "resource": {"type": record.question["resource_type"], "id": record.purpose},
            "context": {k: v for k, v in record.question.items() if k not in _ENTITIES},
        }
        told = queries.outcome(record.id)
        outcome = {"outcome": told.outcome, "at": told.at.isoformat()} if told else None
        return Response(
            {**record.answer, "request": asked, "at": record.at.isoformat(), "outcome": outcome}
        )


class Outcomes(APIView):
    """POST /api/v1/decisions/{id}/outcome: what the caller did; nobody else can say it."""

    required_scope = "policies:check"
    problems = {operations.OutcomeKnown: 409}

    @extend_schema(operation_id="report_outcome", request=OutcomeBody, responses={201: OutcomeBody})
    def post(self, request: Request, id: str) -> Response:
        record, caller = _decision(id), caller_of(request)
        if record.caller != caller.kid and not caller.may("admin"):
            raise Http404
        body = OutcomeBody(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        operations.record_outcome(
            record,
            told["outcome"],
            factors=told["factors"],
            sentence=told["sentence"],
            caller=caller.kid,
            at=timezone.now(),
        )
        return Response(body.data, status=201)


_ENTITIES = frozenset({"action", "resource_type", "purpose", "properties"})


# The answer speaks to the person in each of these; no header of the caller's chooses one.
LANGUAGES = ", ".join(LOCALES)


def members_of(request: Request) -> dict[str, Any]:
    """Return the body of an AuthZEN request; another content type is malformed (400)."""
    return wire.decoded(_json_body(request))


def _json_body(request: Request) -> bytes:
    if not wire.is_json(request.content_type):
        raise wire.MalformedRequest("Send Content-Type: application/json.", "Content-Type")
    return request._request.body


def _answer(answered: Callable[..., bytes], request: Request) -> HttpResponse:
    at, caller = timezone.now(), caller_of(request).kid
    body = answered(_json_body(request), caller=caller, at=at)
    headers = {"Content-Language": LANGUAGES}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _decision(id: str) -> Any:
    try:
        found = queries.decision(UUID(id.removeprefix("dec_")))
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise Http404
    return found
