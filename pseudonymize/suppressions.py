"""
The list "do not address again", by its digests alone.

It outlives the person and knows no subject. Who registers again with an address that is on it is
told to whoever listens, so that a policy check can honour it for the new subject.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from jurisdictions.vocabulary import CHANNELS
from pseudonymize import identifiers, keys, tokens
from pseudonymize.models import Kind, Suppression


class Listener(Protocol):
    """Is told of an address that is on the list, by the digest under which a check finds it."""

    def __call__(self, channel: str, lookup_digest: bytes, *, at: datetime) -> object: ...


_LISTENERS: list[Listener] = []
_ADDRESSES = frozenset({Kind.EMAIL.value, Kind.PHONE.value})


def listen(listener: Listener) -> None:
    """Let `listener` be told; once per process."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def announce(registered: Iterable[tuple[str, str, bytes]], *, at: datetime) -> int:
    """
    Tell of those that are on the list, of (kind, normalised value, lookup digest); return how many.

    Runs in the registration's own transaction.
    """
    key, wanted = keys.purpose_key("suppression"), dict[bytes, tuple[str, bytes]]()
    for kind, value, lookup in registered:
        if kind in _ADDRESSES:
            for channel in CHANNELS:
                digest = tokens.suppression_digest(key, channel, kind, value)
                wanted[digest] = (channel, lookup)
    if not wanted:
        return 0
    rows = Suppression.objects.filter(digest__in=list(wanted)).values_list("digest", flat=True)
    found = [wanted[bytes(digest)] for digest in rows]
    for channel, lookup in found:
        for listener in _LISTENERS:
            listener(channel, lookup, at=at)
    return len(found)


def digest_of(channel: str, kind: str, value: str, *, country: str | None = None) -> bytes:
    """
    Return the digest under which an address is on the list of a channel.

    :raises MalformedIdentifier: when `value` cannot be one of its kind.
    """
    normalised = identifiers.normalise(kind, value, country=country)
    return tokens.suppression_digest(keys.purpose_key("suppression"), channel, kind, normalised)


def put_back(channel: str, digest: bytes, *, since: date) -> bool:
    """Put a digest on the list again; returns whether it was missing."""
    _, missing = Suppression.objects.get_or_create(
        channel=channel, digest=digest, defaults={"since": since}
    )
    return missing
