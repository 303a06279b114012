"""The facts that rules read, over HTTP: recipients, assessments, suspensions, exclusion lists."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit import jsontext
from audit.queries import caller_of
from consent.act import CHANNELS
from consent.queries import purposes
from consent.shapes import one_of
from policies import queries, registers
from policies.paging import page
from pseudonymize.identifiers import MalformedIdentifier
from pseudonymize.queries import lookup_digest

_LONGEST_NAME = 64
_KEY = r"^[a-z0-9][a-z0-9._-]{0,63}$"


class RecipientBody(serializers.Serializer[Any]):
    """An entry of the register of recipients."""

    id = serializers.RegexField(_KEY, source="key")
    name = serializers.CharField(max_length=120)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    role = one_of(["controller", "joint_controller", "processor"])
    purposes = serializers.ListField(child=serializers.CharField(max_length=64))
    safeguard = one_of(
        ["", "standard_clauses", "binding_rules", "certification", "contract"], default=""
    )
    safeguard_until = serializers.DateField(allow_null=True, default=None)
    certified = serializers.BooleanField(default=False)
    ended = serializers.BooleanField(default=False)

    def validate_purposes(self, value: list[str]) -> list[str]:
        if not set(value) <= set(purposes()):
            raise ValidationError("Name purposes that are offered: GET /api/v1/purposes.")
        return value


class AssessmentBody(serializers.Serializer[Any]):
    """The minimal record of an impact assessment."""

    purpose = serializers.CharField(max_length=64)
    risk = serializers.CharField(max_length=500)
    measures = serializers.CharField(max_length=1000)
    residual_risk = one_of(["low", "medium", "high"])
    expires_on = serializers.DateField()
    approved_by = serializers.CharField(max_length=80, default="", allow_blank=True)
    approved_on = serializers.DateField(allow_null=True, default=None)

    def validate_purpose(self, value: str) -> str:
        if value not in purposes():
            raise ValidationError("Name a purpose that is offered: GET /api/v1/purposes.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["approved_by"]) != bool(attrs["approved_on"]):
            raise ValidationError({"approved_on": "An approval has a person and a day."})
        return attrs


class SuspensionBody(serializers.Serializer[Any]):
    """What is stopped, and why."""

    kind = one_of(list(registers.SUSPENDABLE))
    value = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=500)


class RecipientPage(serializers.Serializer[Any]):
    """A page of the register; `next` is the cursor of the following one."""

    results = RecipientBody(many=True)
    next = serializers.CharField(allow_null=True)


class AssessmentPage(serializers.Serializer[Any]):
    """A page of assessments; `next` is the cursor of the following one."""

    results = AssessmentBody(many=True)
    next = serializers.CharField(allow_null=True)


class Register(APIView):
    """What the two registers share: the newest version of each entry, and a further version."""

    required_scope = "admin"
    shape: type[serializers.Serializer[Any]]
    entry: Callable[..., Any]
    newest: Callable[[], list[Any]]
    record: Callable[..., Any]
    place: str

    def get(self, request: Request) -> Response:
        told = page(
            type(self).newest(),
            key=lambda row: str(getattr(row, self.place)),
            told=lambda row: self.shape(row).data,
            after=request.query_params.get("cursor", ""),
        )
        return Response(told)

    def post(self, request: Request) -> Response:
        entry = type(self).entry(**_valid(self.shape(data=request.data)))
        row = type(self).record(entry, actor=caller_of(request).actor, at=timezone.now())
        return Response(self.shape(row).data, status=201)


@extend_schema_view(
    get=extend_schema(operation_id="list_recipients", responses=RecipientPage),
    post=extend_schema(
        operation_id="record_recipient", request=RecipientBody, responses={201: RecipientBody}
    ),
)
class Recipients(Register):
    """The register of recipients."""

    shape, place, entry = RecipientBody, "key", registers.RecipientEntry
    newest = staticmethod(registers.newest_recipients)
    record = staticmethod(registers.record_recipient)


@extend_schema_view(
    get=extend_schema(operation_id="list_assessments", responses=AssessmentPage),
    post=extend_schema(
        operation_id="record_assessment", request=AssessmentBody, responses={201: AssessmentBody}
    ),
)
class Assessments(Register):
    """The impact assessments on record."""

    shape, place, entry = AssessmentBody, "purpose", registers.AssessmentEntry
    newest = staticmethod(registers.newest_assessments)
    record = staticmethod(registers.record_assessment)


class Suspensions(APIView):
    """The switch that stops a use at once."""

    required_scope = "admin"
    problems = {registers.NothingToSuspend: 422, queries.NoPolicy: 503}

    @extend_schema(operation_id="list_suspensions", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        after, rows = request.query_params.get("cursor", ""), registers.suspensions_in_force()
        return Response(page(rows, key=lambda row: f"{row.pk:020}", told=_told, after=after))

    @extend_schema(
        operation_id="suspend", request=SuspensionBody, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        asked = _valid(SuspensionBody(data=request.data))
        row = registers.suspend(**asked, actor=caller_of(request).actor, at=timezone.now())
        return Response(_told(row), status=201)


class SuspensionEnd(APIView):
    """Lifting a suspension: two people, each with a key of their own."""

    required_scope = "admin"
    problems = {registers.SuspensionUnknown: 404}

    @extend_schema(operation_id="lift_suspension", responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, id: int) -> Response:
        try:
            row = registers.lift(id, actor=caller_of(request).actor, at=timezone.now())
        except registers.SecondPersonNeeded as waiting:
            return Response({"status": "awaiting_second_person", "detail": str(waiting)}, 202)
        return Response(_told(row))


class ExclusionLists(APIView):
    """POST a do-not-contact list as NDJSON lines `{"type": …, "value": …}`; only digests stay."""

    required_scope = "admin"
    problems = {registers.EmptyList: 422}

    @extend_schema(
        operation_id="load_exclusion_list",
        parameters=[
            OpenApiParameter("channels", str, required=True, description="such as phone,sms"),
            OpenApiParameter("country", str, description="of phone numbers without a prefix"),
            OpenApiParameter("empty", bool, description="true, without lines: empty the list"),
        ],
        request={"application/x-ndjson": OpenApiTypes.STR},
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, name: str) -> Response:
        if len(name) > _LONGEST_NAME:
            raise ValidationError({"name": f"Name the list in up to {_LONGEST_NAME} characters."})
        channels = [c for c in request.query_params.get("channels", "").split(",") if c]
        if not channels or set(channels) - set(CHANNELS):
            raise ValidationError({"channels": "Name the list's channels: ?channels=phone,sms."})
        count = registers.load_exclusion_list(
            name,
            channels=channels,
            digests=_digests(request._request, request.query_params.get("country")),
            actor=caller_of(request).actor,
            at=timezone.now(),
            empty=request.query_params.get("empty") == "true",
        )
        return Response({"name": name, "channels": channels, "entries": count}, status=201)


def _digests(stream: Any, country: str | None) -> Iterator[bytes]:
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield _digest(line, number, country)


def _digest(line: bytes, number: int, country: str | None) -> bytes:
    try:
        entry = jsontext.decoded(line)
        return lookup_digest(entry["type"], entry["value"], country)
    except (ValueError, KeyError, TypeError, AttributeError, MalformedIdentifier):
        detail = f"Line {number} is no address. Write an object with `type` and `value`."
        raise ValidationError({f"line {number}": detail}) from None


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "value": row.value,
        "reason": row.reason,
        "begun_at": row.begun_at.isoformat(),
        "lift_asked": bool(row.lift_asked_by),
        "lifted_at": row.lifted_at.isoformat() if row.lifted_at else None,
    }


def _valid(body: serializers.Serializer[Any]) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
