"""Releases as jobs: their progress and their file."""

import uuid
from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pseudonymize.background_api import NDJSON, NotReady, fetched, own
from pseudonymize.models import ReleaseJob

MEDIA_TYPES = {
    "ndjson": NDJSON,
    "parquet": "application/vnd.apache.parquet",
}


class Job(serializers.Serializer[Any]):
    """`state`: waiting, running, done, refused, failed, deleted. Progress is counted in parts."""

    id = serializers.UUIDField()
    policy = serializers.CharField()
    state = serializers.CharField()
    parts = serializers.IntegerField()
    parts_done = serializers.IntegerField()
    released = serializers.IntegerField()
    withheld = serializers.IntegerField()
    refusal = serializers.JSONField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()


def accepted(job: ReleaseJob) -> Response:
    """Return the answer to an input that became a job."""
    headers = {"Location": reverse("release", args=[job.pk]), "Preference-Applied": "respond-async"}
    return Response(Job(job).data, status=202, headers=headers)


class OneRelease(APIView):
    """GET /api/v1/releases/{id}: how far a release is."""

    required_scope = "pseudonyms:write"

    @extend_schema(operation_id="releases_read", responses=Job)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(Job(own(ReleaseJob, request, job_id)).data)


class ReleaseOutput(APIView):
    """GET /api/v1/releases/{id}/output: the released file."""

    required_scope = "pseudonyms:write"
    problems = {NotReady: 409}

    @extend_schema(
        operation_id="releases_output",
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES.values()},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> FileResponse:
        job = own(ReleaseJob, request, job_id)
        return fetched(job, MEDIA_TYPES[job.form])
