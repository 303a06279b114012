"""
A field policy applied to profiles. Pure: keys and day come in, so any engine can run it.

The one place where a policy becomes values: single profiles, streams and files pass here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from pseudonymize.release import keyed, transforms
from pseudonymize.release.policy import FieldPolicy, FieldRule
from pseudonymize.sealing import Key, derive

Batch = Any  # pyarrow ships no types


def nothing_left(text: str, language: str) -> str:
    """Stand in for free text where no redaction of names and numbers is at hand."""
    return "[redacted]"


@dataclass(frozen=True, slots=True)
class Release:
    """
    A policy with all it needs besides the profiles.

    `key` belongs to the policy's scope in `epoch`; `on` is the day for which ages are told.
    """

    policy: FieldPolicy
    key: Key
    epoch: str
    on: date
    redact: Callable[[str, str], str] = nothing_left


def transform(release: Release, batch: Batch, secrets: Sequence[Key]) -> Batch:
    """
    Return the batch as its policy lets it out, rows in the same order, fields in the policy's.

    `secrets` holds the secret of each row's subject. A policy that only drops, keeps,
    generalises, redacts and makes pseudonyms of its scope does without.
    A field of the policy that the batch lacks is null. Nested fields are named by dots.
    """
    columns = flat_columns(batch)
    released: dict[str, Any] = {}
    for rule in release.policy.rules:
        if rule.kind != "drop":
            column = columns.get(rule.name)
            if column is None:
                column = pa.nulls(batch.num_rows)
            released[rule.released_as] = _applied(release, rule, column, secrets)
    return pa.RecordBatch.from_pydict(released)


def flat_columns(batch: Batch) -> dict[str, Any]:
    """Return the columns of a batch by name, those of nested fields named by dots."""
    found = dict(zip(batch.schema.names, map(_plain, batch.columns), strict=True))
    while nested := [name for name, column in found.items() if pa.types.is_struct(column.type)]:
        for name in nested:
            column = found.pop(name)
            inner = zip(column.type, column.flatten(), strict=True)
            found |= {f"{name}.{part.name}": _plain(values) for part, values in inner}
    return found


def _plain(column: Any) -> Any:
    """Return a column without the encodings of strings that files bring along."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    other = pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    return column.cast(pa.string()) if other else column


def _applied(release: Release, rule: FieldRule, column: Any, secrets: Sequence[Key]) -> Any:
    policy = release.policy
    place = keyed.place(policy.scope, release.epoch, rule.name)
    action, _, variant = rule.kind.partition(" ")
    match action:
        case "keep":
            return column
        case "generalise":
            return transforms.generalised(variant, column, rule.parameters, release.on)
        case "redact":
            language = rule.parameters["language"]
            return _redacted(column, lambda text: release.redact(text, language))
        case "token":
            return keyed.value_tokens(column, secrets, place=place)
        case "noise":
            return keyed.noisy(column, secrets, scale=rule.parameters["scale"], place=place)
    if variant == "subject":
        return keyed.subject_pseudonyms(secrets, scope=policy.scope, epoch=release.epoch)
    field_key = derive(release.key, f"field {rule.parameters['domain']}")
    return keyed.field_pseudonyms(column, field_key)


def _redacted(column: Any, redact: Callable[[str], str]) -> Any:
    if not pa.types.is_string(column.type):
        return pa.nulls(len(column), pa.string())
    cleaned = [None if value is None else redact(value) for value in column.to_pylist()]
    return pa.array(cleaned, pa.string())


def apply(
    release: Release,
    profile: Mapping[str, Any],
    secret: Key,
    *,
    permitted: Collection[str] | None = None,
) -> dict[str, Any]:
    """
    Return one profile as its policy lets it out: exactly the fields that it names and holds.

    `permitted` narrows it to fields whose data category, or one above it, is in the collection.
    """
    policy = release.policy if permitted is None else release.policy.covering(permitted)
    narrowed = Release(policy, release.key, release.epoch, release.on, release.redact)
    fields = flat(profile)
    named = {rule.name for rule in policy.rules}
    columns = {name: _one(value) for name, value in fields.items() if name in named}
    # A column for the count of rows, so that a profile without any named field is a row too.
    batch = pa.RecordBatch.from_pydict({"": pa.array([True]), **columns})
    row = transform(narrowed, batch, [secret]).to_pylist()
    held = {rule.released_as for rule in policy.rules if _is_made(rule, fields)}
    return {name: value for name, value in (row[0] if row else {}).items() if name in held}


def _is_made(rule: FieldRule, fields: Mapping[str, Any]) -> bool:
    return rule.name in fields or rule.kind == "pseudonym subject"


def flat(profile: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return the fields of a profile, nested ones named by dots: `location.lat`."""
    fields: dict[str, Any] = {}
    for name, value in profile.items():
        if isinstance(value, Mapping):
            fields |= flat(value, f"{before}{name}.")
        else:
            fields[f"{before}{name}"] = value
    return fields


def _one(value: Any) -> Any:
    try:
        return pa.array([value])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.nulls(1)
