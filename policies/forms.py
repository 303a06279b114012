"""
What the records of decisions that are alike have in common, written down once a month.

A decision keeps what is the person's own, and names its form: who asked, what, what was said and
on which rules. The view `policies_decided` puts the two together again. See docs/decisions.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections

from policies import binary
from policies.binary import Values
from policies.blanks import Blanks

_ID, _UNTIL, _MOMENT = b"\x01", b"\x02", b"\x03"
"""The blanks of a stored text, which `policies_decided` fills: JSON never holds these as such."""

COLUMNS = {
    "month": "date",
    "key": "uuid",
    "caller": "text",
    "purpose": "text",
    "purpose_version": "integer",
    "action": "text",
    "policy": "text",
    "question": "text",
    "answer": "text",
    "facts": "text",
}
_MOST_KNOWN = 50_000
_DAY_ZERO = date(2000, 1, 1)  # of PostgreSQL's calendar

_known: WeakKeyDictionary[psycopg.Connection, set[bytes]] = WeakKeyDictionary()


class Form(NamedTuple):
    """What is alike in a month's records but for the sentences; documents as JSON."""

    month: bytes
    columns: Values
    question: Blanks
    """Its blank is the moment, as `records.json_moment` writes it."""
    answer: Blanks
    """Its blanks are the id, until when it holds, and the sentences to the person."""
    facts: bytes
    """Without the brace that opens it: the person's own comes first."""
    digest: bytes


class Worded(msgspec.Struct, frozen=True, gc=False):
    """A form with its sentences, as JSON; `key` names it in the database."""

    form: Form
    words: bytes
    key: bytes

    @property
    def values(self) -> Values:
        """A row of `COLUMNS`, in PostgreSQL's binary form."""
        month, columns, question, answer, facts, _ = self.form
        told = answer.filled(_ID, _UNTIL, self.words)
        return [month, self.key, *columns, question.filled(_MOMENT), told, facts]


def form(at: datetime, columns: Values, question: Blanks, answer: Blanks, facts: bytes) -> Form:
    """Return the form of decisions of the month (UTC) of `at`."""
    first = at.astimezone(UTC).date().replace(day=1)
    month = binary.integer((first - _DAY_ZERO).days) or b""
    texts = (question.filled(_MOMENT), answer.filled(_ID, _UNTIL, b""), facts)
    digest = _digest(month, *(column or b"" for column in columns), *texts)
    return Form(month, columns, question, answer, facts, digest)


def worded(form: Form, words: bytes) -> Worded:
    """Return `form` with the sentences that are told with it, as JSON."""
    return Worded(form, words, _digest(form.digest, words))


def unknown(forms: Iterable[Worded]) -> list[Worded]:
    """Return, in the order of their keys, those not yet stored as far as this connection knows."""
    known = _of_this_connection()
    new = {one.key: one for one in forms if one.key not in known}
    return [new[key] for key in sorted(new)]  # so that two who store the same never cross


def remember(stored: Iterable[Worded]) -> None:
    """Keep in mind, for as long as the connection lives, which forms are stored for good."""
    if not connection.in_atomic_block:
        known = _of_this_connection()
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known.update(one.key for one in stored)


def _of_this_connection() -> set[bytes]:
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    driver: Any = database.connection
    return _known.setdefault(driver, set())


def _digest(*parts: bytes) -> bytes:
    """Return what names `parts` and no others: each is told with its length."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        hashed.update(b"%d:" % len(part))
        hashed.update(part)
    return hashed.digest()
