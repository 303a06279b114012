"""JSON from outside, read so that all it says can be written down again. Pure."""

import json
import re
from typing import Any

import msgspec

DEEPEST = 64  # levels; more than any form of ours has, fewer than Python's stack
_MAY_BE_SURROGATE = re.compile(rb"\\u[dD]")


class Unreadable(ValueError):
    """A text is no JSON that we can keep. The message repeats nothing of it."""

    code = "malformed"


def decoded(raw: bytes) -> Any:
    """
    Return the value that `raw` spells in JSON and UTF-8.

    :raises Unreadable: it is no JSON, is nested too deep, or holds half a character.
    """
    try:
        value = _decoder.decode(raw.decode())
        if _MAY_BE_SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"This is not JSON: {error.msg} ({where}).") from None
    except RecursionError:
        raise Unreadable(f"Nest JSON up to {DEEPEST} levels deep.") from None
    except ValueError:
        raise Unreadable("Send JSON in UTF-8, with whole characters and finite numbers.") from None
    if may_be_deep(raw) and not is_shallow(value):
        raise Unreadable(f"Nest JSON up to {DEEPEST} levels deep.")
    return value


def canonical(value: Any) -> bytes:
    """
    Return the one spelling of JSON that links and seals cover: keys in order, nothing escaped
    without need, as `json.dumps` has written it since the first act.

    Quick. `value` holds no float: Python spells some of them in another way.
    """
    return msgspec.json.format(_encoder.encode(value), indent=0)


def spelled(value: Any) -> bytes:
    """Return what `canonical` returns, for any JSON."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def may_be_deep(raw: bytes) -> bool:
    """Return whether a text has enough brackets to be nested too deep: quicker than to look."""
    return raw.count(b"[") + raw.count(b"{") > DEEPEST


def is_shallow(value: Any) -> bool:
    """Return whether JSON is nested no deeper than `DEEPEST` levels."""
    level = [value]
    for _ in range(DEEPEST):
        inner = [v for v in level if isinstance(v, (dict, list))]
        level = [child for v in inner for child in (v.values() if isinstance(v, dict) else v)]
        if not level:
            return True
    return not any(isinstance(v, (dict, list)) for v in level)


def _refuse(name: str) -> None:
    raise ValueError(name)


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = json.JSONDecoder(parse_constant=_refuse)
