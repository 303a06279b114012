"""
Takes over the past: a stream of acts, recorded part by part in the background.

The stream is cut into parts and sealed as it arrives, because its lines hold identifiers. Each
part is recorded, counted and deleted in one transaction, so a crash neither loses nor doubles it.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audit import operations as audit
from consent import ledger, queries
from consent.act import NewAct
from consent.drafts import Draft
from consent.intake import ActRefused, drafted
from consent.models import Import, ImportFault, ImportPart
from pseudonymize import keys, sealing
from pseudonymize import operations as subjects
from pseudonymize import queries as known_subjects
from pseudonymize.identifiers import MalformedIdentifier

logger = logging.getLogger(__name__)

LONGEST_LINE = 64 * 1024
LONGEST_STREAM = 256 * 1024 * 1024
_PART_LINES = 200
_PART_BYTES = 256 * 1024
_MOST_ATTEMPTS = 5
_OPEN = ("waiting", "running")


class StreamRefused(Exception):
    """A stream cannot be taken over; nothing of it was kept."""

    code = "stream_refused"


class LineRefused(Exception):
    """A line of a stream cannot be recorded."""

    def __init__(self, code: str, field: str, sentence: str) -> None:
        self.code, self.field = code, field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Line:
    """One past act and whose it is: an identifier and its kind."""

    kind: str
    value: str
    act: NewAct


ReadLine = Callable[[bytes], Line]  # raises LineRefused


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
        ImportPart.objects.create(
            job=job, first_line=first_line, sealed=sealed, key_version=version
        )
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
    first = 1
    for line in lines:
        part.append(line)
        if len(part) == _PART_LINES or sum(map(len, part)) > _PART_BYTES:
            yield first, part
            first, part = first + len(part), []
    if part:
        yield first, part


def unfinished() -> list[uuid.UUID]:
    """Return the jobs that wait or were left in the middle, oldest first."""
    rows = Import.objects.filter(state__in=_OPEN).order_by("created_at")
    return list(rows.values_list("pk", flat=True))


def run(job_id: uuid.UUID, *, read: ReadLine) -> None:
    """Record what is left of a job. Two workers at once: the second one leaves it to the first."""
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
    rows = Import.objects.select_for_update(skip_locked=True)
    job = rows.filter(pk=job_id, state__in=_OPEN).first()
    if job is None:
        return False
    now = timezone.now()
    part = job.parts.order_by("first_line").first()
    if part is None:
        job.state, job.finished_at = "done", now
        job.save(update_fields=["state", "finished_at"])
        return False
    faults = _record(part, read, now)
    ImportFault.objects.bulk_create(faults)
    _count(job, part, refused=len(faults))
    part.delete()
    return True


def _count(job: Import, part: ImportPart, *, refused: int) -> None:
    following = job.parts.filter(first_line__gt=part.first_line).order_by("first_line").first()
    end = following.first_line if following else job.lines + 1
    job.state, job.attempts = "running", 0
    job.refused += refused
    job.recorded += end - part.first_line - refused
    job.save(update_fields=["state", "attempts", "refused", "recorded"])


def _record(part: ImportPart, read: ReadLine, now: datetime) -> list[ImportFault]:
    """Record the lines of a part, subject by subject; return the faults of the others."""
    faults: list[ImportFault] = []
    by_subject: dict[int, list[tuple[int, NewAct]]] = {}
    for number, raw in enumerate(_opened(part), start=part.first_line):
        try:
            line = read(raw)
            by_subject.setdefault(_subject(line), []).append((number, line.act))
        except LineRefused as refused:
            faults.append(_fault(part, number, refused))
    for subject_key in sorted(by_subject):  # in one order, so that two imports never deadlock
        faults += _append(part, subject_key, by_subject[subject_key], now)
    return faults


def _append(
    part: ImportPart, subject_key: int, acts: list[tuple[int, NewAct]], now: datetime
) -> list[ImportFault]:
    if subjects.lock(subject_key) != "active":
        gone = LineRefused("subject_not_active", "subject", "The subject is blocked or erased.")
        return [_fault(part, number, gone) for number, _ in acts]
    offer, caller = queries.offer(), part.job.caller
    drafts: list[Draft] = []
    faults = []
    for number, act in acts:
        try:
            drafts.append(drafted(act, subject_key, caller=caller, at=now, offer=offer))
        except ActRefused as refused:
            faults.append(_fault(part, number, refused))
    if drafts:
        ledger.append(subject_key, drafts)
    return faults


def _subject(line: Line) -> int:
    try:
        found = known_subjects.find(line.kind, line.value)
    except MalformedIdentifier as malformed:
        raise LineRefused("identifier_malformed", "subject.value", str(malformed)) from None
    if found is None:
        sentence = "Nobody, or more than one person, has this identifier. Register them first."
        raise LineRefused("subject_unknown", "subject", sentence)
    return found


def _fault(part: ImportPart, line: int, refused: LineRefused | ActRefused) -> ImportFault:
    return ImportFault(
        job_id=part.job_id,
        line=line,
        code=refused.code,
        field=refused.field[:80],
        detail=str(refused)[:300],
    )


def _opened(part: ImportPart) -> list[bytes]:
    label = _label(part.job, part.first_line)
    return sealing.unseal(_key(part.key_version), bytes(part.sealed), label=label).split(b"\n")


def _key(version: int) -> sealing.Key:
    return sealing.derive(keys.master_keys().key(version), "consent imports")


def _label(job: Import, first_line: int) -> bytes:
    return f"import {job.pk} {first_line}".encode()
