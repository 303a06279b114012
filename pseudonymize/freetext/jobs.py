"""
Files of texts, redacted in the background; `pseudonymize.background` keeps, resumes, forgets them.

A part's output depends on its lines, the mode and the scope alone, all fixed when the job began.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from pseudonymize import background, files
from pseudonymize.freetext import engine, lines, subjects
from pseudonymize.freetext.replacing import Mode, Secret
from pseudonymize.freetext.spans import told
from pseudonymize.models import TextJob


def receive(
    chunks: Iterable[bytes],
    *,
    mode: Mode,
    scope: str,
    defaults: lines.Reading,
    sender: background.Sender,
) -> TextJob:
    """
    Keep a file of texts for the worker, sealed, and return its job.

    :raises KeyReused: when the sender's key came with something else before.
    :raises LineMalformed: when a line cannot be read; nothing is kept.
    :raises InputEmpty: when there is no line.
    :raises InputTooLong: over 2 GiB.
    """
    job = TextJob(
        caller=sender.actor,
        mode=mode,
        scope=scope,
        created_at=sender.at,
        idempotency_key=sender.key,
    )
    cut = partial(lines.parts_of, defaults=defaults)
    asked = f"{mode} {scope} {defaults.language} {defaults.country}"
    return background.receive(job, chunks, cut=cut, details={"mode": mode}, asked=asked)


def unfinished() -> list[uuid.UUID]:
    """Return the jobs that wait or were left in the middle, oldest first."""
    return background.unfinished(TextJob)


def run(job_id: uuid.UUID) -> None:
    """Do what is left of a job. Two workers at once: the second one leaves it to the first."""
    background.run(TextJob, job_id, step)


def forget(*, at: datetime) -> int:
    """Delete the files of jobs that ended more than seven days ago; return how many."""
    return background.forget(TextJob, at=at)


def step(job: TextJob) -> bool:
    """Redact the next part, or close the job; return whether more is left to do."""
    if job.parts_done < job.parts:
        _do_part(job)
        return True
    outputs = (background.path(job, "out", number) for number in range(job.parts))
    files.whole(background.output(job), (output.read_bytes() for output in outputs))
    background.end(job, "done", details={"texts": job.texts, "unread": job.unread})
    return False


def _do_part(job: TextJob) -> None:
    secret = subjects.secret_of(job.scope) if job.mode == "pseudonym" else None
    answers = [_answer(asked, job.mode, secret) for asked in lines.opened(background.part(job))]
    written = "".join(map(lines.line, answers)).encode()
    files.whole(background.path(job, "out", job.parts_done), [written])
    unread = sum("code" in answer for answer in answers)
    job.texts += len(answers) - unread
    job.unread += unread
    background.advance(job)


def _answer(asked: dict[str, Any], mode: Any, secret: Secret | None) -> dict[str, Any]:
    """Return one line of the output; a text that takes too long leaves its reason and no word."""
    known = {"id": asked["id"]} if "id" in asked else {}
    how = {"language": asked["language"], "country": asked["country"]}
    try:
        redaction = engine.redact(asked["text"], mode=mode, secret=secret, **how)
    except engine.TextTooSlow as slow:
        return known | {"code": slow.code}
    return known | told(redaction)
