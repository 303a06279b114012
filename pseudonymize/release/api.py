"""Pseudonyms and pseudonymised profiles over HTTP."""

from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize import background
from pseudonymize.background_api import NDJSON, Ndjson, body_of, sender_of
from pseudonymize.models import Kind
from pseudonymize.release import jobs, jobs_api, ndjson, parts, profiles, pseudonyms
from pseudonymize.release.epochs import ScopeMalformed
from pseudonymize.release.risk import ReleaseTooFine

MOST_IDS = 1000
_KINDS = [kind.value for kind in Kind if kind is not Kind.PUBLIC]


class PseudonymsAsked(serializers.Serializer[Any]):
    """Whose pseudonyms, towards whom and for what."""

    scope = serializers.CharField(max_length=128, help_text="recipient/purpose")
    id_type = serializers.ChoiceField(
        _KINDS,
        default="external_id",
        help_text="A `sub_…` id is always accepted.",
        error_messages={"invalid_choice": f"Known types: {', '.join(_KINDS)}."},
    )
    ids = serializers.ListField(
        child=serializers.CharField(max_length=320), min_length=1, max_length=MOST_IDS
    )


class PseudonymMade(serializers.Serializer[Any]):
    """One id's pseudonym, or why there is none."""

    id = serializers.CharField()
    pseudonym = serializers.CharField(required=False)
    code = serializers.CharField(required=False)


class PseudonymsMade(serializers.Serializer[Any]):
    """In the order of the ids asked. On the day after `valid_until` all of them change."""

    scope = serializers.CharField()
    epoch = serializers.CharField()
    valid_until = serializers.DateField()
    pseudonyms = PseudonymMade(many=True)


class Pseudonyms(APIView):
    """POST /api/v1/pseudonyms: ids to pseudonyms for one recipient and purpose."""

    required_scope = "pseudonyms:write"
    problems = {ScopeMalformed: 422}

    @extend_schema(
        operation_id="pseudonyms_make", request=PseudonymsAsked, responses=PseudonymsMade
    )
    def post(self, request: Request) -> Response:
        shape = PseudonymsAsked(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        made = pseudonyms.make(
            asked["ids"],
            scope=asked["scope"],
            id_type=asked["id_type"],
            at=timezone.now(),
            actor=cast(Caller, request.user).actor,
        )
        told = [
            {"id": one, "code" if what in pseudonyms.REFUSALS else "pseudonym": what}
            for one, what in zip(asked["ids"], made.made, strict=True)
        ]
        answer = {"scope": asked["scope"], "epoch": made.epoch, "valid_until": made.valid_until}
        return Response(answer | {"pseudonyms": told})


class Parquet(Ndjson):
    """Hands the stream on without reading it."""

    media_type = jobs_api.MEDIA_TYPES["parquet"]


class Profiles(APIView):
    """
    POST /api/v1/profiles:pseudonymise: profiles in, one JSON object a line; out without identity.

    The header `Venia-Withheld` tells how many were left out: unknown, erased, blocked subjects.
    Parquet, and NDJSON with the header `Prefer: respond-async`, become a job (202).
    """

    required_scope = "pseudonyms:write"
    parser_classes = [Ndjson, Parquet]
    problems = {
        profiles.PolicyUnknown: 422,
        ndjson.ProfileMalformed: 422,
        ndjson.MixedField: 422,
        profiles.TooManyProfiles: 413,
        parts.FileMalformed: 422,
        background.InputEmpty: 422,
        background.InputTooLong: 413,
        background.KeyReused: 422,
        ReleaseTooFine: 422,
    }

    @extend_schema(
        operation_id="profiles_pseudonymise",
        parameters=[OpenApiParameter("policy", str, required=True, description="field policy")],
        request=dict.fromkeys(jobs_api.MEDIA_TYPES.values(), OpenApiTypes.BYTE),
        responses={(200, NDJSON): OpenApiTypes.BYTE, 202: jobs_api.Job},
    )
    def post(self, request: Request) -> HttpResponse:
        parquet = request.content_type.startswith(Parquet.media_type)
        if parquet or "respond-async" in request.headers.get("Prefer", ""):
            return self._begun(request, "parquet" if parquet else "ndjson")
        released = profiles.pseudonymise(
            ndjson.lines(body_of(request)),
            policy_name=request.query_params.get("policy", ""),
            at=timezone.now(),
            actor=cast(Caller, request.user).actor,
        )
        body = "".join(ndjson.line(row) for row in released.rows)
        headers = {"Venia-Withheld": str(released.withheld)}
        return HttpResponse(body, content_type=NDJSON, headers=headers)

    def _begun(self, request: Request, form: str) -> HttpResponse:
        job = jobs.receive(
            background.chunks(body_of(request)),
            policy_name=request.query_params.get("policy", ""),
            form=form,
            sender=sender_of(request),
        )
        return jobs_api.accepted(job)
