"""Profiles over HTTP: in with identity, out without."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEntry
from audit.operations import issue_key
from pseudonymize import operations, queries
from pseudonymize.registration import Registration
from pseudonymize.release import ndjson, profiles, pseudonyms, texts

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def people(count: int) -> list[operations.Registered]:
    found = (Registration((("external_id", f"C-{n}"),), "ES") for n in range(count))
    return [operations.register(one, at=AT) for one in found]


def a_profile(number: int, **more: Any) -> dict[str, Any]:
    return {"customer_id": f"C-{number}", "birth_date": "1990-05-20", "country": "ES"} | more


def post(lines: list[Any], policy: str = "recommender", scope: str = "pseudonyms:write") -> Any:
    key = issue_key("test", scopes=[scope], actor="system", at=AT)
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    return Client().post(
        f"/api/v1/profiles:pseudonymise?policy={policy}",
        text,
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {key.text}"},
    )


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return [json.loads(line) for line in answer.content.splitlines()]


@pytest.mark.django_db
def test_profiles_come_back_in_order_without_identity() -> None:
    people(3)
    answer = post([a_profile(2, language="en"), "\n", a_profile(0, language="es")])
    first, second = rows(answer)
    assert (first["language"], second["language"]) == ("en", "es")
    assert first["person"] != second["person"]
    assert "C-2" not in answer.content.decode()
    assert rows(post([a_profile(2)]))[0]["person"] == first["person"]


@pytest.mark.django_db
def test_the_same_person_has_one_pseudonym_in_the_release_and_in_the_call() -> None:
    (one,) = people(1)
    scope = "recommender/personalisation.recommendations"
    made = pseudonyms.make([one.id], scope=scope, at=datetime.now(UTC), actor="key:test").made
    assert [row["person"] for row in rows(post([a_profile(0)]))] == made


@pytest.mark.django_db
def test_erased_blocked_and_unknown_subjects_are_left_out_and_counted() -> None:
    erased, blocked, _ = people(3)
    operations.shred(erased.subject_key, AT)
    operations.block(blocked.subject_key, None, AT)
    answer = post([a_profile(n) for n in range(5)] + [{"language": "es"}])
    assert len(rows(answer)) == 1
    assert answer["Venia-Withheld"] == "5"


@pytest.mark.django_db
def test_a_release_that_singles_people_out_is_refused_as_a_whole() -> None:
    people(21)
    plans = [a_profile(n, plan=f"p{n % 2}") for n in range(20)]
    assert len(rows(post(plans, "analytics"))) == 20
    answer = post([*plans, a_profile(20, country="BR")], "analytics")
    assert (answer.status_code, answer.json()["code"]) == (422, "release_too_fine")
    same = [a_profile(0, plan=f"p{n % 2}") for n in range(20)]
    assert post(same, "analytics").json()["code"] == "release_too_fine"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "policy", "status", "code"),
    [
        ([a_profile(0)], "no-such", 422, "field_policy_unknown"),
        ([a_profile(0), "{broken\n"], "recommender", 422, "profile_malformed"),
        (["[1]\n"], "recommender", 422, "profile_malformed"),
        (['{"a": NaN}\n'], "recommender", 422, "profile_malformed"),
        (["[" * 5000 + "\n"], "recommender", 422, "profile_malformed"),
        (
            ['{"a": "' + "x" * ndjson.LONGEST_LINE + '"}\n'],
            "recommender",
            422,
            "profile_malformed",
        ),
        (
            [a_profile(0, language=1), a_profile(1, language="es")],
            "recommender",
            422,
            "field_mixed",
        ),
    ],
)
def test_input_that_cannot_be_read_releases_nothing(
    lines: list[Any], policy: str, status: int, code: str
) -> None:
    people(2)
    answer = post(lines, policy)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not AuditEntry.objects.filter(action="profiles.pseudonymised").exists()


@pytest.mark.django_db
def test_the_call_needs_its_scope_and_its_content_type() -> None:
    assert post([], scope="policies:check").status_code == 403
    key = issue_key("test", scopes=["pseudonyms:write"], actor="system", at=AT)
    headers = {"Authorization": f"Bearer {key.text}"}
    path = "/api/v1/profiles:pseudonymise?policy=recommender"
    answer = Client().post(path, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 415


@pytest.mark.django_db
def test_a_single_profile_is_released_for_a_known_subject_only() -> None:
    (one,) = people(1)
    profile = a_profile(0, language="es", email="ines@correo.example")
    released = profiles.release_profile(
        "recommender", profile, subject_key=one.subject_key, at=AT, permitted={"user.demographic"}
    )
    assert released == {"age_band": "35-44", "language": "es"}
    operations.shred(one.subject_key, AT)
    with pytest.raises(queries.SubjectErased):
        profiles.release_profile("recommender", profile, subject_key=one.subject_key, at=AT)


def test_free_text_leaves_without_the_people_in_it() -> None:
    told = texts.labelled("Llama Inés Soto, DNI 12345678Z, por su pedido", "es")
    assert "Inés" not in told
    assert "12345678Z" not in told
    assert "pedido" in told


def test_a_text_that_cannot_be_read_leaves_nothing() -> None:
    assert texts.labelled("hola " * 50_000, "es") == "[redacted]"
