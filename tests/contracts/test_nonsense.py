"""Bodies of the right names and the wrong everything else: refused, never a failure of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.keys import SCOPES
from audit.operations import issue_key
from tests.builders import AT, a_subject

DESCRIPTION = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8")
)
_MOMENTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-02T10:00:00Z"]
_WORDS = st.sampled_from(
    [
        *("", " ", "\0", "a\0b", "\u202e", "😀", "x" * 400, "9999-12-31", "0001-01-01"),
        *("ES", "es", "email", "granted", "marketing.messages", "purpose", "data_subject", "1.0"),
        *_MOMENTS,
    ]
)
_NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**63, 10**40, 1.5, 1e308])
_LEAVES = st.none() | st.booleans() | _NUMBERS | _WORDS
_ANYTHING = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=6,
)


def writes() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and the shape of the body of every write that takes JSON."""
    for path, methods in DESCRIPTION["paths"].items():
        for method in {"post", "put", "delete"}.intersection(methods):
            content = methods[method].get("requestBody", {}).get("content", {})
            if method != "delete" and (not content or "application/json" in content):
                yield method.upper(), path, content.get("application/json", {}).get("schema", {})


def bodies(shape: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Return bodies with the members of a shape, each either of its kind or anything at all."""
    if "$ref" in shape:
        shape = DESCRIPTION["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if shape.get("type") == "array" and depth < 4:
        inner = bodies(shape.get("items", {}), depth + 1)
        return st.lists(inner, max_size=3) | _ANYTHING
    if "properties" not in shape or depth > 3:
        listed = [word for word in shape.get("enum", []) if word is not None]
        return st.sampled_from(listed) | _ANYTHING if listed else _ANYTHING
    members = {name: bodies(one, depth + 1) for name, one in shape["properties"].items()}
    whole = st.fixed_dictionaries(members)
    return whole | st.fixed_dictionaries({}, optional=members) | _ANYTHING


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "shape"), [*writes()], ids=lambda part: str(part)[:60])
def test_nonsense_is_refused_and_nothing_fails(
    method: str, path: str, shape: dict[str, Any]
) -> None:
    key = issue_key("nonsense", scopes=SCOPES, actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}", "Accept-Language": "en"}
    client = Client(raise_request_exception=False)
    address = path.replace("{public_id}", a_subject().id).replace("{kind}", "vulnerable")

    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies(shape))
    def send(body: Any) -> None:
        raw = json.dumps(body).encode()
        answer = client.generic(method, address, raw, "application/json", headers=headers)
        assert answer.status_code < 500, (body, answer.content)
        if answer.status_code >= 400:
            assert answer.json()["code"]

    send()
