"""Profiles handed in with a named field policy, and what leaves of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from audit import operations as audit
from pseudonymize import keys, queries
from pseudonymize.release import kernel, ndjson, risk, texts
from pseudonymize.release.epochs import epoch_on
from pseudonymize.release.policy import FieldPolicy, policies
from pseudonymize.release.pseudonyms import secrets_of
from pseudonymize.sealing import Key, derive

MOST_LINES = 20_000


class PolicyUnknown(Exception):
    """There is no field policy of this name."""

    code = "field_policy_unknown"
    field = "policy"

    def __init__(self) -> None:
        super().__init__(f"Name one of: {', '.join(policies())}.")


class TooManyProfiles(Exception):
    """The input is too long to be answered at once."""

    code = "too_many_profiles"

    def __init__(self) -> None:
        super().__init__(
            f"Send at most {MOST_LINES} profiles at once, or ask for a job with "
            "the header Prefer: respond-async."
        )


@dataclass(frozen=True, slots=True)
class Released:
    """The profiles as they leave, and how many were kept back because of their subject."""

    rows: list[dict[str, Any]]
    withheld: int


def policy_named(name: str) -> FieldPolicy:
    """Return a field policy. :raises PolicyUnknown: when there is none of this name."""
    if name not in policies():
        raise PolicyUnknown
    return policies()[name]


def release_under(policy: FieldPolicy, at: datetime) -> kernel.Release:
    """Return the policy with its scope's key in the epoch of `at`, ages told for that day."""
    epoch, _ = epoch_on(policy.scope, at.date())
    key = derive(keys.purpose_key("release"), f"{policy.scope} {epoch}")
    return kernel.Release(policy, key, epoch, at.date(), texts.labelled)


def release_profile(
    policy_name: str,
    profile: Mapping[str, Any],
    *,
    subject_key: int,
    at: datetime,
    permitted: Collection[str] | None = None,
) -> dict[str, Any]:
    """
    Return one profile of a known subject as the named policy lets it out.

    `permitted` narrows it to fields under these data categories. Whether the use is permitted
    at all is not decided here.

    :raises PolicyUnknown: when there is no such policy.
    :raises SubjectErased: when the subject was erased.
    :raises SubjectBlocked: while the data are blocked.
    """
    release = release_under(policy_named(policy_name), at)
    return kernel.apply(release, profile, queries.secret(subject_key), permitted=permitted)


def pseudonymise(lines: Iterable[bytes], *, policy_name: str, at: datetime, actor: str) -> Released:
    """
    Return the profiles of an NDJSON stream as the named policy lets them out, order kept.

    Profiles of unknown, erased and blocked subjects are left out. All or nothing: the risk of
    the whole release is judged before any of it is returned. Leaves one audit entry.

    :raises PolicyUnknown: when there is no such policy.
    :raises ProfileMalformed: with the first line that cannot be read.
    :raises MixedField: when a field holds values of different kinds.
    :raises TooManyProfiles: over `MOST_LINES`.
    :raises ReleaseTooFine: below the policy's k or l.
    """
    policy = policy_named(policy_name)
    release = release_under(policy, at)
    batches, people, withheld = [], [], 0
    for profiles in ndjson.batched(ndjson.parsed(lines)):
        secrets = secrets_for(policy, profiles)
        kept = [n for n, one in enumerate(secrets) if isinstance(one, Key)]
        withheld += len(profiles) - len(kept)
        owners = [one for one in secrets if isinstance(one, Key)]
        batch = ndjson.columns([profiles[n] for n in kept], policy)
        batches.append(kernel.transform(release, batch, owners))
        people += [one.value for one in owners]
        if len(people) + withheld > MOST_LINES:
            raise TooManyProfiles
    rows = [row for batch in batches for row in batch.to_pylist()]
    if policy.gated:
        _judge(policy, rows, people)
    details = {"policy": policy.name, "version": policy.version, "epoch": release.epoch}
    details |= {"released": len(rows), "withheld": withheld}
    audit.record("profiles.pseudonymised", actor=actor, at=at, details=details)
    return Released(rows, withheld)


def _judge(policy: FieldPolicy, rows: Sequence[Mapping[str, Any]], people: list[bytes]) -> None:
    traits = {name: [row[name] for row in rows] for name in (*policy.quasi, *policy.sensitive)}
    table = pa.table({**traits, "": pa.array(people, pa.binary())})
    risk.refuse_too_fine(policy, table, person="")


def secrets_for(policy: FieldPolicy, profiles: Sequence[Mapping[str, Any]]) -> list[Key | str]:
    """Return the secret of each profile's subject, or the code of a refusal."""
    ids = [str(profile.get(policy.subject_field) or "") for profile in profiles]
    return secrets_of(ids, id_type=policy.subject_type)
