"""The `sub_…` ids of many people at once, for what is told about an audience."""

import struct
from collections.abc import Sequence
from itertools import compress

import psycopg
from django.db import connection

from pseudonymize import keys, queries
from pseudonymize.models import Kind

_AT_ONCE = 500  # opened together: what is in between stays in the processor's cache
# As one row: for so many, fetching each takes longer than opening it takes the database. How many
# are asked for is hidden from the planner, which would weigh each of them.
_SECRETS = """
SELECT string_agg(int8send(subject_id), '') FILTER (WHERE octet_length(wrapped) = %(size)s),
    string_agg(int4send(key_version), '') FILTER (WHERE octet_length(wrapped) = %(size)s),
    string_agg(wrapped, '') FILTER (WHERE octet_length(wrapped) = %(size)s),
    array_agg(subject_id) FILTER (WHERE octet_length(wrapped) <> %(size)s)
FROM pseudonymize_subjectsecret
WHERE wrapped_for = 'service' AND subject_id = ANY ((SELECT %(wanted)s::bigint[])::bigint[])
"""


def public_ids(subject_keys: Sequence[int]) -> dict[int, str]:
    """
    Return the `sub_…` ids of active subjects, in the order of their keys.

    Blocked, erased and unknown ones are left out. The secret is opened and nothing made from it;
    who was registered before ids were wrapped with it is looked up among the identifiers.
    """
    size = keys.size_with_public_id()
    holders, versions, sealed, others = _wrapped(subject_keys, size)
    found: dict[int, str] = {}
    for start in range(0, len(holders), _AT_ONCE):
        end = start + _AT_ONCE
        some = sealed[start * size : end * size]
        found |= _opened(holders[start:end], versions[start:end], some, size)
    if others:
        found |= queries.identifiers_of(others, Kind.PUBLIC)
    in_order = sorted(found)
    return found if in_order == [*found] else {key: found[key] for key in in_order}


def _opened(
    holders: Sequence[int], versions: Sequence[int], sealed: bytes, size: int
) -> dict[int, str]:
    each = [sealed[start : start + size] for start in range(0, len(sealed), size)]
    found: dict[int, str] = {}
    for version in set(versions):
        is_of_it = [one == version for one in versions]
        some, secrets = compress(holders, is_of_it), compress(each, is_of_it)
        found |= keys.public_ids(list(some), secrets, version=version)
    return found


def _wrapped(
    subject_keys: Sequence[int], size: int
) -> tuple[tuple[int, ...], tuple[int, ...], bytes, list[int]]:
    """
    Fetch keys, versions and secrets of those whose secret has the `size`, and the others' keys.

    As columns: of a row for each, the collector of garbage would look at every one.
    """
    wanted = "{" + ",".join(map(str, subject_keys)) + "}"
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_SECRETS, {"size": size, "wanted": wanted}, binary=True)
        numbers, versions, sealed, others = cursor.fetchall()[0]
    count = len(sealed or b"") // size
    holders = struct.unpack(f">{count}q", numbers or b"")
    return holders, struct.unpack(f">{count}i", versions or b""), sealed or b"", others or []
