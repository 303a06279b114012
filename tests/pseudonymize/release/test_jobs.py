"""Large releases: the same output whether or not the worker died in the middle."""

import io
import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pytest_django import Settings

from audit.operations import issue_key
from pseudonymize import background, operations
from pseudonymize.models import Envelope, ReleaseJob
from pseudonymize.registration import Registration
from pseudonymize.release import jobs, parts
from tests.pseudonymize.workers import call, killed_in_the_middle

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_parts(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(parts, "PART_ROWS", 10)


def people(count: int) -> list[operations.Registered]:
    found = (Registration((("external_id", f"C-{n}"),), "ES") for n in range(count))
    return [operations.register(one, at=AT) for one in found]


def profiles(count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": f"C-{n}",
            "birth_date": f"{1950 + n % 50}-05-20",
            "spent_last_year": n * 7,
            "order_reference": f"O-{n}",
            "language": ("es", "pt-BR", None)[n % 3],
            "location": {"lat": 40.4, "lon": -3.7 + n},
            "email": f"person{n}@correo.example",
        }
        | more
        for n in range(count)
    ]


def ndjson(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def a_job(body: bytes, form: str, policy: str = "recommender") -> ReleaseJob:
    sender = background.Sender("key:test", AT)
    return jobs.receive([body], policy_name=policy, form=form, sender=sender)


def done(job: ReleaseJob) -> ReleaseJob:
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def refusal_code(job: ReleaseJob) -> str:
    return str((job.refusal or {})["code"])


def released(job: ReleaseJob) -> list[dict[str, Any]]:
    if job.form == "parquet":
        rows: list[dict[str, Any]] = pq.read_table(background.output(job)).to_pylist()
        return rows
    return [json.loads(line) for line in background.output(job).read_bytes().splitlines()]


@pytest.mark.django_db
def test_ndjson_and_parquet_are_released_alike_part_by_part() -> None:
    people(33)
    one, other = (
        done(a_job(make(profiles(35)), form))
        for make, form in [(ndjson, "ndjson"), (parquet, "parquet")]
    )
    for job in (one, other):
        assert (job.state, job.parts, job.parts_done) == ("done", 4, 4)
        assert (job.released, job.withheld) == (33, 2)
    assert released(one) == released(other)
    assert released(one)[3]["age_band"] == "65+"
    assert "C-3" not in background.output(one).read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "make"), [("ndjson", ndjson), ("parquet", parquet)])
def test_a_job_resumes_with_exactly_the_same_output(form: str, make: Any) -> None:
    people(35)
    straight = done(a_job(make(profiles(35)), form))
    stopped = a_job(make(profiles(35)), form)
    for _ in range(2):
        background.next_step(ReleaseJob, stopped.pk, jobs.step)
    # Died after the file of the third part appeared, and before it was counted.
    ReleaseJob.objects.filter(pk=stopped.pk).update(parts_done=1)
    resumed = done(stopped)
    assert resumed.state == "done"
    assert background.output(resumed).read_bytes() == background.output(straight).read_bytes()


@pytest.mark.django_db
def test_an_input_sent_twice_with_its_key_is_one_job() -> None:
    people(3)
    sender = background.Sender("key:test", AT, "night-12")

    def sent(count: int, policy: str = "recommender") -> ReleaseJob:
        body = [ndjson(profiles(count))]
        return jobs.receive(body, policy_name=policy, form="ndjson", sender=sender)

    first = sent(3)
    assert sent(3) == first
    for changed in ((2, "recommender"), (3, "analytics")):
        with pytest.raises(background.KeyReused):
            sent(*changed)
    assert ReleaseJob.objects.get() == first


@pytest.mark.django_db
def test_free_text_keeps_its_sense_in_a_job_too() -> None:
    people(1)
    job = done(a_job(ndjson(profiles(1, last_search="regalo para Ana Ruiz")), "ndjson"))
    assert released(job)[0]["last_search"] == "regalo para [PERSON]"


@pytest.mark.django_db
def test_the_input_lies_sealed_with_named_fields_only_and_is_gone_at_the_end() -> None:
    people(5)
    job = a_job(ndjson(profiles(5)), "ndjson")
    kept = b"".join(path.read_bytes() for path in background.folder(job).iterdir())
    assert b"C-1" not in kept
    assert b"person1@" not in kept
    done(job)
    assert [path.name for path in background.folder(job).iterdir()] == ["released.ndjson"]
    assert background.output(job).stat().st_mode & 0o077 == 0
    assert not Envelope.objects.exists()


@pytest.mark.django_db
def test_a_release_that_singles_people_out_ends_refused_without_a_file() -> None:
    people(40)
    rows = [
        row | {"country": "ES", "plan": f"p{n % 2}", "birth_date": "1990-01-01"}
        for n, row in enumerate(profiles(40))
    ]
    assert done(a_job(parquet(rows), "parquet", "analytics")).state == "done"
    rows[0]["country"] = "BR"
    refused = done(a_job(parquet(rows), "parquet", "analytics"))
    assert (refused.state, refusal_code(refused)) == ("refused", "release_too_fine")
    assert not any(background.folder(refused).iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "form", "error"),
    [
        (b"no parquet", "parquet", parts.FileMalformed),
        (parquet(profiles(3))[:-10], "parquet", parts.FileMalformed),
        (b"", "ndjson", background.InputEmpty),
        (parquet(profiles(1))[:0], "parquet", parts.FileMalformed),
    ],
)
def test_an_input_that_cannot_be_read_leaves_nothing(
    body: bytes, form: str, error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        a_job(body, form)
    assert not ReleaseJob.objects.exists()
    assert not any((tmp_path / "releases").iterdir())


@pytest.mark.django_db
def test_an_input_over_the_limit_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(background, "LONGEST_STREAM", 100)
    with pytest.raises(background.InputTooLong):
        a_job(ndjson(profiles(5)), "ndjson")
    assert not any((tmp_path / "releases").iterdir())


@pytest.mark.django_db
def test_a_policy_that_changed_meanwhile_refuses_the_job() -> None:
    job = a_job(ndjson(profiles(5)), "ndjson")
    ReleaseJob.objects.update(policy_version=99)
    assert refusal_code(done(job)) == "field_policy_changed"


@pytest.mark.django_db
def test_old_releases_are_deleted() -> None:
    people(2)
    job = done(a_job(ndjson(profiles(2)), "ndjson"))
    assert job.finished_at is not None
    assert jobs.forget(at=job.finished_at + timedelta(days=7)) == 0
    assert jobs.forget(at=job.finished_at + timedelta(days=7, seconds=1)) == 1
    assert not background.folder(job).exists()
    assert jobs.forget(at=job.finished_at + timedelta(days=8)) == 0


@pytest.mark.django_db
def test_over_http_a_job_is_accepted_watched_and_fetched_by_its_caller_only() -> None:
    people(12)
    key, other = (
        issue_key(name, scopes=["pseudonyms:write"], actor="system", at=AT) for name in "ab"
    )
    path = "/api/v1/profiles:pseudonymise?policy=recommender"
    for body, kind, headers in [
        (ndjson(profiles(12)), "application/x-ndjson", {"Prefer": "respond-async"}),
        (parquet(profiles(12)), "application/vnd.apache.parquet", {}),
    ]:
        answer = call(key, "post", path, data=body, content_type=kind, headers=headers)
        assert answer.status_code == 202
        where = answer["Location"]
        assert call(key, "get", where).json()["state"] == "waiting"
        early = call(key, "get", f"{where}/output")
        assert (early.status_code, early.json()["code"]) == (409, "release_not_ready")
        jobs.run(uuid.UUID(answer.json()["id"]))
        assert call(key, "get", where).json()["parts_done"] == 2
        fetched = call(key, "get", f"{where}/output")
        assert fetched["Content-Type"] == kind
        assert len(b"".join(fetched.streaming_content)) > 100
        assert call(other, "get", where).status_code == 404
        assert call(other, "get", f"{where}/output").status_code == 404
    bad = call(key, "post", path, data=b"x", content_type="application/vnd.apache.parquet")
    assert (bad.status_code, bad.json()["code"]) == (422, "file_malformed")
    empty = call(key, "post", path, headers={"Content-Type": "application/vnd.apache.parquet"})
    assert (empty.status_code, empty.json()["code"]) == (422, "file_malformed")


@pytest.mark.usefixtures("committed_db")
def test_a_worker_killed_in_the_middle_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 2_000)
    people(50)
    rows = [row | {"customer_id": f"C-{n % 50}"} for n, row in enumerate(profiles(30_000))]
    straight, killed = a_job(parquet(rows), "parquet"), a_job(parquet(rows), "parquet")
    done(straight)
    killed_in_the_middle(killed, "pseudonymize.release.jobs", tmp_path)
    assert killed.parts == 15
    assert done(killed).state == "done"
    assert background.output(killed).read_bytes() == background.output(straight).read_bytes()
