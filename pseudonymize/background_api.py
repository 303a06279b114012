"""What every kind of job shares over HTTP: streams in, progress and files to their caller alone."""

import uuid
from io import BytesIO
from typing import Any, BinaryIO, TypeVar, cast

from django.http import FileResponse, Http404
from django.utils import timezone
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from audit.queries import Caller
from pseudonymize import background
from pseudonymize.models import Job

NDJSON = "application/x-ndjson"

AnyJob = TypeVar("AnyJob", bound=Job)


class Ndjson(BaseParser):
    """Hands the stream on, line by line, without reading it."""

    media_type = NDJSON

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


def body_of(request: Request) -> BinaryIO:
    """Return the body that `Ndjson` handed on; an empty one comes from the framework as a dict."""
    body = request.data
    return cast(BinaryIO, body) if hasattr(body, "read") else BytesIO()


def sender_of(request: Request) -> background.Sender:
    """Return who sends an input now, with the key by which a repeated one is known."""
    actor = cast(Caller, request.user).actor
    return background.Sender(actor, timezone.now(), request.headers.get("Idempotency-Key"))


class NotReady(Exception):
    """There is no file, because the job has not ended well."""

    def __init__(self, job: Job) -> None:
        self.code = f"{job.NOUN}_not_ready"
        message = f"The job is {job.state}; its file exists once it is done, for seven days."
        super().__init__(message)


def own(kind: type[AnyJob], request: Request, job_id: uuid.UUID) -> AnyJob:
    """Return the caller's own job; somebody else's is not there (404)."""
    caller = cast(Caller, request.user).actor
    job = kind._default_manager.filter(pk=job_id, caller=caller).first()
    if job is None:
        raise Http404
    return job


def fetched(job: Job, content_type: str) -> FileResponse:
    """
    Return the answer with the output of a job.

    :raises NotReady: when the job has none, not yet or no longer.
    """
    if job.state != "done":
        raise NotReady(job)
    return FileResponse(background.output(job).open("rb"), content_type=content_type)
