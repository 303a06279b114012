"""What all checks share, read again only when it has changed: one row, known by its digest."""

import bisect
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from policies.facts import RecipientFacts, Suspension


class Shared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """
    The row as it was written (view `policies_shared_now`), parsed.

    `versions` are the bundles not withdrawn, by the moment from which each rules, ascending.
    `excluding` are the channels of which exclusion lists speak.
    """

    version: str = ""
    catalogue: str = ""
    versions: tuple[tuple[datetime, str], ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    assessed: Mapping[str, date] = {}
    recipients: Mapping[str, RecipientFacts] = {}
    excluding: frozenset[str] = frozenset()

    def policy_at(self, at: datetime) -> str | None:
        """Return the name of the bundle in force at `at`: the newest that has begun."""
        begun = bisect.bisect_right(self.versions, at, key=_from)
        return self.versions[begun - 1][1] if begun else None


NOTHING = Shared()
_latest = NOTHING


def latest() -> Shared:
    """Return what was read last: what most probably still holds."""
    return _latest


def read(asked: Shared, version: bytes | None, content: bytes | None) -> Shared:
    """
    Return what the row says.

    `content` is None where `version` is that of `asked`, which is then still right.
    """
    global _latest
    name = "" if version is None else version.decode()
    if name == asked.version:
        return asked
    _latest = found = _parsed(name, content or b"{}")
    return found


def _parsed(version: str, content: bytes) -> Shared:
    members = msgspec.json.decode(content, type=dict[str, Any])
    pairs = members.get("suspensions") or ()
    said = {name: value for name, value in members.items() if value is not None}
    named = [{"kind": kind, "value": value} for kind, value in pairs]
    return msgspec.convert({**said, "version": version, "suspensions": named}, Shared)


def _from(version: tuple[datetime, str]) -> datetime:
    return version[0]
