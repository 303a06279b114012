"""
Large releases in the background: resumed where they stopped, with exactly the same output.

The input is cut into parts and sealed as it arrives, because it says who people are. A part's
output depends on the part, the policy, the epoch and the day alone, all fixed when the job began.
"""

import hmac
import logging
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit import operations as audit
from pseudonymize import envelopes, keys
from pseudonymize.models import ReleaseJob
from pseudonymize.release import kernel, ndjson, parts, profiles, risk
from pseudonymize.release.policy import FieldPolicy, policies
from pseudonymize.release.pseudonyms import secrets_of
from pseudonymize.sealing import Key, derive

logger = logging.getLogger(__name__)

LONGEST_STREAM = 2 * 1024**3
KEPT = timedelta(days=7)
_OPEN = ("waiting", "running")
_MOST_ATTEMPTS = 5
_LABEL = "release part {}"


class InputTooLong(Exception):
    """The input is over the limit of one job."""

    code = "input_too_long"

    def __init__(self) -> None:
        super().__init__("The input is over 2 GiB. Send it in several jobs.")


class PolicyChanged(Exception):
    """The policy is another one than when the job began; half of each would be neither."""

    code = "field_policy_changed"

    def __init__(self) -> None:
        super().__init__("The field policy changed while the job ran. Begin it again.")


def receive(
    chunks: Iterable[bytes], *, policy_name: str, form: str, actor: str, at: datetime
) -> ReleaseJob:
    """
    Keep an input (`form` ndjson or parquet) for the worker, sealed, and return its job.

    :raises PolicyUnknown: when there is no such policy.
    :raises ProfileMalformed, FileMalformed: when it cannot be read; nothing is kept.
    :raises InputTooLong: over 2 GiB.
    """
    policy = profiles.policy_named(policy_name)
    release = profiles.release_under(policy, at)
    job = ReleaseJob(
        caller=actor,
        policy=policy.name,
        policy_version=policy.version,
        epoch=release.epoch,
        on=release.on,
        form=form,
        created_at=at,
    )
    folder(job).mkdir(parents=True, mode=0o700)
    try:
        with transaction.atomic():
            _keep(job, chunks, policy)
    except BaseException:
        shutil.rmtree(folder(job))
        raise
    return job


def _keep(job: ReleaseJob, chunks: Iterable[bytes], policy: FieldPolicy) -> None:
    job.envelope = envelopes.make(at=job.created_at)
    # A file without a name, which no crash can leave behind.
    with tempfile.TemporaryFile(dir=folder(job)) as file:
        _spool(chunks, file)
        cut = parts.parquet_parts if job.form == "parquet" else parts.ndjson_parts
        for number, part in enumerate(cut(file, policy)):
            sealed = envelopes.seal(job.envelope, part, label=_LABEL.format(number))
            parts.whole(_path(job, "in", number), [sealed])
            job.parts = number + 1
    if not job.parts:
        raise parts.FileMalformed("The body holds no profile.")
    job.save(force_insert=True)
    details = {"job": str(job.pk), "policy": job.policy, "version": job.policy_version}
    audit.record("release.begun", actor=job.caller, at=job.created_at, details=details)


def _spool(chunks: Iterable[bytes], file: BinaryIO) -> None:
    for chunk in chunks:
        file.write(chunk)
        if file.tell() > LONGEST_STREAM:
            raise InputTooLong
    file.seek(0)


def folder(job: ReleaseJob) -> Path:
    """Return where the files of a job lie."""
    return Path(settings.DATA_DIR) / "releases" / str(job.pk)


def output(job: ReleaseJob) -> Path:
    """Return the file that is released."""
    return folder(job) / f"released.{job.form}"


def _path(job: ReleaseJob, what: str, number: int) -> Path:
    return folder(job) / f"{what}-{number:06}"


def unfinished() -> list[uuid.UUID]:
    """Return the jobs that wait or were left in the middle, oldest first."""
    rows = ReleaseJob.objects.filter(state__in=_OPEN).order_by("created_at")
    return list(rows.values_list("pk", flat=True))


def run(job_id: uuid.UUID) -> None:
    """Do what is left of a job. Two workers at once: the second one leaves it to the first."""
    try:
        while _next_step(job_id):
            pass
    except Exception:
        logger.exception("pseudonymize.release.failed job=%s", job_id)
        ReleaseJob.objects.filter(pk=job_id).update(attempts=F("attempts") + 1)
        spent = ReleaseJob.objects.filter(pk=job_id, attempts__gte=_MOST_ATTEMPTS)
        spent.update(state="failed", finished_at=timezone.now())
        raise


@transaction.atomic
def _next_step(job_id: uuid.UUID) -> bool:
    rows = ReleaseJob.objects.select_for_update(skip_locked=True)
    job = rows.filter(pk=job_id, state__in=_OPEN).first()
    if job is None:
        return False
    try:
        policy = _same_policy(job)
        if job.parts_done < job.parts:
            _do_part(job, policy)
            return True
        _finish(job, policy)
    except (PolicyChanged, risk.ReleaseTooFine, ndjson.MixedField) as refused:
        _end(job, "refused", refusal={"code": refused.code, "detail": str(refused)})
    return False


def _same_policy(job: ReleaseJob) -> FieldPolicy:
    policy = policies().get(job.policy)
    if policy is None or policy.version != job.policy_version:
        raise PolicyChanged
    return policy


def _do_part(job: ReleaseJob, policy: FieldPolicy) -> None:
    number = job.parts_done
    sealed = _path(job, "in", number).read_bytes()
    part = envelopes.unseal(job.envelope, sealed, label=_LABEL.format(number))
    batch, ids = parts.opened(part, job.form, policy)
    found = secrets_of(ids, id_type=policy.subject_type)
    owners = [one for one in found if isinstance(one, Key)]
    known = batch.filter(pa.array([isinstance(one, Key) for one in found], pa.bool_()))
    scope_key = derive(keys.purpose_key("release"), f"{policy.scope} {job.epoch}")
    released = kernel.transform(kernel.Release(policy, scope_key, job.epoch, job.on), known, owners)
    parts.written(released, job.form, _path(job, "out", number))
    if policy.gated:
        _note_traits(job, policy, released, owners)
    job.state, job.attempts = "running", 0
    job.parts_done = number + 1
    job.released += len(owners)
    job.withheld += len(ids) - len(owners)
    job.save()


def _note_traits(job: ReleaseJob, policy: FieldPolicy, released: Any, owners: list[Key]) -> None:
    """Keep what the gate needs: traits, and a mark by which a person counts once in this job."""
    mark = job.pk.bytes
    people = [hmac.digest(one.value, mark, "sha256")[:12] for one in owners]
    names = list(dict.fromkeys((*policy.quasi, *policy.sensitive)))
    traits = released.select(names).append_column("", pa.array(people, pa.binary()))
    parts.written(traits, "parquet", _path(job, "traits", job.parts_done))


def _finish(job: ReleaseJob, policy: FieldPolicy) -> None:
    numbers = range(job.parts)
    if policy.gated:
        tables = [pq.read_table(_path(job, "traits", number)) for number in numbers]
        risk.refuse_too_fine(policy, pa.concat_tables(tables), person="")
    parts.joined([_path(job, "out", number) for number in numbers], job.form, output(job))
    _end(job, "done")


def _end(job: ReleaseJob, state: str, refusal: dict[str, str] | None = None) -> None:
    now = timezone.now()
    for path in folder(job).iterdir():
        if path != output(job) or state != "done":
            path.unlink()
    envelopes.destroy(job.envelope)
    job.state, job.refusal, job.finished_at, job.envelope = state, refusal, now, None
    job.save()
    details = {"job": str(job.pk), "released": job.released, "withheld": job.withheld}
    audit.record(f"release.{state}", actor=job.caller, at=now, details=details)


def forget(*, at: datetime) -> int:
    """Delete the files of jobs that ended more than `KEPT` ago; return how many."""
    ended = ReleaseJob.objects.filter(finished_at__lt=at - KEPT).exclude(state="deleted")
    count = 0
    for job in ended:
        shutil.rmtree(folder(job), ignore_errors=True)
        envelopes.destroy(job.envelope)
        count += ReleaseJob.objects.filter(pk=job.pk).update(state="deleted", envelope=None)
    return count


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream a megabyte at a time."""
    while chunk := stream.read(1024 * 1024):
        yield chunk
