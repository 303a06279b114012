"""The `sub_…` ids of many people at once, for what is told about an audience."""

import struct
from collections.abc import Sequence

import psycopg
from django.db import connection

from pseudonymize import keys, queries
from pseudonymize.models import Kind

# As one row: for so many, fetching each takes longer than opening it takes the database. How many
# are asked for is hidden from the planner, which would weigh each of them.
_SECRETS = """
SELECT string_agg(int8send(subject_id) || int4send(key_version) || wrapped, '')
        FILTER (WHERE octet_length(wrapped) = %(size)s),
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
    sealed, others = _wrapped(subject_keys, size)
    found = keys.public_ids(sorted(struct.iter_unpack(f">qi{size}s", sealed)))
    if others:
        found |= queries.identifiers_of(others, Kind.PUBLIC)
        return dict(sorted(found.items()))
    return found


def _wrapped(subject_keys: Sequence[int], size: int) -> tuple[bytes, list[int]]:
    """Fetch key, version and secret of those whose secret has the `size`, and the others' keys."""
    wanted = "{" + ",".join(map(str, subject_keys)) + "}"
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_SECRETS, {"size": size, "wanted": wanted}, binary=True)
        sealed, others = cursor.fetchall()[0]
        return sealed or b"", others or []
