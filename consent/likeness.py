"""
When the standings of two people are alike, so that no decision could tell them apart.

A standing holds the moments of acts, which differ for everybody. A decision asks of such a moment
only whether it lies before or behind a few others, the `cuts`, and in which order acts were made,
which is the order of the layers already. What lies between the same two cuts is therefore alike.
"""

from collections.abc import Iterable
from datetime import datetime

from consent.compact import instant

_LAYERS = ":standing -> 'layers'"
# Most people have one act that counts. Of what they allowed only its moment is cut out, as a text:
# taking it apart costs twice as much. Within a string the quotes around `at` would be escaped.
_IS_ONE = f"jsonb_array_length({_LAYERS}) = 1 AND NOT :standing ? 'served'"
_ACTED = f"{_LAYERS} -> 0 ->> 'at'"
_ONE = f"""replace(:standing::text, '"at": "' || ({_ACTED}) || '"', '"at": ""')"""
_HAS_SEVERAL = f"jsonb_array_length({_LAYERS}) > 1"
_EACH = f"FROM jsonb_array_elements({_LAYERS}) layer"
_APART = f"""ROW(
        CASE WHEN {_HAS_SEVERAL} THEN (SELECT jsonb_agg(layer - '{{at,seq}}'::text[]) {_EACH})
            ELSE ({_LAYERS} -> 0) - '{{at,seq}}'::text[] END,
        CASE WHEN {_HAS_SEVERAL}
            THEN ARRAY(SELECT width_bucket((layer ->> 'at') COLLATE "C", :cuts) {_EACH}) END,
        width_bucket((:standing #>> '{{served,1}}') COLLATE "C", :cuts),
        CASE WHEN :standing ? 'served'
            THEN (:standing - 'layers') #- '{{served,1}}' ELSE :standing - 'layers' END)::text"""
_COLUMNS = {
    "": f"CASE WHEN {_IS_ONE} THEN {_ONE} WHEN :standing IS NOT NULL THEN {_APART} END",
    "_acted": f"""width_bucket(({_ACTED}) COLLATE "C", :cuts)""",
}


def columns(standing: str, *, name: str, cuts: str) -> dict[str, str]:
    """
    Return SQL for columns that are equal where standings are alike, by names that begin so.

    Seldom they differ where standings are alike; what `settled` makes of them never does.
    `standing` names a column that holds it as `compact.to_json` writes it, or NULL; `cuts` is what
    `cuts` returns, as a text[].
    """
    return {
        f"{name}{part}": sql.replace(":standing", standing).replace(":cuts", cuts)
        for part, sql in _COLUMNS.items()
    }


def settled(name: str) -> str:
    """
    Return SQL for the first of `columns` without `seq`, which only settles ties of one instant.

    The order of the layers has settled them. It costs more than making the column: for few.
    """
    one = f"({name}::jsonb #- '{{layers,0,seq}}')::text"
    return f"CASE WHEN starts_with({name}, '{{') THEN {one} ELSE {name} END"


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
