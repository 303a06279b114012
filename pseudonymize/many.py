"""Reads about many subjects in one statement each. Never writes."""

from collections.abc import Collection, Mapping, Set

from audit import prepared
from pseudonymize import keys, tokens
from pseudonymize.identifiers import MalformedIdentifier, normalise
from pseudonymize.models import SubjectSecret
from pseudonymize.queries import Wrapped

_NOBODY: frozenset[int] = frozenset()
Named = tuple[str, str]  # type and value of an identifier
_HOLDERS = """SELECT encode(digest, 'hex'), subject_id FROM pseudonymize_identifier
WHERE digest = ANY($1::bytea[])"""


def find_all(named: Collection[Named]) -> dict[Named, int | MalformedIdentifier | None]:
    """
    Return what `queries.find` returns for each of many identifiers.

    The exception itself stands for one that cannot be of its kind.
    """
    found: dict[Named, int | MalformedIdentifier | None] = {}
    digests: dict[Named, str] = {}
    secret = keys.purpose_key("lookup")
    for kind, value in named:
        try:
            looked_up = tokens.lookup_digest(secret, kind, normalise(kind, value))
            digests[kind, value] = looked_up.hex()
        except MalformedIdentifier as malformed:
            found[kind, value] = malformed
    holders = _holders(set(digests.values()))
    for name, digest in digests.items():
        own = holders.get(digest, _NOBODY)
        found[name] = next(iter(own)) if len(own) == 1 else None
    return found


def _holders(digests: Collection[str]) -> Mapping[str, Set[int]]:
    asked = prepared.array(rf"\x{digest}".encode() for digest in digests)
    holders: dict[str, set[int]] = {}
    for digest, key in prepared.run(_HOLDERS, [asked]):
        holders.setdefault((digest or b"").decode(), set()).add(int(key or b""))
    return holders


def secrets(subject_keys: Collection[int]) -> dict[int, Wrapped]:
    """Return the secrets of subjects as `queries.WRAPPED` tells one, without destroyed ones."""
    rows = SubjectSecret.objects.filter(subject_id__in=subject_keys)
    told = rows.values_list("subject_id", "wrapped", "wrapped_for", "key_version")
    return {key: (bytes(secret).hex(), role, version) for key, secret, role, version in told}
