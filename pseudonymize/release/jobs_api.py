"""Releases as jobs: their progress and their file."""

import uuid
from typing import Any, cast

from django.http import FileResponse, Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from pseudonymize.models import ReleaseJob
from pseudonymize.release import jobs

MEDIA_TYPES = {
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


class NotReady(Exception):
    """There is no file, because the job has not ended well."""

    code = "release_not_ready"

    def __init__(self, state: str) -> None:
        super().__init__(f"The job is {state}; its file exists once it is done, for seven days.")


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


def _mine(request: Request, job_id: uuid.UUID) -> ReleaseJob:
    caller = cast(Caller, request.user).actor
    job = ReleaseJob.objects.filter(pk=job_id, caller=caller).first()
    if job is None:
        raise Http404
    return job


class OneRelease(APIView):
    """GET /api/v1/releases/{id}: how far a release is."""

    required_scope = "pseudonyms:write"

    @extend_schema(operation_id="releases_read", responses=Job)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(Job(_mine(request, job_id)).data)


class ReleaseOutput(APIView):
    """GET /api/v1/releases/{id}/output: the released file."""

    required_scope = "pseudonyms:write"
    problems = {NotReady: 409}

    @extend_schema(
        operation_id="releases_output",
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES.values()},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> FileResponse:
        job = _mine(request, job_id)
        if job.state != "done":
            raise NotReady(job.state)
        return FileResponse(jobs.output(job).open("rb"), content_type=MEDIA_TYPES[job.form])
