"""How many people allow each purpose, of those who decided on it."""

from django.db import connection

from consent.act import DECISIONS, Kind
from consent.models import ConsentEvent

_NEWEST = """
    SELECT purpose, count(*) FILTER (WHERE kind = %s), count(*) FROM (
        SELECT DISTINCT ON (subject_id, purpose) purpose, kind FROM {table}
        WHERE kind = ANY(%s) ORDER BY subject_id, purpose, sequence DESC
    ) newest GROUP BY purpose ORDER BY purpose
"""


def opt_in() -> dict[str, tuple[int, int]]:
    """Return by purpose how many people's last act grants it, and how many decided at all."""
    decisions = [kind.value for kind in DECISIONS]
    with connection.cursor() as cursor:
        query = _NEWEST.format(table=ConsentEvent._meta.db_table)
        cursor.execute(query, [Kind.GRANTED.value, decisions])
        return {purpose: (granted, decided) for purpose, granted, decided in cursor.fetchall()}
