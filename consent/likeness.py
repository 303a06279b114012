"""
When the standings of two people are alike, so that no decision could tell them apart.

A standing holds the moments of acts, which differ for everybody. A decision asks of such a moment
only whether it lies before or behind a few others, the `cuts`, and in which order acts were made,
which is the order of the layers already. What lies between the same two cuts is therefore alike.
"""

from collections.abc import Iterable
from datetime import datetime

from consent.compact import instant

# `seq` only settles ties between acts of one instant, and the order of the layers has settled them.
# Most people have one layer: taking that alone apart costs a third of going through the list.
_COLUMNS = {
    "": """CASE WHEN jsonb_array_length(:standing -> 'layers') > 1
        THEN (SELECT jsonb_agg(layer - '{at,seq}'::text[])
            FROM jsonb_array_elements(:standing -> 'layers') layer)
        ELSE (:standing -> 'layers' -> 0) - '{at,seq}'::text[] END""",
    "_acted": """width_bucket((:standing -> 'layers' -> 0 ->> 'at') COLLATE "C", :cuts)""",
    "_acted_before": """CASE WHEN jsonb_array_length(:standing -> 'layers') > 1
        THEN ARRAY(SELECT width_bucket((layer ->> 'at') COLLATE "C", :cuts)
            FROM jsonb_array_elements(:standing -> 'layers') layer) END""",
    "_served": """width_bucket((:standing #>> '{served,1}') COLLATE "C", :cuts)""",
    "_rest": """CASE WHEN :standing ? 'served'
        THEN (:standing - 'layers') #- '{served,1}' ELSE :standing - 'layers' END""",
}


def columns(standing: str, *, name: str, cuts: str) -> dict[str, str]:
    """
    Return SQL for columns that are equal where standings are alike, by names that begin so.

    `standing` names a column that holds it as `compact.to_json` writes it, or NULL; `cuts` is what
    `cuts` returns, as a text[].
    """
    return {
        f"{name}{part}": sql.replace(":standing", standing).replace(":cuts", cuts)
        for part, sql in _COLUMNS.items()
    }


def may_permit(standing: str) -> str:
    """Return SQL that is true where an act, or silence after a notice, could be a ground."""
    granted = """:standing @> '{"layers":[{"kind":"granted"}]}' OR :standing ? 'served'"""
    return granted.replace(":standing", standing)


def cuts(moments: Iterable[datetime]) -> list[str]:
    """
    Return `moments`, each the first that lies behind a cut, in the form of `columns`.

    They are compared as they stand in the projection, all in UTC: a text is read nowhere.
    """
    return sorted(map(instant, moments))
