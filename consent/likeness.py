"""
When the standings of two people are alike, so that no decision could tell them apart.

A standing holds the moments of acts, which differ for everybody. A decision asks of such a moment
only whether it lies before or behind a few others, the `cuts`, and in which order acts were made,
which is the order of the layers already. What lies between the same two cuts is therefore alike.
"""

# `seq` only settles ties between acts of one instant, and the order of the layers has settled them.
# Most people have one layer; reading its members by path costs a third of taking the list apart.
_COLUMNS = {
    "": """CASE WHEN jsonb_array_length({standing} -> 'layers') > 1
        THEN ({standing} #- '{{served,1}}') || jsonb_build_object('layers', (
            SELECT jsonb_agg(layer - 'at' - 'seq')
            FROM jsonb_array_elements({standing} -> 'layers') layer))
        ELSE {standing} #- '{{served,1}}' #- '{{layers,0,at}}' #- '{{layers,0,seq}}' END""",
    "_acted": """CASE WHEN jsonb_array_length({standing} -> 'layers') > 1
        THEN ARRAY(
            SELECT width_bucket((layer ->> 'at')::timestamptz, {cuts})
            FROM jsonb_array_elements({standing} -> 'layers') layer)
        ELSE ARRAY[width_bucket(({standing} #>> '{{layers,0,at}}')::timestamptz, {cuts})] END""",
    "_served": "width_bucket(({standing} #>> '{{served,1}}')::timestamptz, {cuts})",
}


def columns(standing: str, *, name: str, cuts: str) -> dict[str, str]:
    """
    Return SQL for columns that are equal where standings are alike, by names that begin so.

    `standing` names a column that holds it as `compact.to_json` writes it, or NULL; `cuts` is an
    ascending timestamptz[], each the first moment that lies behind it.
    """
    return {
        f"{name}{part}": sql.format(standing=standing, cuts=cuts) for part, sql in _COLUMNS.items()
    }
