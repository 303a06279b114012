"""
Large inputs in the background: resumed where they stopped, with exactly the same output.

The input is cut into parts and sealed as it arrives, because it says who people are. What becomes
of a part is for each kind of job to say; it must depend on the part and the job alone.
"""

import hashlib
import logging
import shutil
import tempfile
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audit import operations as audit
from pseudonymize import envelopes, files
from pseudonymize.models import Job

logger = logging.getLogger(__name__)

LONGEST_STREAM = 2 * 1024**3
KEPT = timedelta(days=7)
_OPEN = ("waiting", "running")
_MOST_ATTEMPTS = 5

AnyJob = TypeVar("AnyJob", bound=Job)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands an input over, and when; `key` is the `Idempotency-Key`, if one was sent."""

    actor: str
    at: datetime
    key: str | None = None


class KeyReused(Exception):
    """The key came with another input before."""

    code = "idempotency_key_reused"
    field = "Idempotency-Key"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Use a new key.")


class InputTooLong(Exception):
    """The input is over the limit of one job."""

    code = "input_too_long"

    def __init__(self) -> None:
        super().__init__("The input is over 2 GiB. Send it in several jobs.")


class InputEmpty(Exception):
    """There is nothing to do."""

    code = "file_malformed"

    def __init__(self) -> None:
        super().__init__("The body holds nothing. Send one JSON object a line, or a Parquet file.")


def receive(
    job: AnyJob,
    chunks: Iterable[bytes],
    *,
    cut: Callable[[BinaryIO], Iterable[bytes]],
    details: dict[str, Any],
    asked: str,
) -> AnyJob:
    """
    Keep an input for the worker, sealed in the parts that `cut` makes, and return its saved job.

    `details` stand in the audit entry; `asked` is all that was asked of the input. The same key of
    the same caller with the same of both gives the job of the first time. What `cut` raises leaves
    nothing behind.

    :raises InputTooLong: over 2 GiB.
    :raises InputEmpty: when there is no part.
    :raises KeyReused: when the key came with something else before.
    """
    if earlier := _earlier(job):
        deque(_marked(job, chunks, asked), maxlen=0)
        return _same(earlier, job)
    folder(job).mkdir(parents=True, mode=0o700)
    try:
        with transaction.atomic():
            _keep(job, _marked(job, chunks, asked), cut)
            _note(job, "begun", job.created_at, details)
    except BaseException as error:
        shutil.rmtree(folder(job))
        if isinstance(error, IntegrityError) and (earlier := _earlier(job)):
            return _same(earlier, job)  # sent twice at once: the other one was first
        raise
    return job


def _earlier(job: AnyJob) -> AnyJob | None:
    if job.idempotency_key is None:
        return None
    rows = type(job)._default_manager
    return rows.filter(caller=job.caller, idempotency_key=job.idempotency_key).first()


def _same(earlier: AnyJob, job: AnyJob) -> AnyJob:
    if bytes(earlier.fingerprint or b"") != job.fingerprint:
        raise KeyReused
    return earlier


def _marked(job: Job, chunks: Iterable[bytes], asked: str) -> Iterator[bytes]:
    """Yield the chunks, and leave the fingerprint of all in the job at the end."""
    digest = hashlib.sha256(asked.encode() + b"\n")
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    job.fingerprint = digest.digest()


def _keep(job: Job, chunks: Iterable[bytes], cut: Callable[[BinaryIO], Iterable[bytes]]) -> None:
    job.envelope = envelopes.make(at=job.created_at)
    # A file without a name, which no crash can leave behind.
    with tempfile.TemporaryFile(dir=folder(job)) as file:
        _spool(chunks, file)
        for number, part in enumerate(cut(file)):
            sealed = envelopes.seal(job.envelope, part, label=_label(job, number))
            files.whole(path(job, "in", number), [sealed])
            job.parts = number + 1
    if not job.parts:
        raise InputEmpty
    job.save(force_insert=True)


def _spool(chunks: Iterable[bytes], file: BinaryIO) -> None:
    for chunk in chunks:
        file.write(chunk)
        if file.tell() > LONGEST_STREAM:
            raise InputTooLong
    file.seek(0)


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream a megabyte at a time."""
    while chunk := stream.read(1024 * 1024):
        yield chunk


def folder(job: Job) -> Path:
    """Return where the files of a job lie."""
    return Path(settings.DATA_DIR) / job.FOLDER / str(job.pk)


def output(job: Job) -> Path:
    """Return the file that its caller may fetch."""
    return folder(job) / job.output_name


def path(job: Job, what: str, number: int) -> Path:
    """Return the file of one part: `in`, `out`, or what else the work keeps."""
    return folder(job) / f"{what}-{number:06}"


def _label(job: Job, number: int) -> str:
    return f"{job.NOUN} part {number}"


def unfinished(kind: type[Job]) -> list[uuid.UUID]:
    """Return the jobs of a kind that wait or were left in the middle, oldest first."""
    rows = kind._default_manager.filter(state__in=_OPEN).order_by("created_at")
    return list(rows.values_list("pk", flat=True))


def run(kind: type[AnyJob], job_id: uuid.UUID, step: Callable[[AnyJob], bool]) -> None:
    """
    Take `step` until it returns False. Two workers at once: the second leaves it to the first.

    After five failures in a row without a finished part the job has failed.
    """
    try:
        while next_step(kind, job_id, step):
            pass
    except Exception:
        logger.exception("pseudonymize.%s.failed job=%s", kind.NOUN, job_id)
        rows = kind._default_manager.filter(pk=job_id)
        rows.update(attempts=F("attempts") + 1)
        spent = rows.filter(attempts__gte=_MOST_ATTEMPTS)
        spent.update(state="failed", finished_at=timezone.now())
        raise


@transaction.atomic
def next_step(kind: type[AnyJob], job_id: uuid.UUID, step: Callable[[AnyJob], bool]) -> bool:
    """Take one `step` of a job that is open and in nobody's hands; return whether more is left."""
    rows = kind._default_manager.select_for_update(skip_locked=True)
    job = rows.filter(pk=job_id, state__in=_OPEN).first()
    return step(job) if job is not None else False


def part(job: Job) -> bytes:
    """Return the input of the part that is to be done."""
    sealed = path(job, "in", job.parts_done).read_bytes()
    return envelopes.unseal(job.envelope, sealed, label=_label(job, job.parts_done))


def advance(job: Job) -> None:
    """Count the part as done; its output lies in its file."""
    job.state, job.attempts = "running", 0
    job.parts_done += 1
    job.save()


def end(
    job: Job, state: str, *, details: dict[str, Any], refusal: dict[str, str] | None = None
) -> None:
    """Close a job, with its output if it is `done`; destroy its input and the key of it."""
    now = timezone.now()
    for file in folder(job).iterdir():
        if file != output(job) or state != "done":
            file.unlink()
    envelopes.destroy(job.envelope)
    job.state, job.refusal, job.finished_at, job.envelope = state, refusal, now, None
    job.save()
    _note(job, state, now, details)


def _note(job: Job, what: str, at: datetime, details: dict[str, Any]) -> None:
    told = {"job": str(job.pk)} | details
    audit.record(f"{job.NOUN}.{what}", actor=job.caller, at=at, details=told)


def forget(kind: type[Job], *, at: datetime) -> int:
    """Delete the files of jobs that ended more than `KEPT` ago; return how many."""
    rows = kind._default_manager
    count = 0
    for job in rows.filter(finished_at__lt=at - KEPT).exclude(state="deleted"):
        shutil.rmtree(folder(job), ignore_errors=True)
        envelopes.destroy(job.envelope)
        count += rows.filter(pk=job.pk).update(state="deleted", envelope=None)
    return count
