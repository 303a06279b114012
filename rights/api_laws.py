"""The laws over HTTP: the packs, and when something is due under them. Any valid key may ask."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
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
_CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="As EU-GDPR, MX-LFPDPPP.")


class LawUnknown(Exception):
    """No pack by that code."""

    code, field = "law_unknown", "code"

    def __init__(self) -> None:
        super().__init__(f"There is no such law. Known: {', '.join(laws())}.")


class AuthorityShape(serializers.Serializer[Any]):
    """Who supervises, and where a person complains."""

    name = _TEXT()
    complaint_url = serializers.URLField(allow_null=True)
    source = _TEXT()


class LawSummaryShape(serializers.Serializer[Any]):
    """One law; both validity days are inclusive."""

    code = _TEXT()
    name = _TEXT()
    country = _TEXT(help_text="ISO 3166-1, or EU")
    complete = serializers.BooleanField(help_text="False: a policy check is indeterminate.")
    parent = _TEXT(allow_null=True)
    effective_from = serializers.DateField()
    effective_to = serializers.DateField(allow_null=True)
    authority = AuthorityShape()


class LawPage(serializers.Serializer[Any]):
    """Every law that this installation knows."""

    results = LawSummaryShape(many=True)
    next = _TEXT(allow_null=True)


class LawShape(LawSummaryShape):
    """A whole pack: every value with its source."""

    source = _TEXT()
    notes = serializers.ListField(child=_TEXT())
    default_calendar = _TEXT(allow_null=True)
    calendar_options = serializers.DictField(child=_TEXT())
    bases_of = _TEXT(allow_null=True)
    sources = serializers.DictField(child=_TEXT(), help_text="Topic to article.")
    silent = serializers.DictField(child=_TEXT(), help_text="Topics without an article, and why.")
    bases = serializers.DictField(child=_TEXT(), help_text="Basis to article.")
    reads = serializers.DictField(child=_TEXT(), help_text="A basis read as another one.")
    consent = serializers.DictField()
    ages = serializers.DictField()
    sensitive = serializers.ListField(child=_TEXT(), help_text="Fideslang data categories.")
    transfers = serializers.DictField()
    blocking = serializers.DictField()
    contact_hours = serializers.ListField(child=serializers.DictField())
    rules = serializers.DictField(child=serializers.DictField())
    clocks = serializers.DictField(child=serializers.DictField())
    rights = serializers.ListField(child=serializers.DictField())
    duties = serializers.DictField(child=_TEXT(), help_text="Event to clock, no request needed.")
    evidence = serializers.DictField(child=serializers.DictField())


class StepShape(serializers.Serializer[Any]):
    """One day of the count."""

    on = serializers.DateField()
    counted = serializers.BooleanField()
    why = _TEXT()


class DeadlineShape(serializers.Serializer[Any]):
    """Both dates; date-times, in the offset that was asked with, for clocks in hours."""

    statutory_due = _TEXT(help_text="The latest date that the text supports.")
    prudent_due = _TEXT(help_text="The earliest arguable date.")
    rule = _TEXT()
    source = _TEXT()
    calendar = _TEXT(help_text="Calendar, version of its holidays, digest of the overrides.")
    steps = StepShape(many=True)


def _law(code: str) -> Law:
    found = laws().get(code)
    if found is None:
        raise LawUnknown
    return found


class Laws(APIView):
    """GET /api/v1/laws: the packs of this installation."""

    @extend_schema(operation_id="laws_list", responses=LawPage)
    def get(self, request: Request) -> Response:
        listed = [law_answers.summary(law) for law in laws().values()]
        return Response({"results": listed, "next": None})


class OneLaw(APIView):
    """GET /api/v1/laws/{code}: one pack, with a source for every value."""

    problems = {LawUnknown: 404}

    @extend_schema(operation_id="laws_read", parameters=[_CODE], responses=LawShape)
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
            200: DeadlineShape,
            404: OpenApiResponse(description="No such law."),
            422: OpenApiResponse(description="A problem with its `code` and `field`."),
        },
    )
    def get(self, request: Request, code: str) -> Response:
        query = query_from(request.query_params.dict())
        return Response(law_answers.deadline(deadline(_law(code), query)))
