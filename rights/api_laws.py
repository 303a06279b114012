"""The laws over HTTP: the packs, and when something is due under them. Any valid key may ask."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jurisdictions.load import laws
from jurisdictions.model import Law
from jurisdictions.vocabulary import EVENTS, RIGHTS
from rights import law_answers
from rights.deadline_query import DeadlineRefused, deadline, query_from

_TEXT = serializers.CharField
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]
_CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="As EU-GDPR, MX-LFPDPPP.")


class LawUnknown(Exception):
    """No pack by that code."""

    code, field = "law_unknown", "code"

    def __init__(self) -> None:
        super().__init__(f"There is no such law. Known: {', '.join(laws())}.")


def _texts(**more: Any) -> serializers.DictField:
    return serializers.DictField(child=_TEXT(), **more)


# Written as dictionaries: members named `source` and `parent` cannot be attributes of a shape.
_AUTHORITY = inline_serializer(
    "Authority",
    {
        "name": _TEXT(),
        "complaint_url": serializers.URLField(allow_null=True),
        "source": _TEXT(),
    },
)
_SUMMARY: Fields = {
    "code": _TEXT(),
    "name": _TEXT(),
    "country": _TEXT(help_text="ISO 3166-1, or EU"),
    "complete": serializers.BooleanField(help_text="False: a policy check is indeterminate."),
    "parent": _TEXT(allow_null=True),
    "effective_from": serializers.DateField(help_text="Inclusive, as effective_to."),
    "effective_to": serializers.DateField(allow_null=True),
    "authority": _AUTHORITY,
}
_PACK: Fields = {
    "source": _TEXT(),
    "notes": serializers.ListField(child=_TEXT()),
    "default_calendar": _TEXT(allow_null=True),
    "calendar_options": _texts(),
    "bases_of": _TEXT(allow_null=True),
    "sources": _texts(help_text="Topic to article."),
    "silent": _texts(help_text="Topics without an article, and why."),
    "bases": _texts(help_text="Basis to article."),
    "reads": _texts(help_text="A basis that is read as another one."),
    "consent": serializers.DictField(),
    "ages": serializers.DictField(),
    "sensitive": serializers.ListField(child=_TEXT(), help_text="Fideslang data categories."),
    "transfers": serializers.DictField(),
    "blocking": serializers.DictField(),
    "contact_hours": serializers.ListField(child=serializers.DictField()),
    "rules": serializers.DictField(child=serializers.DictField()),
    "clocks": serializers.DictField(child=serializers.DictField()),
    "rights": serializers.ListField(child=serializers.DictField()),
    "duties": _texts(help_text="Event to clock; no request starts it."),
    "evidence": serializers.DictField(child=serializers.DictField()),
}
_LAW = inline_serializer("Law", _SUMMARY | _PACK)
_LAWS = inline_serializer(
    "LawPage",
    {
        "results": inline_serializer("LawSummary", _SUMMARY, many=True),
        "next": _TEXT(allow_null=True),
    },
)
_STEP: Fields = {
    "on": serializers.DateField(),
    "counted": serializers.BooleanField(),
    "why": _TEXT(),
}
_DEADLINE = inline_serializer(
    "Deadline",
    {
        "statutory_due": _TEXT(help_text="The latest date that the text supports."),
        "prudent_due": _TEXT(help_text="The earliest arguable date."),
        "rule": _TEXT(),
        "source": _TEXT(),
        "calendar": _TEXT(help_text="Calendar, version of its holidays, digest of the overrides."),
        "steps": inline_serializer("DeadlineStep", _STEP, many=True),
    },
)


def _law(code: str) -> Law:
    found = laws().get(code)
    if found is None:
        raise LawUnknown
    return found


class Laws(APIView):
    """GET /api/v1/laws: the packs of this installation."""

    @extend_schema(operation_id="laws_list", responses=_LAWS)
    def get(self, request: Request) -> Response:
        listed = [law_answers.summary(law) for law in laws().values()]
        return Response({"results": listed, "next": None})


class OneLaw(APIView):
    """GET /api/v1/laws/{code}: one pack, with a source for every value."""

    problems = {LawUnknown: 404}

    @extend_schema(operation_id="laws_read", parameters=[_CODE], responses=_LAW)
    def get(self, request: Request, code: str) -> Response:
        return Response(law_answers.pack(_law(code)))


class LawDeadline(APIView):
    """GET /api/v1/laws/{code}/deadline: when something is due, by which rule, day by day."""

    problems = {LawUnknown: 404, DeadlineRefused: 422}

    @extend_schema(
        operation_id="laws_deadline",
        parameters=[
            _CODE,
            OpenApiParameter(
                "received_on",
                str,
                required=True,
                description="The day on which the clock starts; a date and time for hours.",
            ),
            OpenApiParameter("right", str, enum=sorted(RIGHTS), description="Not for duties."),
            OpenApiParameter("event", str, enum=sorted(EVENTS), default="answer"),
            OpenApiParameter("region", str, description="Calendar: as FR, ES-MD, AR-C."),
            OpenApiParameter("size", str, enum=["small"], description="Brazil: small agents."),
            OpenApiParameter("calendar", str, enum=["LFT", "LFPA"], description="Mexico."),
            OpenApiParameter("identity_proved_on", str, description="UK, Argentina, Uruguay."),
            OpenApiParameter("paused_from", str, description="UK: the day of asking to clarify."),
            OpenApiParameter("paused_to", str, description="UK: the day of the reply, included."),
        ],
        responses={
            200: _DEADLINE,
            404: OpenApiResponse(description="No such law."),
            422: OpenApiResponse(description="A problem with its `code` and `field`."),
        },
    )
    def get(self, request: Request, code: str) -> Response:
        query = query_from(request.query_params.dict())
        return Response(law_answers.deadline(deadline(_law(code), query)))
