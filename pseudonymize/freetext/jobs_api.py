"""Files of texts as jobs: their progress and their output."""

import uuid
from typing import Any, Final

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pseudonymize import background
from pseudonymize.background_api import NDJSON, NotReady, body_of, fetched, own, sender_of
from pseudonymize.freetext import jobs, lines
from pseudonymize.freetext.shapes import MODES, How
from pseudonymize.models import TextJob

PROBLEMS: dict[type[Exception], int] = {
    lines.LineMalformed: 422,
    background.InputEmpty: 422,
    background.InputTooLong: 413,
    background.KeyReused: 422,
}


class TextJobAsked(How):
    """How to read the lines that do not say it themselves, and what to put in place."""

    language = serializers.CharField(max_length=16, default=None)


#: Told as optional, because the same call takes JSON, which has them in its body.
PARAMETERS: Final = [
    OpenApiParameter("mode", enum=MODES, description="for lines, and then required"),
    OpenApiParameter("language", description="of lines that do not say it"),
    OpenApiParameter("country", description="of lines that do not say it"),
    OpenApiParameter("scope", description="for lines: within which pseudonyms are the same"),
]


class TextJobShape(serializers.Serializer[Any]):
    """`state`: waiting, running, done, failed, deleted. Progress is counted in parts."""

    id = serializers.UUIDField()
    mode = serializers.CharField()
    state = serializers.CharField()
    parts = serializers.IntegerField()
    parts_done = serializers.IntegerField()
    texts = serializers.IntegerField(help_text="redacted so far")
    unread = serializers.IntegerField(help_text="left out, each with its `code` in the output")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()


def begun(request: Request) -> Response:
    """Take a stream of lines in as a job, and return its answer (202)."""
    shape = TextJobAsked(data=request.query_params)
    shape.is_valid(raise_exception=True)
    asked = shape.validated_data
    job = jobs.receive(
        background.chunks(body_of(request)),
        mode=asked["mode"],
        scope=asked["scope"],
        defaults=lines.Reading(asked["language"], asked["country"]),
        sender=sender_of(request),
    )
    headers = {"Location": reverse("text-job", args=[job.pk])}
    headers["Preference-Applied"] = "respond-async"
    return Response(TextJobShape(job).data, status=202, headers=headers)


class OneTextJob(APIView):
    """GET /api/v1/text-jobs/{id}: how far a file of texts is."""

    required_scope = "text:redact"

    @extend_schema(operation_id="text_jobs_read", responses=TextJobShape)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(TextJobShape(own(TextJob, request, job_id)).data)


class TextJobOutput(APIView):
    """GET /api/v1/text-jobs/{id}/output: a line for each text, in the order of the input."""

    required_scope = "text:redact"
    problems = {NotReady: 409}

    @extend_schema(operation_id="text_jobs_output", responses={(200, NDJSON): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: uuid.UUID) -> FileResponse:
        return fetched(own(TextJob, request, job_id), NDJSON)
