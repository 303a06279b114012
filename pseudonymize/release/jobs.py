"""
Large releases in the background; `pseudonymize.background` keeps, resumes and forgets them.

A part's output depends on the part, the policy, the epoch and the day alone, all fixed when the
job began.
"""

import hmac
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pseudonymize import background, keys
from pseudonymize.models import ReleaseJob
from pseudonymize.release import kernel, ndjson, parts, profiles, risk, texts
from pseudonymize.release.policy import FieldPolicy, policies
from pseudonymize.release.pseudonyms import secrets_of
from pseudonymize.sealing import Key, derive


class PolicyChanged(Exception):
    """The policy is another one than when the job began; half of each would be neither."""

    code = "field_policy_changed"

    def __init__(self) -> None:
        super().__init__("The field policy changed while the job ran. Begin it again.")


def receive(
    chunks: Iterable[bytes], *, policy_name: str, form: str, sender: background.Sender
) -> ReleaseJob:
    """
    Keep an input (`form` ndjson or parquet) for the worker, sealed, and return its job.

    :raises PolicyUnknown: when there is no such policy.
    :raises ProfileMalformed, FileMalformed: when it cannot be read; nothing is kept.
    :raises InputEmpty: when it holds no profile.
    :raises InputTooLong: over 2 GiB.
    :raises KeyReused: when the sender's key came with something else before.
    """
    policy = profiles.policy_named(policy_name)
    release = profiles.release_under(policy, sender.at)
    job = ReleaseJob(
        caller=sender.actor,
        policy=policy.name,
        policy_version=policy.version,
        epoch=release.epoch,
        on=release.on,
        form=form,
        created_at=sender.at,
        idempotency_key=sender.key,
    )
    cut = parts.parquet_parts if form == "parquet" else parts.ndjson_parts
    details = {"policy": policy.name, "version": policy.version}
    asked = f"{policy.name} {form}"
    cut_by = partial(cut, policy=policy)
    return background.receive(job, chunks, cut=cut_by, details=details, asked=asked)


def unfinished() -> list[uuid.UUID]:
    """Return the jobs that wait or were left in the middle, oldest first."""
    return background.unfinished(ReleaseJob)


def run(job_id: uuid.UUID) -> None:
    """Do what is left of a job. Two workers at once: the second one leaves it to the first."""
    background.run(ReleaseJob, job_id, step)


def forget(*, at: datetime) -> int:
    """Delete the files of jobs that ended more than seven days ago; return how many."""
    return background.forget(ReleaseJob, at=at)


def step(job: ReleaseJob) -> bool:
    """Release the next part, or close the job; return whether more is left to do."""
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
    batch, ids = parts.opened(background.part(job), job.form, policy)
    found = secrets_of(ids, id_type=policy.subject_type)
    owners = [one for one in found if isinstance(one, Key)]
    known = batch.filter(pa.array([isinstance(one, Key) for one in found], pa.bool_()))
    released = kernel.transform(_release(job, policy), known, owners)
    parts.written(released, job.form, background.path(job, "out", job.parts_done))
    if policy.gated:
        _note_traits(job, policy, released, owners)
    job.released += len(owners)
    job.withheld += len(ids) - len(owners)
    background.advance(job)


def _release(job: ReleaseJob, policy: FieldPolicy) -> kernel.Release:
    scope_key = derive(keys.purpose_key("release"), f"{policy.scope} {job.epoch}")
    return kernel.Release(policy, scope_key, job.epoch, job.on, texts.labelled)


def _note_traits(job: ReleaseJob, policy: FieldPolicy, released: Any, owners: list[Key]) -> None:
    """Keep what the gate needs: traits, and a mark by which a person counts once in this job."""
    mark = job.pk.bytes
    people = [hmac.digest(one.value, mark, "sha256")[:12] for one in owners]
    names = list(dict.fromkeys((*policy.quasi, *policy.sensitive)))
    traits = released.select(names).append_column("", pa.array(people, pa.binary()))
    parts.written(traits, "parquet", background.path(job, "traits", job.parts_done))


def _finish(job: ReleaseJob, policy: FieldPolicy) -> None:
    numbers = range(job.parts)
    if policy.gated:
        tables = [pq.read_table(background.path(job, "traits", number)) for number in numbers]
        risk.refuse_too_fine(policy, pa.concat_tables(tables), person="")
    outputs = [background.path(job, "out", number) for number in numbers]
    parts.joined(outputs, job.form, background.output(job))
    _end(job, "done")


def _end(job: ReleaseJob, state: str, refusal: dict[str, str] | None = None) -> None:
    details = {"released": job.released, "withheld": job.withheld}
    background.end(job, state, details=details, refusal=refusal)
