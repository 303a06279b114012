"""What is kept of a subject that a new act adds to: the end of the chain, and what stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

import msgspec

from audit import chain, prepared
from consent import compact, drafts
from consent.act import Act
from consent.state import PersonState, Standing
from pseudonymize import queries as subjects

START = (0, chain.GENESIS)

# The parts that `{key}`, a subject's key, has of JSON; `{purposes}` are those that are asked for.
PARTS = """
    'end', (SELECT json_build_array(sequence, encode(digest, 'hex')) FROM consent_consentevent
        WHERE subject_id = {key} ORDER BY sequence DESC LIMIT 1),
    'standings', (SELECT json_object_agg(purpose, standing) FROM consent_consentstate
        WHERE subject_id = {key} AND purpose = ANY({purposes})),
    'secret', {secret},
    'person', (SELECT to_json(state) FROM consent_subjectstate state WHERE subject_id = {key})
"""
PARTS = PARTS.replace("{secret}", subjects.WRAPPED)
_ONE = f"SELECT json_build_object({PARTS.format(key='$1::bigint', purposes='$2::text[]')})"
_SEVERAL = "SELECT json_build_object('subject_key', key, {}) FROM unnest($1::bigint[]) AS key"
_EACH = _SEVERAL.format(PARTS.format(key="key", purposes="$2::text[]"))


_PAST = """
SELECT e.subject_id, json_agg(json_build_object('kind', kind, 'sequence', sequence,
    'acted_at', acted_at, 'purpose', e.purpose, 'channels', channels,
    'data_categories', data_categories, 'frequency', frequency, 'explicit', explicit,
    'actor', actor, 'until', until, 'details', details, 'notice', notice.version))
FROM unnest($1::bigint[], $2::text[]) AS asked(subject_id, purpose)
JOIN consent_consentevent e ON e.subject_id = asked.subject_id AND e.purpose = asked.purpose
LEFT JOIN consent_notice notice ON notice.id = e.notice_id
GROUP BY e.subject_id"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one subject."""

    subject_key: int
    end: tuple[int, bytes]  # number and link of the newest act
    standings: Mapping[str, Mapping[str, Any]]  # compact, on the purposes that were asked for
    person: Mapping[str, Any]  # the row of the subject's state
    secret: subjects.Wrapped | None

    def standing(self, purpose: str) -> Standing:
        """Return what stands on one of the purposes."""
        form = self.standings.get(purpose)
        return compact.from_json(form) if form else Standing()


class Told(msgspec.Struct):
    """`PARTS` as they are read."""

    end: tuple[int, str] | None
    standings: dict[str, dict[str, Any]] | None
    person: dict[str, Any] | None
    secret: subjects.Wrapped | None
    subject_key: int | None = None

    def of(self, subject_key: int) -> Kept:
        """Return it as what is kept of a subject."""
        return Kept(
            subject_key,
            (self.end[0], bytes.fromhex(self.end[1])) if self.end else START,
            self.standings or {},
            self.person or new_person(subject_key),
            self.secret,
        )


def kept(subject_key: int, purposes: Collection[str]) -> Kept:
    """Return what is kept of a subject, in one read."""
    values = [b"%d" % subject_key, _texts(purposes)]
    [(found,)] = prepared.run(_ONE, values)
    return msgspec.json.decode(found or b"", type=Told).of(subject_key)


def kept_of_all(subject_keys: Collection[int], purposes: Collection[str]) -> list[Kept]:
    """Return what is kept of many subjects, in one read and no order."""
    keys = prepared.array(b"%d" % key for key in subject_keys)
    rows = prepared.run(_EACH, [keys, _texts(purposes)])
    told = [msgspec.json.decode(found or b"", type=Told) for (found,) in rows]
    return [each.of(each.subject_key or 0) for each in told]


class _Row(TypedDict):
    """An act on record, as `_PAST` tells it."""

    kind: str
    sequence: int
    acted_at: datetime
    purpose: str
    channels: list[str] | None
    data_categories: list[str] | None
    frequency: str | None
    explicit: bool
    actor: str
    until: date | None
    details: dict[str, Any]
    notice: str | None


def past(asked: Collection[tuple[int, str]]) -> dict[int, list[Act]]:
    """Return the acts of subjects on purposes, by subject and in no order, in one read."""
    keys = prepared.array(b"%d" % key for key, _ in asked)
    rows = prepared.run(_PAST, [keys, _texts([purpose for _, purpose in asked])])
    return {
        int(key or b""): [
            drafts.act_of(row, row["notice"])
            for row in msgspec.json.decode(told or b"", type=list[_Row])
        ]
        for key, told in rows
    }


def new_person(subject_key: int) -> dict[str, Any]:
    """Return the row of a subject's state before any act."""
    return {"subject_id": subject_key, **person_row(PersonState()), "acts": 0}


def person_row(person: PersonState) -> dict[str, Any]:
    """Return the columns that keep what holds for the whole person."""
    return {
        "restricted": person.restricted,
        "blocked": person.blocked,
        "erased": person.erased,
        "paused_until": person.paused_until,
        "contact_hours": compact.hours_to_json(person.contact_hours),
        "removed_guesses": sorted(person.removed_guesses),
    }


def _texts(values: Collection[str]) -> bytes:
    return prepared.array(prepared.text(value) for value in values)
