"""Field policies: what happens to each field of a profile before it leaves. Data, checked here."""

import dataclasses
import functools
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pseudonymize.release.epochs import ScopeMalformed, check_scope

FOLDER = Path(__file__).parent / "policies"


class Action(StrEnum):
    """What can happen to a field. What a policy does not name is dropped."""

    DROP = "drop"
    KEEP = "keep"
    GENERALISE = "generalise"
    TOKEN = "token"  # noqa: S105  (reversible in the vault only)
    PSEUDONYM = "pseudonym"
    NOISE = "noise"
    REDACT = "redact"


# The parameters that an action takes, and their types.
_PARAMETERS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "drop": {},
    "keep": {},
    "token": {},
    "redact": {"language": str},
    "pseudonym subject": {},
    "pseudonym scope": {"domain": str},
    "noise": {"scale": (int, float)},
    "generalise age_band": {"edges": list},
    "generalise bins": {"edges": list},
    "generalise postcode_prefix": {"keep": int},
    "generalise ip": {"ipv4": int, "ipv6": int},
    "generalise month": {},
    "generalise grid": {"step": (int, float)},
}
_VARIANT = {"pseudonym": "of", "generalise": "to"}
_COMMON = {"action", "as", "category", "quasi", "to", "of"}


class PolicyRejected(Exception):
    """A field policy cannot be used; the message names file, field and what to write."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What happens to one field. `kind` is the action with its variant, `generalise month`."""

    name: str
    kind: str
    released_as: str
    category: str
    quasi: bool
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """
    A policy for one purpose and recipient.

    `subject_field` says whose profile it is. A release is refused unless every combination of
    the quasi-identifying fields has at least `minimum_group` people (k), and within it at least
    `diversity` values (l) of each field in `sensitive`.
    """

    name: str
    version: int
    purpose: str
    scope: str
    subject_field: str
    subject_type: str
    rules: tuple[FieldRule, ...]
    minimum_group: int = 1
    diversity: int = 1
    sensitive: tuple[str, ...] = ()
    quasi: tuple[str, ...] = ()

    @property
    def gated(self) -> bool:
        """Whether a release is judged as a whole before it leaves."""
        return self.minimum_group > 1 or self.diversity > 1

    def covering(self, permitted: Collection[str]) -> "FieldPolicy":
        """Return the policy without the fields whose category no permitted one covers."""
        rules = tuple(rule for rule in self.rules if _covered(rule.category, permitted))
        return dataclasses.replace(self, rules=rules)


def _covered(category: str, permitted: Collection[str]) -> bool:
    return any(category == one or category.startswith(f"{one}.") for one in permitted)


@functools.cache
def policies() -> Mapping[str, FieldPolicy]:
    """
    Return every field policy of the installation by name. Read once per process.

    :raises PolicyRejected: with file, field and what to write.
    """
    found = [read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {policy.name: policy for policy in found}


def read(path: Path) -> FieldPolicy:
    """Return the policy in one file. :raises PolicyRejected: when it cannot be used."""
    try:
        return parse(tomllib.loads(path.read_text("utf-8")))
    except (PolicyRejected, tomllib.TOMLDecodeError) as wrong:
        raise PolicyRejected(f"{path.name}: {wrong}") from None


def parse(text: Mapping[str, Any]) -> FieldPolicy:
    """Return the policy in a parsed TOML document. :raises PolicyRejected: when it cannot be."""
    head = _head(text)
    rules = tuple(_rule(name, entry) for name, entry in text.get("fields", {}).items())
    release = text.get("release", {})
    quasi = tuple(rule.released_as for rule in rules if rule.quasi)
    policy = FieldPolicy(
        **head,
        rules=rules,
        minimum_group=_at_least_one(release, "minimum_group"),
        diversity=_at_least_one(release, "diversity"),
        sensitive=tuple(release.get("sensitive", ())),
        quasi=quasi,
    )
    _check(policy)
    return policy


def _head(text: Mapping[str, Any]) -> dict[str, Any]:
    subject = text.get("subject", {})
    head = {name: text.get(name) for name in ("name", "version", "purpose", "scope")}
    head |= {"subject_field": subject.get("field", ""), "subject_type": subject.get("type", "")}
    for name, value in head.items():
        wanted = int if name == "version" else str
        if not isinstance(value, wanted):
            raise PolicyRejected(f"{name} must be {wanted.__name__}")
    try:
        check_scope(str(head["scope"]))
    except ScopeMalformed as malformed:
        raise PolicyRejected(f"scope: {malformed}") from None
    return head


def _at_least_one(release: Mapping[str, Any], name: str) -> int:
    value = release.get(name, 1)
    if not isinstance(value, int) or value < 1:
        raise PolicyRejected(f"release.{name} must be a whole number, 1 or more")
    return value


def _rule(name: str, entry: Mapping[str, Any]) -> FieldRule:
    action = entry.get("action", "")
    variant = entry.get(_VARIANT[action]) if action in _VARIANT else None
    kind = f"{action} {variant}" if variant else action
    if kind not in _PARAMETERS:
        raise PolicyRejected(f"fields.{name}: unknown {kind!r}; known: {', '.join(_PARAMETERS)}")
    parameters = {key: value for key, value in entry.items() if key not in _COMMON}
    wanted = _PARAMETERS[kind]
    if parameters.keys() != wanted.keys():
        raise PolicyRejected(f"fields.{name}: {kind} takes {', '.join(wanted) or 'nothing more'}")
    for key, types in wanted.items():
        if not isinstance(parameters[key], types) or not _is_sound(key, parameters[key]):
            raise PolicyRejected(f"fields.{name}.{key} cannot be {parameters[key]!r}")
    if not isinstance(entry.get("category"), str) and kind != "drop":
        raise PolicyRejected(f"fields.{name}.category must name a Fideslang data category")
    return FieldRule(
        name,
        kind,
        entry.get("as", name),
        entry.get("category", ""),
        bool(entry.get("quasi")),
        parameters,
    )


def _is_sound(key: str, value: Any) -> bool:
    match key:
        case "edges":
            numbers = all(isinstance(edge, int | float) for edge in value)
            return bool(value) and numbers and sorted(set(value)) == value
        case "ipv4":
            return value in {8, 16, 24}
        case "ipv6":
            return 16 <= int(value) <= 64
        case "domain" | "language":
            return bool(value)
    return bool(value > 0)


def _check(policy: FieldPolicy) -> None:
    released = [rule.released_as for rule in policy.rules if rule.kind != Action.DROP]
    if len(set(released)) != len(released):
        raise PolicyRejected("two fields are released under one name; use as")
    if missing := set(policy.sensitive) - set(released):
        raise PolicyRejected(f"release.sensitive names {', '.join(missing)}, which is not released")
    if not (policy.subject_field and policy.subject_type):
        raise PolicyRejected("subject.field and subject.type must say whose profile it is")
