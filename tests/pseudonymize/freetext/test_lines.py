"""Files of texts: what a line may say, and where a part ends."""

import io
import json
from typing import Any

import pytest

from pseudonymize.freetext import lines

SPANISH = lines.Reading("es", None)


def parts(*rows: Any, defaults: lines.Reading = SPANISH) -> list[list[dict[str, Any]]]:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    body = io.BytesIO(text.encode())
    return [lines.opened(part) for part in lines.parts_of(body, defaults)]


def test_a_line_says_more_than_the_address() -> None:
    row = {"text": "hola", "language": "pt-BR", "country": "BR", "id": 7, "author": "unknown"}
    plain = {"text": "hola", "language": "es", "country": "MX"}
    assert parts(row, "", {"text": "hola"}, defaults=lines.Reading("es", "MX")) == [
        [{"text": "hola", "language": "pt-BR", "country": "BR", "id": 7}, plain]
    ]


def test_a_part_ends_by_lines_or_by_characters() -> None:
    many = parts(*[{"text": "a"}] * (lines.PART_LINES + 1))
    assert [len(part) for part in many] == [lines.PART_LINES, 1]
    long = parts(*[{"text": "a" * (lines.PART_CHARACTERS // 4)}] * 5)
    assert [len(part) for part in long] == [4, 1]


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ("no json", "JSON object"),
        ("[1]", "JSON object"),
        ('{"text": "' + "[" * 9 + '"', "JSON object"),
        ({}, "`text`"),
        ({"text": 1}, "`text`"),
        ({"text": "a" * 200_001}, "`text`"),
        ('{"text": "\\ud83d"}', "`text`"),
        ({"text": "", "id": {"n": 1}}, "`id`"),
        ({"text": "", "id": True}, "`id`"),
        ({"text": "", "id": "x" * 129}, "`id`"),
        ({"text": "", "country": "Spain"}, "`country`"),
        ({"text": "", "country": 5}, "`country`"),
        ({"text": "", "language": "de"}, "`language`"),
        ({"text": "", "language": ["es"]}, "`language`"),
        ({"text": "a" * lines.LONGEST_LINE}, "1 MiB"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_repeated(row: Any, advice: str) -> None:
    with pytest.raises(lines.LineMalformed, match=advice) as refused:
        parts({"text": "Ana"}, row)
    assert refused.value.field == "line 2"
    assert "Ana" not in str(refused.value)


def test_without_a_language_anywhere_a_line_is_refused() -> None:
    with pytest.raises(lines.LineMalformed, match="name the `language`"):
        parts({"text": "hola"}, defaults=lines.Reading())
