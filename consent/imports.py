"""
Takes over the past: a stream of acts, recorded part by part in the background.

The stream is cut into parts and sealed as it arrives, because its lines hold identifiers. Each
part is recorded, counted and deleted in one transaction, so a crash neither loses nor doubles it.
"""

import gc
import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from struct import pack

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from audit import operations as audit
from audit import prepared
from consent import takeover
from consent.intake import ActRefused
from consent.models import Import, ImportFault, ImportPart
from consent.takeover import LineRefused, ReadLine
from pseudonymize import keys, sealing

logger = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024
LONGEST_STREAM = 256 * 1024 * 1024
PART_LINES = 2000
_PART_BYTES = 2 * 1024 * 1024
_KEEP_PART = """INSERT INTO consent_importpart (job_id, sealed, first_line, key_version)
VALUES ($1::uuid, $2::bytea, $3::integer, $4::integer)"""  # binary: half the bytes of any text
_READ_PART = "SELECT sealed FROM consent_importpart WHERE id = $1::bigint"
_MOST_ATTEMPTS = 5
_OPEN = ("waiting", "running")


class StreamRefused(Exception):
    """A stream cannot be taken over; nothing of it was kept."""

    code = "stream_refused"


def receive(
    chunks: Iterable[bytes], *, caller: str, idempotency_key: str | None, at: datetime
) -> tuple[Import, bool]:
    """
    Keep a stream of lines to be recorded later; return the job and whether it is new.

    A repeated `idempotency_key` of the same caller gives the first job again, unread.

    :raises StreamRefused: when it is empty, too long, or a line is.
    """
    mine = Import.objects.filter(caller=caller, idempotency_key=idempotency_key)
    if idempotency_key and (earlier := mine.first()):
        return earlier, False
    try:
        return _keep(chunks, caller, idempotency_key, at), True
    except IntegrityError:
        return mine.get(), False  # the same key a moment ago, by another request


@transaction.atomic
def _keep(
    chunks: Iterable[bytes], caller: str, idempotency_key: str | None, at: datetime
) -> Import:
    job = Import.objects.create(caller=caller, idempotency_key=idempotency_key, created_at=at)
    version = keys.master_keys().current
    key = _key(version)
    for first_line, lines in _parts(_lines(chunks)):
        sealed = sealing.seal(key, b"\n".join(lines), label=_label(job, first_line))
        numbers = pack(">i", first_line), pack(">i", version)
        prepared.executed(_KEEP_PART, [job.pk.bytes, sealed, *numbers], is_binary=True)
        job.lines = first_line + len(lines) - 1
    if not job.lines:
        raise StreamRefused("Send one act per line, as JSON, with a Content-Length.")
    job.save(update_fields=["lines"])
    audit.record("import.received", actor=caller, at=at, details={"import": str(job.pk)})
    return job


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest, size = b"", 0
    for chunk in chunks:
        size += len(chunk)
        if size > LONGEST_STREAM:
            raise StreamRefused("The stream is over 256 MiB. Send it in several imports.")
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if any(len(line) > LONGEST_LINE for line in (*whole, rest)):
            raise StreamRefused("A line is over 64 KiB. Send evidence as a digest.")
    if rest:
        yield rest


def _parts(lines: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    part: list[bytes] = []
    first, size = 1, 0
    for line in lines:
        part.append(line)
        size += len(line)
        if len(part) == PART_LINES or size > _PART_BYTES:
            yield first, part
            first, part, size = first + len(part), [], 0
    if part:
        yield first, part


def unfinished() -> list[uuid.UUID]:
    """Return the jobs that wait or were left in the middle, oldest first."""
    rows = Import.objects.filter(state__in=_OPEN).order_by("created_at")
    return list(rows.values_list("pk", flat=True))


def run(job_id: uuid.UUID, *, read: ReadLine) -> None:
    """Record what is left of a job. Several workers at once share its parts."""
    try:
        while _next_part(job_id, read):
            pass
    except Exception:
        logger.exception("consent.import.failed import=%s", job_id)
        Import.objects.filter(pk=job_id).update(attempts=F("attempts") + 1)
        spent = Import.objects.filter(pk=job_id, attempts__gte=_MOST_ATTEMPTS)
        spent.update(state="failed", finished_at=timezone.now())
        raise


@transaction.atomic
def _next_part(job_id: uuid.UUID, read: ReadLine) -> bool:
    _look_up_by_keys()
    jobs = Import.objects.filter(pk=job_id, state__in=_OPEN)
    waiting = ImportPart.objects.defer("sealed").select_for_update(skip_locked=True, of=("self",))
    rows = waiting.filter(job__in=jobs).select_related("job").order_by("first_line")
    part, now = rows.first(), timezone.now()
    if part is None:
        if not ImportPart.objects.filter(job=job_id).exists():  # none with another worker either
            jobs.update(state="done", finished_at=now)
        return False
    lines = _opened(part)
    with _all_kept():
        faults = takeover.record(
            lines,
            first=part.first_line,
            read=read,
            caller=part.job.caller,
            at=now,
            source=str(job_id),
        )
    ImportFault.objects.bulk_create(_fault(part, *fault) for fault in faults)
    part.delete()
    refused = len(faults)
    connection.check_constraints()  # else the commit does, and holds the job's row meanwhile
    jobs.update(  # last, so that others wait for its row but a moment
        state="running",
        attempts=0,
        refused=F("refused") + refused,
        recorded=F("recorded") + len(lines) - refused,
    )
    return True


def _look_up_by_keys() -> None:
    """
    Let no statement of this transaction be planned to read a table whole.

    Plans last as long as the connection: one that was made while the installation was young would
    read all people for each person of each part.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


@contextmanager
def _all_kept() -> Iterator[None]:
    """Look for no garbage meanwhile: what is made of a part is needed until it is written."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _fault(part: ImportPart, line: int, refused: LineRefused | ActRefused) -> ImportFault:
    return ImportFault(
        job_id=part.job_id,
        line=line,
        code=refused.code,
        field=refused.field[:80],
        detail=str(refused)[:300],
    )


def _opened(part: ImportPart) -> list[bytes]:
    found = prepared.executed(_READ_PART, [pack(">q", part.pk)], is_binary=True)
    sealed, label = found.get_value(0, 0) or b"", _label(part.job, part.first_line)
    return sealing.unseal(_key(part.key_version), sealed, label=label).split(b"\n")


def _key(version: int) -> sealing.Key:
    return sealing.derive(keys.master_keys().key(version), "consent imports")


def _label(job: Import, first_line: int) -> bytes:
    return f"import {job.pk} {first_line}".encode()
