"""Requests over HTTP, and what they change at the check at once."""

from typing import Any

import pytest

from consent.act import Kind
from tests.builders import Api, a_grant, a_subject, an_event

pytestmark = pytest.mark.django_db
PATH = "/api/v1/rights-requests"


@pytest.fixture
def api() -> Api:
    return Api("rights:write", "rights:read", "policies:check")


def allowed(
    api: Api, id: str, purpose: str = "marketing.offers", action: str = "show_offer"
) -> Any:
    question = {
        "subject": {"type": "data_subject", "id": id},
        "action": {"name": action},
        "resource": {"type": "purpose", "id": purpose},
        "context": {"channel": "web"},
    }
    answer = api.post("/access/v1/evaluation", question).json()
    return answer["decision"], [reason["code"] for reason in answer["context"]["reasons"]]


def test_a_request_of_three_rights_answers_with_three_clocks(api: Api) -> None:
    person = a_subject()
    body = {"subject": person.id, "rights": ["access", "erasure", "objection"], "region": "ES-AN"}
    answer = api.post(PATH, body)
    assert answer.status_code == 201
    told = answer.json()
    assert [right["right"] for right in told["rights"]] == body["rights"]
    assert all(len(right["clocks"]) == 1 for right in told["rights"])
    assert all(right["clocks"][0]["steps"] for right in told["rights"])
    assert api.get(f"{PATH}/{told['id']}").json() == told


def test_an_objection_denies_at_the_very_next_check(api: Api) -> None:
    person = a_subject()
    a_grant(person.subject_key)
    assert allowed(api, person.id)[0] is True
    api.post(PATH, {"subject": {"id": person.id}, "rights": ["objection"]})
    assert allowed(api, person.id) == (False, ["objected"])


def test_an_objection_leaves_alone_what_a_contract_needs(api: Api) -> None:
    person = a_subject()
    api.post(PATH, {"subject": person.id, "rights": ["objection"]})
    assert allowed(api, person.id, "service.delivery", "send_message")[0] is True


def test_an_objection_to_one_purpose_leaves_the_others(api: Api) -> None:
    person = a_subject()
    a_grant(person.subject_key)
    named = {"purposes": ["analytics.attribution"]}
    api.post(PATH, {"subject": person.id, "rights": ["objection"]} | named)
    assert allowed(api, person.id)[0] is True


def test_a_restriction_denies_everything_at_once(api: Api) -> None:
    person = a_subject()
    api.post(PATH, {"subject": person.id, "rights": ["restriction"]})
    assert "processing_restricted" in allowed(api, person.id, "service.delivery", "send_message")[1]


def test_a_withdrawal_of_consent_ends_what_was_granted(api: Api) -> None:
    person = a_subject()
    a_grant(person.subject_key)
    api.post(PATH, {"subject": person.id, "rights": ["consent_withdrawal"]})
    assert allowed(api, person.id) == (False, ["consent_withdrawn"])


def test_nothing_takes_effect_for_a_stranger(api: Api) -> None:
    person = a_subject()
    a_grant(person.subject_key)
    contact = {"email": "persona1@prueba.example"}
    body = {"rights": ["objection"], "country": "ES", "contact": contact}
    answer = api.post(PATH, body).json()
    assert (answer["state"], answer["identity_proved"]) == ("awaiting_identity", False)
    assert "prueba.example" not in str(answer)
    assert allowed(api, person.id)[0] is True


def test_a_request_for_blocked_data_is_recorded_and_changes_nothing(api: Api) -> None:
    person = a_subject()
    an_event(person.subject_key, Kind.BLOCKED)
    answer = api.post(PATH, {"subject": person.id, "rights": ["objection"]})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"rights": ["freedom"]}, "invalid", "rights.0"),
        ({"rights": []}, "invalid", "rights"),
        ({"country": "JP"}, "law_unknown", "country"),
        ({"country": ""}, "country_missing", "country"),
        ({"contact": {}}, "contact_missing", "contact"),
        ({"contact": {"email": "x"}}, "email_malformed", "email"),
        ({"received_on": "2999-01-01"}, "received_in_the_future", "received_on"),
        ({"purposes": ["no.such"]}, "purpose_unknown", "purposes"),
        ({"rights": ["use_limitation"]}, "right_not_in_law", "rights"),
        ({"subject": 7}, "invalid", "subject"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    api: Api, change: dict[str, Any], code: str, field: str
) -> None:
    body = {"rights": ["access"], "country": "ES", "contact": {"name": "Inés"}} | change
    answer = api.post(PATH, body)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


def test_scopes_are_needed_and_unknown_things_are_404(api: Api) -> None:
    assert Api("rights:read").post(PATH, {}).status_code == 403
    assert Api("rights:write").get(f"{PATH}/req_x").status_code == 403
    assert api.get(f"{PATH}/req_x").json()["code"] == "request_unknown"
    nobody = {"subject": "sub_aaaaaaaaaaaaaaaaaaaaaaaaaa", "rights": ["access"]}
    assert api.post(PATH, nobody).status_code == 404
