"""The written API description is the one that the code gives."""

from pathlib import Path

import pytest
from django.core.management import call_command

WRITTEN = Path(__file__).parents[2] / "docs" / "openapi.yaml"


def test_the_written_description_is_what_the_code_gives(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--file", str(made), "--validate", "--fail-on-warn")
    assert made.read_text() == WRITTEN.read_text(), "Run: make fmt"


@pytest.mark.parametrize(
    "path",
    [
        "/access/v1/evaluation",
        "/access/v1/evaluations",
        "/access/v1/search/subject",
        "/api/v1/subjects",
        "/api/v1/subjects:lookup",
        "/api/v1/subjects/{public_id}/consents",
        "/api/v1/subjects/{public_id}/notices-served",
        "/api/v1/subjects/{public_id}/preference-link",
        "/api/v1/imports",
        "/api/v1/exclusion-lists/{name}",
        "/api/v1/receipts/{receipt_id}",
        "/api/v1/purposes/{key}",
        "/api/v1/laws/{code}/deadline",
        "/api/v1/decisions/{id}/outcome",
        "/api/v1/suspensions/{id}",
        "/api/v1/pseudonyms",
        "/api/v1/profiles:pseudonymise",
        "/api/v1/text:redact",
        "/api/v1/reidentifications",
        "/api/v1/aggregates/{name}",
    ],
)
def test_every_call_of_the_public_contract_is_described(path: str) -> None:
    assert f"  {path}:\n" in WRITTEN.read_text()
