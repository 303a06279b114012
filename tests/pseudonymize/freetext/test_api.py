"""Redaction over HTTP: shapes, scopes, the subject's own identifiers, and what is refused."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import AuditEntry
from audit.operations import issue_key
from pseudonymize import operations, queries
from pseudonymize.freetext import engine
from pseudonymize.registration import Registration
from tests.builders import AT

TEXT = "Soy Ana Ruiz, DNI 12345678Z, de León."


def post(body: dict[str, Any], *scopes: str) -> Any:
    key = issue_key("test", scopes=scopes or ("text:redact",), actor="system", at=AT)
    return Client().post(
        "/api/v1/text:redact",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.text}"},
    )


def registered() -> str:
    registration = Registration(
        identifiers=(
            ("external_id", "KX-77012"),
            ("email", "quelonio82@correo.example"),
            ("phone", "+34654128309"),
        ),
        country="ES",
    )
    return operations.register(registration, at=AT).id


@pytest.mark.django_db
def test_a_text_comes_back_with_its_spans_replaced() -> None:
    answer = post({"text": TEXT, "language": "es-ES", "mode": "label"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["text"] == "Soy [PERSON], DNI [ES_NIF], de [LOCATION]."
    assert set(body["spans"][0]) == {"start", "end", "type", "score"}
    assert [TEXT[s["start"] : s["end"]] for s in body["spans"]] == ["Ana Ruiz", "12345678Z", "León"]


@pytest.mark.django_db
def test_pseudonyms_are_stable_within_a_scope() -> None:
    body = {"text": TEXT, "language": "es", "mode": "pseudonym"}
    assert post(body).json() == post(body).json()
    assert post(body | {"scope": "bank"}).json()["text"] != post(body).json()["text"]


@pytest.mark.django_db
def test_the_record_is_used() -> None:
    record = {"first": "Xrivka", "last": "Qolbert", "birth_date": "1988-04-03", "city": None}
    body = {"text": "vino qolbert el 3/4/1988", "language": "es", "mode": "mask"}
    assert post(body).json()["text"] == body["text"]
    assert post(body | {"record": record}).json()["text"] == "vino ***** el *****"


@pytest.mark.django_db
def test_the_subjects_own_identifiers_become_part_of_the_record() -> None:
    body = {"text": "ref kx 77012, 654 12 83-09, quelonio82", "language": "es", "mode": "label"}
    answer = post(body | {"subject": registered()}).json()
    assert answer["text"] == "ref [ID], [PHONE_NUMBER], [USERNAME]"
    assert AuditEntry.objects.filter(action="text.redacted_for").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"mode": "shred"}, 422, "invalid"),
        ({"language": "de"}, 422, "language_not_supported"),
        ({"country": "Spain"}, 422, "invalid"),
        ({"subject": "sub_" + "a" * 26}, 404, "subject_unknown"),
        ({"text": "a" * 200_001}, 413, "text_too_long"),
    ],
)
def test_a_refusal_names_its_code(change: dict[str, Any], status: int, code: str) -> None:
    answer = post({"text": TEXT, "language": "es", "mode": "mask"} | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.django_db
def test_several_texts_come_back_in_their_order() -> None:
    how = {"language": "es-ES", "mode": "label", "record": {"last": "Qolbert"}}
    texts = [TEXT, "", "Sin nadie.", "vino Qolbert"]
    answer = post(how | {"texts": texts})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert results == [post(how | {"text": text}).json() for text in texts]
    assert results[3]["text"] == "vino [PERSON]"


@pytest.mark.django_db
def test_several_texts_about_a_subject_are_one_entry_of_audit() -> None:
    body = {"texts": ["ref kx 77012"] * 3, "language": "es", "mode": "label"}
    answer = post(body | {"subject": registered()}).json()
    assert [one["text"] for one in answer["results"]] == ["ref [ID]"] * 3
    assert AuditEntry.objects.filter(action="text.redacted_for").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({}, 422, "text"),
        ({"text": TEXT, "texts": [TEXT]}, 422, "texts"),
        ({"texts": []}, 422, "texts"),
        ({"texts": ["a"] * 101}, 422, "texts"),
        ({"texts": ["a", None]}, 422, "texts.1"),
        ({"texts": ["a", "b" * 200_001]}, 413, "texts.1"),
    ],
)
def test_a_refusal_of_texts_names_its_field(
    change: dict[str, Any], status: int, field: str
) -> None:
    answer = post({"language": "es", "mode": "mask"} | change)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


@pytest.mark.django_db
def test_texts_that_take_too_long_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    post({"text": "-", "language": "es", "mode": "mask"})
    monkeypatch.setattr(engine, "MOST_SECONDS", 0.2)
    answer = post({"texts": ["Soy Ana Ruiz. " * 150] * 100, "language": "es", "mode": "mask"})
    assert (answer.status_code, answer.json()["code"]) == (422, "text_too_slow")
    assert answer.json()["field"].startswith("texts.")


@pytest.mark.django_db
def test_an_erased_subject_is_told_apart_from_an_unknown_one() -> None:
    public_id = registered()
    operations.shred(queries.subject_key_of(public_id) or 0, at=AT, actor="system")
    answer = post({"text": TEXT, "language": "es", "mode": "mask", "subject": public_id})
    assert (answer.status_code, answer.json()["code"]) == (410, "subject_erased")


@pytest.mark.django_db
def test_another_scope_may_not_redact() -> None:
    answer = post({"text": TEXT, "language": "es", "mode": "mask"}, "policies:check")
    assert answer.status_code == 403


def test_the_command_measures_a_file(tmp_path: Path) -> None:
    row = {"text": TEXT, "spans": [{"start": 4, "end": 12, "type": "PERSON"}], "lang": "es_ES"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    out = StringIO()
    call_command("evaluate_freetext", str(path), "--errors", "--no-country", stdout=out)
    assert "PERSON" in out.getvalue()


def test_the_command_names_a_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("no json", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1"):
        call_command("evaluate_freetext", str(path), stdout=StringIO())
