"""Files of texts in the background: sealed, resumed, forgotten, and read by their caller alone."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from audit.keys import ServiceKey
from audit.models import AuditEntry
from audit.operations import issue_key
from pseudonymize import background, tasks
from pseudonymize.freetext import engine, jobs, lines
from pseudonymize.freetext.replacing import Mode
from pseudonymize.models import Envelope, TextJob
from tests.pseudonymize.workers import call, killed_in_the_middle

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOTE = "Soy Ana Ruiz, DNI 12345678Z."
REDACTED = "Soy [PERSON], DNI [ES_NIF]."


@pytest.fixture(autouse=True)
def small_parts(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(lines, "PART_LINES", 10)


def notes(count: int) -> bytes:
    rows = ({"id": f"n{n}", "text": f"{NOTE} Pedido {n}."} for n in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def a_job(body: bytes, mode: Mode = "label", scope: str = "text") -> TextJob:
    spanish = lines.Reading("es", "ES")
    sender = background.Sender("key:test", AT)
    return jobs.receive([body], mode=mode, scope=scope, defaults=spanish, sender=sender)


def done(job: TextJob) -> TextJob:
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def answers(job: TextJob) -> list[dict[str, Any]]:
    return [json.loads(line) for line in background.output(job).read_bytes().splitlines()]


@pytest.mark.django_db
def test_each_text_has_its_line_in_the_order_of_the_input() -> None:
    job = done(a_job(notes(25)))
    assert (job.state, job.parts, job.parts_done) == ("done", 3, 3)
    assert (job.texts, job.unread) == (25, 0)
    told = answers(job)
    assert [one["id"] for one in told] == [f"n{n}" for n in range(25)]
    assert told[3]["text"] == f"{REDACTED} Pedido 3."
    assert told[3]["spans"][0] == {"start": 4, "end": 12, "type": "PERSON", "score": 0.72}


@pytest.mark.django_db
def test_a_job_resumes_with_exactly_the_same_output() -> None:
    straight = done(a_job(notes(25), "pseudonym"))
    stopped = a_job(notes(25), "pseudonym")
    for _ in range(2):
        background.next_step(TextJob, stopped.pk, jobs.step)
    # Died after the file of the second part appeared, and before it was counted.
    TextJob.objects.filter(pk=stopped.pk).update(parts_done=1, texts=10)
    resumed = done(stopped)
    assert (resumed.state, resumed.texts) == ("done", 25)
    assert background.output(resumed).read_bytes() == background.output(straight).read_bytes()


@pytest.mark.django_db
def test_pseudonyms_are_those_of_the_scope() -> None:
    one, same, other = (done(a_job(notes(1), "pseudonym", scope)) for scope in ("a", "a", "b"))
    assert answers(one) == answers(same) != answers(other)


@pytest.mark.django_db
def test_the_input_lies_sealed_and_is_gone_at_the_end() -> None:
    job = a_job(notes(25))
    kept = b"".join(file.read_bytes() for file in background.folder(job).iterdir())
    assert b"Ruiz" not in kept
    assert background.folder(job).stat().st_mode & 0o077 == 0
    done(job)
    assert [file.name for file in background.folder(job).iterdir()] == ["text.ndjson"]
    assert background.output(job).stat().st_mode & 0o077 == 0
    assert not Envelope.objects.exists()


@pytest.mark.django_db
def test_the_trail_names_the_job_and_nobody_in_it() -> None:
    done(a_job(notes(3)))
    entries = AuditEntry.objects.filter(action__startswith="text.").order_by("pk")
    assert [entry.action for entry in entries] == ["text.begun", "text.done"]
    assert "Ruiz" not in str([entry.details for entry in entries])


@pytest.mark.django_db
def test_a_text_that_takes_too_long_leaves_its_reason_and_no_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "MOST_SECONDS", -1.0)
    job = done(a_job(notes(2)))
    assert (job.state, job.texts, job.unread) == ("done", 0, 2)
    assert answers(job) == [{"id": f"n{n}", "code": "text_too_slow"} for n in range(2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", background.InputEmpty),
        (b"\n\n", background.InputEmpty),
        (notes(30) + b"no json", lines.LineMalformed),
    ],
)
def test_an_input_that_cannot_be_read_leaves_nothing(
    body: bytes, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        a_job(body)
    assert not TextJob.objects.exists()
    assert not Envelope.objects.exists()
    assert not any((tmp_path / "texts").iterdir())


@pytest.mark.django_db
def test_the_tasks_go_on_with_what_waits_and_forget_what_is_old() -> None:
    job = a_job(notes(2))
    tasks.bulk_texts()
    job.refresh_from_db()
    assert (job.state, jobs.unfinished()) == ("done", [])
    assert job.finished_at is not None
    assert tasks.forget_texts() == 0
    assert jobs.forget(at=job.finished_at + timedelta(days=7, seconds=1)) == 1
    assert not background.folder(job).exists()


def test_a_file_of_texts_waits_in_the_queue_of_large_work() -> None:
    routes = django_settings.CELERY_TASK_ROUTES
    assert routes == {"*.bulk_*": {"queue": "bulk"}}
    assert ".bulk_" in tasks.bulk_texts.name


def send(key: ServiceKey, query: str, body: bytes, once: str | None = None) -> Any:
    path = f"/api/v1/text:redact?{query}"
    kind = "application/x-ndjson"
    headers = {"Prefer": "respond-async", "Content-Type": kind}  # told also of an empty body
    headers |= {"Idempotency-Key": once} if once else {}
    return call(key, "post", path, data=body, content_type=kind, headers=headers)


def keys(scope: str = "text:redact") -> list[ServiceKey]:
    return [issue_key(name, scopes=[scope], actor="system", at=AT) for name in "ab"]


@pytest.mark.django_db
def test_over_http_a_job_is_accepted_watched_and_fetched_by_its_caller_only() -> None:
    key, other = keys()
    answer = send(key, "language=es&country=ES&mode=label", notes(12))
    assert (answer.status_code, answer["Preference-Applied"]) == (202, "respond-async")
    where = answer["Location"]
    assert where == f"/api/v1/text-jobs/{answer.json()['id']}"
    assert call(key, "get", where).json()["state"] == "waiting"
    early = call(key, "get", f"{where}/output")
    assert (early.status_code, early.json()["code"]) == (409, "text_not_ready")
    jobs.run(uuid.UUID(answer.json()["id"]))
    told = call(key, "get", where).json()
    assert (told["state"], told["parts_done"], told["texts"]) == ("done", 2, 12)
    fetched = call(key, "get", f"{where}/output")
    assert fetched["Content-Type"] == "application/x-ndjson"
    first = json.loads(b"".join(fetched.streaming_content).splitlines()[0])
    assert first["text"] == f"{REDACTED} Pedido 0."
    for path in (where, f"{where}/output"):
        assert call(other, "get", path).status_code == 404


@pytest.mark.django_db
def test_a_file_sent_twice_with_its_key_is_one_job() -> None:
    key, other = keys()
    query, once = "language=es&mode=label", "night-12"
    first, again = (send(key, query, notes(12), once) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert TextJob.objects.count() == 1
    for changed in (send(key, query, notes(13), once), send(key, f"{query}x", notes(12), once)):
        assert changed.status_code == 422
    assert send(key, "language=es&mode=mask", notes(12), once).json()["field"] == "Idempotency-Key"
    assert send(other, query, notes(12), once).json()["id"] != first.json()["id"]
    assert send(key, query, notes(12)).json()["id"] != first.json()["id"]


@pytest.mark.django_db
def test_a_repeated_file_gets_its_job_however_far_it_is(tmp_path: Path) -> None:
    key, _ = keys()
    first = send(key, "language=es&mode=label", notes(2), "k").json()
    jobs.run(uuid.UUID(first["id"]))
    again = send(key, "language=es&mode=label", notes(2), "k").json()
    assert (again["id"], again["state"]) == (first["id"], "done")
    assert [folder.name for folder in (tmp_path / "texts").iterdir()] == [first["id"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("language=es", notes(1), "mode"),
        ("language=es&mode=shred", notes(1), "mode"),
        ("mode=label&country=Spain", notes(1), "country"),
        ("mode=label", notes(1), "line 1"),
        ("mode=label&language=de", notes(1), "line 1"),
        ("mode=label&language=es", b"no json", "line 1"),
        ("mode=label&language=es", b"", None),
    ],
)
def test_a_refusal_names_its_field(query: str, body: bytes, field: str | None) -> None:
    answer = send(keys()[0], query, body)
    assert (answer.status_code, answer.json().get("field")) == (422, field)
    assert not TextJob.objects.exists()


@pytest.mark.django_db
def test_a_file_may_be_longer_than_a_body_and_json_may_not() -> None:
    key, _ = keys()
    rows = [json.dumps({"text": "hola " * 20_000})] * 15
    headers = {"Idempotency-Key": "once"}
    body = "\n".join(rows).encode()
    assert len(body) > django_settings.BODY_LIMIT_BYTES
    assert send(key, "language=es&mode=mask", body).status_code == 202
    plain = json.dumps({"texts": ["hola " * 20_000] * 15, "language": "es", "mode": "mask"})
    for more in ({}, headers):
        answer = call(
            key,
            "post",
            "/api/v1/text:redact",
            data=plain,
            content_type="application/json",
            headers=more,
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.django_db
def test_another_scope_may_not_send_or_read() -> None:
    job, (key, _) = a_job(notes(1)), keys("policies:check")
    assert send(key, "language=es&mode=mask", notes(1)).status_code == 403
    for path in (f"/api/v1/text-jobs/{job.pk}", f"/api/v1/text-jobs/{job.pk}/output"):
        assert call(key, "get", path).status_code == 403


@pytest.mark.usefixtures("committed_db")
def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    straight, killed = (a_job(notes(400), "pseudonym") for _ in range(2))
    done(straight)
    killed_in_the_middle(killed, "pseudonymize.freetext.jobs", tmp_path)
    assert killed.parts == 40
    assert done(killed).state == "done"
    assert background.output(killed).read_bytes() == background.output(straight).read_bytes()
