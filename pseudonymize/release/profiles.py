"""Profiles handed in with a named field policy, and what leaves of them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from audit import operations as audit
from pseudonymize import keys, queries
from pseudonymize.release import kernel, risk
from pseudonymize.release.epochs import epoch_on
from pseudonymize.release.policy import FieldPolicy, policies
from pseudonymize.release.pseudonyms import secrets_of
from pseudonymize.sealing import Key, derive

BATCH = 1000
LONGEST_LINE = 64 * 1024
MOST_LINES = 20_000


class PolicyUnknown(Exception):
    """There is no field policy of this name."""

    code = "field_policy_unknown"
    field = "policy"

    def __init__(self) -> None:
        super().__init__(f"Name one of: {', '.join(policies())}.")


class ProfileMalformed(Exception):
    """A line of the input cannot be read. Nothing was released."""

    code = "profile_malformed"

    def __init__(self, line: int, advice: str) -> None:
        self.field = f"line {line}"
        super().__init__(f"Line {line} cannot be read: {advice}")


class MixedField(Exception):
    """A field holds values of different kinds, so its rule cannot be applied to all alike."""

    code = "field_mixed"

    def __init__(self, name: str) -> None:
        self.field = name
        super().__init__(f"The field {name} holds values of different kinds. Send one kind.")


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
    return kernel.Release(policy, key, epoch, at.date())


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
    for profiles in batched(parsed(lines)):
        secrets = secrets_for(policy, profiles)
        kept = [n for n, one in enumerate(secrets) if isinstance(one, Key)]
        withheld += len(profiles) - len(kept)
        owners = [one for one in secrets if isinstance(one, Key)]
        batch = columns([profiles[n] for n in kept], policy)
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


def lines(stream: Any) -> Iterator[bytes]:
    """Yield the lines of a stream; an overlong one is cut one byte above `LONGEST_LINE`."""
    while found := stream.readline(LONGEST_LINE + 1):
        yield found


def line(row: Mapping[str, Any]) -> str:
    """Return a released profile as a line of NDJSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"


def parsed(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the profile of each line that is not empty, nested fields named by dots."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise ProfileMalformed(number, "it is over 64 KiB.")
        if line.strip():
            yield _profile(line, number)


def _profile(line: bytes, number: int) -> dict[str, Any]:
    try:
        profile = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ProfileMalformed(number, "write one JSON object a line.") from None
    if not isinstance(profile, dict):
        raise ProfileMalformed(number, "a profile is a JSON object.")
    return kernel.flat(profile)


def _no_number(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are no JSON


def batched(profiles: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the profiles `BATCH` at a time; nothing depends on where a batch ends."""
    while batch := list(islice(profiles, BATCH)):
        yield batch


def secrets_for(policy: FieldPolicy, profiles: Sequence[Mapping[str, Any]]) -> list[Key | str]:
    """Return the secret of each profile's subject, or the code of a refusal."""
    ids = [str(profile.get(policy.subject_field) or "") for profile in profiles]
    return secrets_of(ids, id_type=policy.subject_type)


def columns(profiles: Sequence[Mapping[str, Any]], policy: FieldPolicy) -> Any:
    """Return the named fields of the profiles as an Arrow batch."""
    named = [rule.name for rule in policy.rules if rule.kind != "drop"]
    made = {name: _column(name, [profile.get(name) for profile in profiles]) for name in named}
    return pa.RecordBatch.from_pydict({"": pa.repeat(True, len(profiles)), **made})


def _column(name: str, values: list[Any]) -> Any:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        raise MixedField(name) from None
