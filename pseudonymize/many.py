"""Reads about many subjects in one statement each. Never writes."""

from collections.abc import Collection

from pseudonymize import keys, tokens
from pseudonymize.identifiers import MalformedIdentifier, normalise
from pseudonymize.models import Identifier, SubjectSecret
from pseudonymize.queries import Wrapped

Named = tuple[str, str]  # type and value of an identifier


def find_all(named: Collection[Named]) -> dict[Named, int | MalformedIdentifier | None]:
    """
    Return what `queries.find` returns for each of many identifiers.

    The exception itself stands for one that cannot be of its kind.
    """
    found: dict[Named, int | MalformedIdentifier | None] = {}
    digests: dict[Named, bytes] = {}
    secret = keys.purpose_key("lookup")
    for kind, value in named:
        try:
            digests[kind, value] = tokens.lookup_digest(secret, kind, normalise(kind, value))
        except MalformedIdentifier as malformed:
            found[kind, value] = malformed
    holders: dict[bytes, set[int]] = {}
    rows = Identifier.objects.filter(digest__in=set(digests.values()))
    for digest, key in rows.values_list("digest", "subject_id").iterator(chunk_size=5000):
        holders.setdefault(bytes(digest), set()).add(key)
    for name, digest in digests.items():
        own = holders.get(digest, set())
        found[name] = next(iter(own)) if len(own) == 1 else None
    return found


def secrets(subject_keys: Collection[int]) -> dict[int, Wrapped]:
    """Return the secrets of subjects as `queries.WRAPPED` tells one, without destroyed ones."""
    rows = SubjectSecret.objects.filter(subject_id__in=subject_keys)
    return {
        row.subject_id: (bytes(row.wrapped).hex(), row.wrapped_for, row.key_version) for row in rows
    }
