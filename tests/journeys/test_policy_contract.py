"""The policy check over HTTP: shapes, scopes, batches, and that an answer is on record."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.builders import Api
from tests.journeys.checks import (
    EVALUATION,
    EVALUATIONS,
    a_message,
    an_evaluation,
    ask,
    codes,
    decide,
    register,
    send_raw,
)

pytestmark = pytest.mark.django_db

SCOPES = ("policies:check", "consents:read", "consents:write", "decisions:read", "admin")
OFFERS = "marketing.offers"
HISTORY = {"category": "user.behavior.purchase_history", "origin": "observed"}


@pytest.fixture
def api() -> Api:
    return Api(*SCOPES)


@pytest.fixture
def person(api: Api) -> str:
    """Somebody in Spain who agreed to offers, and to messages by push and SMS."""
    subject_id = register(api, "C-1")
    decide(api, subject_id, "granted", OFFERS)
    decide(api, subject_id, "granted", "marketing.messages", channels=["push", "sms"])
    return subject_id


def an_offer(subject_id: str, **context: Any) -> dict[str, Any]:
    return an_evaluation(subject_id, "show_offer", OFFERS, **({"channel": "web"} | context))


def test_a_permit_tells_everything_that_the_caller_and_the_person_need(
    api: Api, person: str
) -> None:
    answer = ask(api, an_offer(person, data=[HISTORY]))
    context = answer["context"]
    assert answer["decision"] is True
    assert context["effect"] == "permit"
    assert context["id"].startswith("dec_")
    assert [(r["code"], r["law"]) for r in context["reasons"]] == [("consent", "ES-LOPDGDD")]
    assert context["obligations"] == [{"id": "explain"}]
    assert context["data"] == {"permitted": [HISTORY["category"]], "withheld": []}
    assert set(context["reason_user"]) == {"es", "pt-BR", "en"}
    assert context["laws"] == ["EU-GDPR", "ES-LOPDGDD"]
    assert "@sha256:" in context["policy"]
    assert context["valid_until"]


def test_a_deny_is_an_answer_and_says_where_to_change_it(api: Api) -> None:
    answer = ask(api, an_offer(register(api, "C-2")))
    assert answer["decision"] is False
    assert codes(answer) == ["no_consent"]
    assert answer["context"]["obligations"] == []
    assert answer["context"]["remedy"].startswith("http")


def test_an_answer_is_on_record_as_it_was_given(api: Api, person: str) -> None:
    answer = ask(api, an_offer(person, data=[HISTORY], surprise="unknown member"))["context"]
    stored = api.get(f"/api/v1/decisions/{answer['id']}").json()
    assert {name: stored[name] for name in answer} == answer
    assert stored["request"]["resource"] == {"type": "purpose", "id": OFFERS}
    assert "surprise" not in json.dumps(stored)
    assert stored["at"]


def test_a_refused_guess_leaves_no_word_behind(api: Api, person: str) -> None:
    guess = an_evaluation(
        person, "predict", "prediction.behaviour", properties={"predicts": "pregnancy"}
    )
    answer = ask(api, guess)
    assert "inferred_special_category" in codes(answer)
    stored = api.get(f"/api/v1/decisions/{answer['context']['id']}")
    assert b"pregnan" not in stored.content.lower()


def test_a_person_is_found_by_external_id_and_by_public_id(api: Api, person: str) -> None:
    named = an_offer("C-1")
    assert ask(api, named)["decision"] is True
    named["subject"]["properties"] = {"id_type": "external_id"}
    assert ask(api, named)["decision"] is True
    by_mail = an_offer("c-1@persona.example")
    by_mail["subject"]["properties"] = {"id_type": "email"}
    assert ask(api, by_mail)["decision"] is True
    assert codes(ask(api, an_offer("C-nobody"))) == ["subject_unknown"]
    assert codes(ask(api, an_offer("sub_" + "a" * 26))) == ["subject_unknown"]


def test_what_is_unknown_is_indeterminate_and_still_two_hundred(api: Api, person: str) -> None:
    spaceship = an_offer(person)
    spaceship["resource"] = {"type": "spaceship", "id": "1"}
    assert codes(ask(api, spaceship)) == ["resource_unknown"]
    assert codes(ask(api, an_evaluation(person, "show_offer", "no.such"))) == ["purpose_unknown"]
    unheard = ask(api, an_evaluation(person, "hypnotise", OFFERS))
    assert codes(unheard) == ["action_unknown"]
    assert unheard["context"]["effect"] == "indeterminate"
    assert unheard["decision"] is False


def test_context_is_never_required(api: Api, person: str) -> None:
    bare = an_offer(person)
    del bare["context"]
    assert ask(api, bare)["decision"] is True


@pytest.mark.parametrize(
    "context",
    [
        {"channel": "telepathy"},
        {"channel": 7},
        {"planned_at": "tomorrow"},
        {"planned_at": "2026-12-01T10:00:00"},
        {"planned_at": "2199-01-01T10:00:00+01:00"},
        {"planned_at": "2001-01-01T10:00:00+01:00"},
        {"data": "user.contact"},
        {"data": [{"origin": "observed"}]},
        {"data": [{"category": "user.contact", "origin": "dreamt"}]},
        {"data": [{"category": "user.contact", "collected_at": "2026-02-30"}]},
        {"recipient": "northwind-ads"},
        {"recipient": {"id": "northwind-ads", "country": "Vietnam"}},
        {"gpc": "yes"},
        {"reserve": 1},
        {"supported_obligations": "limit_data"},
        {"region": "Madrid"},
    ],
    ids=str,
)
def test_a_bad_value_in_context_is_malformed(
    api: Api, person: str, context: dict[str, Any]
) -> None:
    response = api.post(EVALUATION, an_evaluation(person, "show_offer", OFFERS, **context))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["field"].startswith("context")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_malformed(body: bytes) -> None:
    assert send_raw(body).status_code == 400
    assert send_raw(body, path=EVALUATIONS).status_code == 400


def test_another_content_type_is_malformed(person: str) -> None:
    body = json.dumps(an_offer(person)).encode()
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        assert send_raw(body, kind=kind).status_code == 400
    assert send_raw(body, kind="application/json; charset=utf-8").status_code == 200


def test_who_has_no_key_or_no_scope_is_told_so(api: Api, person: str) -> None:
    body = json.dumps(an_offer(person)).encode()
    nobody = Client().generic("POST", EVALUATION, body, content_type="application/json")
    assert nobody.status_code == 401
    assert nobody["WWW-Authenticate"].startswith("Bearer")
    assert Api("consents:read").post(EVALUATION, an_offer(person)).status_code == 403
    search = {"subject": {"type": "data_subject"}, "action": {"name": "show_offer"}}
    search["resource"] = {"type": "purpose", "id": OFFERS}
    assert Api("policies:check").post("/access/v1/search/subject", search).status_code == 403
    assert Api("policies:search").post("/access/v1/search/subject", search).status_code == 200


def test_a_body_over_a_mebibyte_is_too_large(api: Api, person: str) -> None:
    body = an_offer(person) | {"padding": "x" * (1 << 20)}
    assert api.post(EVALUATION, body).status_code == 413


def test_a_safe_request_id_comes_back(api: Api, person: str) -> None:
    answered = api.post(EVALUATION, an_offer(person), X_Request_ID="bfe9eb29-ab87.4c")
    assert answered["X-Request-ID"] == "bfe9eb29-ab87.4c"
    refused = api.post(EVALUATION, {}, X_Request_ID="on-errors-too")
    assert (refused.status_code, refused["X-Request-ID"]) == (400, "on-errors-too")
    for unsafe in ("x" * 65, "a b", "<script>"):
        response = api.post(EVALUATION, an_offer(person), X_Request_ID=unsafe)
        assert response.status_code == 200
        assert response.get("X-Request-ID") != unsafe


def test_a_withdrawal_is_seen_by_the_very_next_check(api: Api, person: str) -> None:
    assert ask(api, an_offer(person))["decision"] is True
    decide(api, person, "withdrawn", OFFERS)
    assert codes(ask(api, an_offer(person))) == ["consent_withdrawn"]


def test_an_item_of_a_batch_replaces_whole_entities(api: Api, person: str) -> None:
    batch = a_message(person) | {
        "evaluations": [
            {},
            {"context": {}},
            {"resource": {"type": "purpose", "id": "loyalty.programme"}},
            {"subject": {"type": "data_subject", "id": "C-nobody"}},
        ]
    }
    answered = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in answered] == [True, False, True, False]
    assert codes(answered[1])[0] == "channel_not_permitted"
    assert codes(answered[2]) == ["contract"]
    assert codes(answered[3]) == ["subject_unknown"]


def test_a_bad_item_of_a_batch_is_refused_alone(api: Api, person: str) -> None:
    bad = {"context": {"channel": "telepathy"}}
    batch = an_offer(person) | {"evaluations": [{}, bad, {"action": {}}, {}]}
    answered = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in answered] == [True, False, False, True]
    assert answered[1]["context"]["error"]["status"] == 400
    assert answered[2]["context"]["error"]["message"]


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_the_semantic_of_a_batch_is_honoured(
    api: Api, person: str, semantic: str, decisions: list[bool]
) -> None:
    batch = an_offer(person) | {
        "options": {"evaluations_semantic": semantic},
        "evaluations": [{}, {"subject": {"type": "data_subject", "id": "C-nobody"}}, {}],
    }
    answered = api.post(EVALUATIONS, batch).json()["evaluations"]
    assert [item["decision"] for item in answered] == decisions


def test_a_batch_takes_a_thousand_items_and_no_more(api: Api, person: str) -> None:
    whole = an_offer(person)
    answered = api.post(EVALUATIONS, whole | {"evaluations": [{}] * 1000})
    assert len(answered.json()["evaluations"]) == 1000
    assert api.post(EVALUATIONS, whole | {"evaluations": [{}] * 1001}).status_code == 400
    unknown = whole | {"evaluations": [{}], "options": {"evaluations_semantic": "coin_toss"}}
    assert api.post(EVALUATIONS, unknown).status_code == 400


def test_a_batch_without_items_is_one_evaluation(api: Api, person: str) -> None:
    assert api.post(EVALUATIONS, an_offer(person)).json()["decision"] is True
    empty = an_offer(person) | {"evaluations": []}
    assert api.post(EVALUATIONS, empty).json()["decision"] is True
