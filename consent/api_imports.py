"""Imports of past acts over HTTP."""

import json
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.queries import Caller
from consent import imports, shapes
from consent.models import Import

_CHUNK = 256 * 1024


class Lines(BaseParser):
    """Hands the stream on without reading it."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class Imports(APIView):
    """POST /api/v1/imports: hand over past acts, one JSON object a line."""

    required_scope = "consents:write"
    parser_classes = [Lines]
    problems = {imports.StreamRefused: 422}

    @extend_schema(
        operation_id="imports_begin",
        request={"application/x-ndjson": OpenApiTypes.BYTE},
        responses={202: shapes.ImportShape},
    )
    def post(self, request: Request) -> Response:
        stream = request.data if hasattr(request.data, "read") else None
        job, _ = imports.receive(
            iter(partial(stream.read, _CHUNK), b"") if stream else (),
            caller=cast(Caller, request.user).actor,
            idempotency_key=request.headers.get("Idempotency-Key"),
            at=timezone.now(),
        )
        address = reverse("import", args=[job.pk])
        return Response(_said(job), status=202, headers={"Location": address})


class OneImport(APIView):
    """GET /api/v1/imports/{id}: how far an import is."""

    required_scope = "consents:write"

    @extend_schema(operation_id="imports_read", responses=shapes.ImportShape)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(_said(_mine(request, job_id)))


class ImportErrors(APIView):
    """GET /api/v1/imports/{id}/errors: the lines that were refused, and why."""

    required_scope = "consents:write"

    @extend_schema(
        operation_id="imports_errors",
        responses={(200, "application/x-ndjson"): OpenApiTypes.BYTE},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> StreamingHttpResponse:
        lines = _faults(_mine(request, job_id))
        return StreamingHttpResponse(lines, content_type="application/x-ndjson")


def _mine(request: Request, job_id: uuid.UUID) -> Import:
    """Return a job of this caller; another's is not found."""
    caller = cast(Caller, request.user).actor
    job = Import.objects.filter(pk=job_id, caller=caller).first()
    if job is None:
        raise Http404
    return job


def _said(job: Import) -> dict[str, Any]:
    names = ("state", "lines", "recorded", "refused", "created_at", "finished_at")
    address = reverse("import-errors", args=[job.pk])
    return {"id": job.pk, **{name: getattr(job, name) for name in names}, "error_file": address}


def _faults(job: Import) -> Iterator[bytes]:
    rows = job.faults.order_by("line").values("line", "code", "field", "detail")
    for row in rows.iterator():
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
