"""The way back from a pseudonym, over HTTP: one key asks, another approves, the first uses."""

from datetime import date, timedelta
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize.models import Reidentification, ReidentificationUse
from pseudonymize.release import reidentification
from pseudonymize.release.epochs import ScopeMalformed
from pseudonymize.release.reidentification import SealedValue

PROBLEMS = {
    ScopeMalformed: 422,
    reidentification.ReasonMissing: 422,
    reidentification.ReidentificationUnknown: 404,
    reidentification.ReidentificationRefused: 409,
}


class LeaveAsked(serializers.Serializer[Any]):
    """What is to be led back, why, and for how long."""

    scope = serializers.CharField(max_length=128, help_text="recipient/purpose")
    epoch = serializers.CharField(max_length=16, help_text="as POST /api/v1/pseudonyms told it")
    reason = serializers.CharField(max_length=500)
    hours = serializers.IntegerField(min_value=1, max_value=24, default=1)


class Leave(serializers.Serializer[Any]):
    """A leave: `awaiting_second_person`, `approved` or `expired`."""

    id = serializers.CharField()
    status = serializers.CharField()
    scope = serializers.CharField()
    epoch = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Sealed(serializers.Serializer[Any]):
    """A token of a released profile."""

    person = serializers.CharField(max_length=64)
    field = serializers.CharField(max_length=128)
    token = serializers.CharField(max_length=8192)


class UseAsked(serializers.Serializer[Any]):
    """What is to be opened."""

    pseudonyms = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=100, default=list
    )
    tokens = serializers.ListField(child=Sealed(), max_length=100, default=list)


class Used(serializers.Serializer[Any]):
    """What leads back; what is erased, blocked or of another scope is left out."""

    people = serializers.DictField(child=serializers.CharField())
    values = serializers.DictField(child=serializers.CharField())


class UseListed(serializers.Serializer[Any]):
    """One use, as the monthly list shows it."""

    reidentification = serializers.CharField()
    scope = serializers.CharField()
    reason = serializers.CharField()
    requested_by = serializers.CharField()
    approved_by = serializers.CharField()
    used_at = serializers.DateTimeField()
    asked = serializers.IntegerField()
    found = serializers.IntegerField()


def _actor(request: Request) -> str:
    return cast(Caller, request.user).actor


def _told(leave: Reidentification) -> dict[str, Any]:
    expired = timezone.now() >= leave.expires_at
    status = "approved" if leave.approved_at else "awaiting_second_person"
    named = {name: getattr(leave, name) for name in ("scope", "epoch", "expires_at")}
    return {"id": leave.public_id, "status": "expired" if expired else status, **named}


def _listed(use: ReidentificationUse) -> dict[str, Any]:
    leave = use.reidentification
    names = ("scope", "reason", "requested_by", "approved_by")
    told = {name: getattr(leave, name) for name in names}
    used = {"used_at": use.used_at, "asked": use.asked, "found": use.found}
    return {"reidentification": leave.public_id, **told, **used}


class Reidentifications(APIView):
    """Ask for a leave; read the monthly list of uses."""

    required_scope = "reidentify"
    problems = PROBLEMS

    @extend_schema(
        operation_id="reidentifications_list",
        parameters=[OpenApiParameter("month", str, description="2026-11; default: this month")],
        responses=UseListed(many=True),
    )
    def get(self, request: Request) -> Response:
        month = serializers.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", required=False)
        today = f"{timezone.now():%Y-%m}"
        asked = month.run_validation(request.query_params.get("month", today))
        uses = reidentification.uses_in(date.fromisoformat(f"{asked}-01"))
        return Response([_listed(use) for use in uses])

    @extend_schema(operation_id="reidentifications_ask", request=LeaveAsked, responses={201: Leave})
    def post(self, request: Request) -> Response:
        shape = LeaveAsked(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        lasts = timedelta(hours=asked.pop("hours"))
        wish = reidentification.Wish(lasts=lasts, **asked)
        leave = reidentification.request(wish, actor=_actor(request), at=timezone.now())
        return Response(_told(leave), status=201)


class Approval(APIView):
    """POST /api/v1/reidentifications/{id}:approve, by a second person."""

    required_scope = "reidentify"
    problems = PROBLEMS

    @extend_schema(operation_id="reidentifications_approve", request=None, responses=Leave)
    def post(self, request: Request, leave: str) -> Response:
        approved = reidentification.approve(leave, actor=_actor(request), at=timezone.now())
        return Response(_told(approved))


class Use(APIView):
    """POST /api/v1/reidentifications/{id}:open, by the one who asked."""

    required_scope = "reidentify"
    problems = PROBLEMS

    @extend_schema(operation_id="reidentifications_open", request=UseAsked, responses=Used)
    def post(self, request: Request, leave: str) -> Response:
        shape = UseAsked(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        opened = reidentification.use(
            leave,
            pseudonyms=asked["pseudonyms"],
            sealed=[SealedValue(**one) for one in asked["tokens"]],
            actor=_actor(request),
            at=timezone.now(),
        )
        return Response({"people": opened.people, "values": opened.values})
