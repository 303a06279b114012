"""The list "do not address again" by its digests alone, for a journal that outlives a restore."""

from datetime import date

from pseudonymize import identifiers, keys, tokens
from pseudonymize.models import Suppression


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
