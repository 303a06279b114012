"""The past is taken over line by line, in the background, once, and with its faults told."""

import json
from typing import Any

import pytest
from django.utils import timezone

from consent import forms, imports, queries, takeover, verification
from consent.models import ConsentEvent, Import, ImportPart
from pseudonymize import operations as subjects
from pseudonymize.operations import Registered
from tests.builders import Api, a_subject

pytestmark = pytest.mark.django_db
PATH = "/api/v1/imports"


def a_line(person: Registered, **change: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "public", "value": person.id},
        "purpose": "marketing.messages",
        "decision": "granted",
        "channels": ["email"],
        "method": "old_shop",
        "actor": "subject",
        "acted_at": "2025-06-01T10:00:00+02:00",
        "notice": {"version": "1.0", "locale": "es"},
        "evidence": {"double_opt_in_at": "2025-06-01T10:07:00+02:00"},
    } | change


def sent(api: Api, lines: list[Any], **headers: str) -> Any:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return api.stream(PATH, "\n".join(texts).encode(), **headers)


def done(answer: Any) -> Import:
    """Do what the worker does, and return the job."""
    job = Import.objects.get(pk=answer.json()["id"])
    imports.run(job.pk, read=forms.past_act)
    job.refresh_from_db()
    return job


def an_api() -> Api:
    return Api("consents:write", "consents:read")


def test_past_acts_stand_with_their_proof() -> None:
    api, person = an_api(), a_subject()
    answer = sent(api, [a_line(person)])
    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    job = done(answer)
    assert (job.state, job.recorded, job.refused) == ("done", 1, 0)
    layer = queries.permission(person.subject_key).standings["marketing.messages"].layers[0]
    assert layer.is_grant
    assert not layer.is_pending("email")
    assert verification.breaks(person.subject_key) == []


def test_a_fault_is_told_by_line_and_field_and_the_others_are_recorded() -> None:
    api, person = an_api(), a_subject()
    unknown = {"type": "external_id", "value": "nobody-knows"}
    lines = [
        a_line(person),
        "{not json",
        a_line(person, subject=unknown),
        a_line(person, purpose="no.such"),
        a_line(person, channels=["fax"]),
        a_line(person, acted_at="2018-01-01T00:00:00Z"),
        a_line(person, decision="withdrawn", notice=None, evidence=None),
    ]
    answer = sent(api, lines)
    job = done(answer)
    assert (job.recorded, job.refused) == (2, 5)
    told = api.get(answer.json()["error_file"])
    faults = [json.loads(line) for line in b"".join(told.streaming_content).splitlines()]
    assert [(fault["line"], fault["code"], fault["field"]) for fault in faults] == [
        (2, "malformed", ""),
        (3, "subject_unknown", "subject"),
        (4, "purpose_unknown", "purpose"),
        (5, "invalid", "channels.0"),
        (6, "notice_not_in_force", "notice"),
    ]
    assert "nobody-knows" not in json.dumps(faults)


def test_progress_can_be_asked_for_by_who_sent_it_only() -> None:
    api, person = an_api(), a_subject()
    place = sent(api, [a_line(person)])["Location"]
    assert api.get(place).json()["lines"] == 1
    assert an_api().get(place).status_code == 404


def test_the_lines_wait_sealed_and_are_gone_afterwards() -> None:
    api, person = an_api(), a_subject()
    answer = sent(api, [a_line(person)])
    assert person.id.encode() not in bytes(ImportPart.objects.get().sealed)
    done(answer)
    assert not ImportPart.objects.exists()


def test_a_long_stream_is_recorded_in_parts_and_each_once() -> None:
    api = an_api()
    people = [a_subject() for _ in range(3)]
    count = 2 * imports.PART_LINES + 50
    lines = [a_line(people[n % 3], evidence=None) for n in range(count)]
    answer = sent(api, lines)
    assert ImportPart.objects.count() == 3
    job = done(answer)
    assert (job.recorded, ConsentEvent.objects.count()) == (count, count)
    imports.run(job.pk, read=forms.past_act)
    assert ConsentEvent.objects.count() == count
    assert all(verification.breaks(person.subject_key) == [] for person in people)


def test_a_worker_that_dies_leaves_the_rest_to_the_next() -> None:
    person = a_subject()
    answer = sent(an_api(), [a_line(person, evidence=None) for _ in range(imports.PART_LINES + 1)])

    def dying(raw: bytes) -> takeover.Line:
        if ImportPart.objects.count() == 1:
            raise MemoryError
        return forms.past_act(raw)

    job = Import.objects.get(pk=answer.json()["id"])
    with pytest.raises(MemoryError):
        imports.run(job.pk, read=dying)
    assert imports.unfinished() == [job.pk]
    assert done(answer).recorded == imports.PART_LINES + 1
    assert imports.unfinished() == []


def test_a_repeated_key_gives_the_same_job() -> None:
    api, person = an_api(), a_subject()
    first, second = (sent(api, [a_line(person)], Idempotency_Key="i-1") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert Import.objects.count() == 1


def test_an_erased_subject_gets_no_acts() -> None:
    api, person = an_api(), a_subject()
    answer = sent(api, [a_line(person)])
    subjects.shred(person.subject_key, timezone.now())
    job = done(answer)
    assert (job.recorded, job.refused) == (0, 1)


@pytest.mark.parametrize("lines", [[], ["x" * 70_000]])
def test_a_stream_that_cannot_be_taken_over_leaves_nothing(lines: list[str]) -> None:
    answer = sent(an_api(), lines)
    assert (answer.status_code, answer.json()["code"]) == (422, "stream_refused")
    assert not Import.objects.exists()


def test_only_lines_of_json_are_taken() -> None:
    answer = an_api().post(PATH, {})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "line",
    [
        "[" * 50_000,
        "[1]",
        '"\\ud800"',
        '{"subject": {"type": "public", "value": "\\ud800"}}',
        '{"subject": "x", "\\ud800": 1}',
        "\udcff",
    ],
)
def test_a_line_that_cannot_be_kept_is_told_and_the_others_are_recorded(line: str) -> None:
    api, person = an_api(), a_subject()
    text = f"{line}\n{json.dumps(a_line(person))}".encode(errors="surrogateescape")
    job = done(api.stream(PATH, text))
    assert (job.state, job.recorded, job.refused) == ("done", 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"acted_at": "0001-01-01T00:00:00+14:00"},
        {"evidence": {"double_opt_in_at": "0001-01-01T00:00:00+14:00"}},
        {"evidence": {"double_opt_in_at": ["2025-06-01T10:07:00+02:00"]}},
    ],
)
def test_an_impossible_moment_is_a_fault_of_its_line(change: dict[str, Any]) -> None:
    api, person = an_api(), a_subject()
    faulty = a_line(person, **change) | {"decision": "withdrawn", "notice": None}
    job = done(sent(api, [faulty, a_line(person)]))
    assert (job.state, job.recorded, job.refused) == ("done", 1, 1)
