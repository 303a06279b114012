"""Turns what a caller wrote into questions about a person who is found by digest."""

from datetime import datetime
from typing import Any

from policies import wire
from policies.question import RESOURCE_TYPE, SUBJECT_TYPE
from policies.reading import Named
from policies.releasing import handed_in
from pseudonymize.identifiers import MalformedIdentifier
from pseudonymize.queries import dead_digest, lookup_digest

_PUBLIC_PREFIX = "sub_"


def named(members: dict[str, Any], *, at: datetime) -> Named:
    """
    Return the question that one evaluation asks, with the digests of its subject.

    An identifier that cannot be one finds nobody; that is an answer, not an error.

    :raises MalformedRequest: when the request cannot be read.
    """
    asked = wire.evaluation(members)
    question = wire.question(asked, at=at)
    if asked.resource.type != RESOURCE_TYPE:
        return Named(question, None, None, entities=members)
    kind = wire.id_type(asked.subject)
    if asked.subject.type != SUBJECT_TYPE:
        return Named(question, None, None)
    digest, dead = _digests(kind, asked.subject.id)
    return Named(question, digest, dead, handed_in=handed_in(asked))


def _digests(kind: str, value: str) -> tuple[bytes | None, bytes | None]:
    public = value.startswith(_PUBLIC_PREFIX)
    try:
        found = lookup_digest("public" if public else kind, value)
    except MalformedIdentifier:
        return None, None
    return found, dead_digest(value) if public else None
