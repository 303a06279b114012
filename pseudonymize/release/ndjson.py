"""Profiles as lines of JSON, and as the columns of a batch. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from pseudonymize.release.kernel import flat
from pseudonymize.release.policy import FieldPolicy

BATCH = 1000
LONGEST_LINE = 64 * 1024


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
    return flat(profile)


def _no_number(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are no JSON


def batched(profiles: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the profiles `BATCH` at a time; nothing depends on where a batch ends."""
    while batch := list(islice(profiles, BATCH)):
        yield batch


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
