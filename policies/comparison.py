"""How two bundles differ, line by line, for the person who must approve the change. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from policies.bundle import Bundle


def changes(before: Bundle, after: Bundle) -> Iterator[str]:
    """Yield `- path = value` for what goes and `+ path = value` for what comes, by path."""
    old = dict(_flat(msgspec.to_builtins(before)))
    new = dict(_flat(msgspec.to_builtins(after)))
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            if path in old:
                yield f"- {path} = {old[path]}"
            if path in new:
                yield f"+ {path} = {new[path]}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _flat(inner, f"{path}[{_name(inner)}]")
    else:
        yield path, str(value)


def _name(entry: Any) -> str:
    """Return what tells an entry of a list from the others, so that order changes nothing."""
    if isinstance(entry, dict):
        return str(entry.get("id") or entry.get("reveals"))
    return str(entry)
