"""Lists told by the page: whoever asks again with `next` goes on behind what they saw."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 100


def page(
    rows: Iterable[T], *, key: Callable[[T], str], told: Callable[[T], Any], after: str
) -> dict[str, Any]:
    """
    Return `{results, next}`: the rows behind the cursor `after`, ordered by `key`, as `told`.

    The cursor is the key of the last row that was told, so that rows which come or go meanwhile
    neither repeat nor hide another.
    """
    behind = sorted((row for row in rows if key(row) > after), key=key)
    shown = behind[:MOST]
    following = key(shown[-1]) if len(behind) > MOST else None
    return {"results": [told(row) for row in shown], "next": following}
