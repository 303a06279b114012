"""`release_profile`: exactly the permitted fields leave, transformed, and nothing of it is kept."""

from typing import Any

import pytest

from policies.models import DecisionRecord
from tests.builders import Api, a_subject

pytestmark = pytest.mark.django_db

PROFILE = {
    "customer_id": "C-1042",
    "name": "Inés Soto",
    "phone": "+34612345678",
    "street": "Calle Mayor 3",
    "order_reference": "O-99",
    "order_total": 230.5,
    "note": "Llamar a Inés Soto al 612345678 antes de subir",
    "email": "ines@correo.example",
    "shoe_size": 41,
}


def asked(subject: str, **context: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "data_subject", "id": subject},
        "action": {"name": "release_profile"},
        "resource": {"type": "purpose", "id": "service.delivery"},
        "context": {"profile": PROFILE, "field_policy": "carrier"} | context,
    }


def test_exactly_the_permitted_fields_leave_each_as_its_policy_says() -> None:
    person = a_subject("ES")
    answer = Api("policies:check").post("/access/v1/evaluation", asked(person.id)).json()
    profile = answer["context"]["profile"]
    assert answer["decision"] is True
    assert profile.pop("person").startswith("ps1.")
    assert profile.pop("order_reference").startswith("tk1.")
    note = profile.pop("note")
    assert "Inés" not in note
    assert "612345678" not in note
    assert profile == {
        "name": "Inés Soto",
        "phone": "+34612345678",
        "street": "Calle Mayor 3",
        "worth": "[200,500)",
    }


def test_data_that_the_question_names_narrow_what_leaves() -> None:
    person = a_subject("ES")
    data = [{"category": "user.name", "origin": "provided"}]
    answer = Api("policies:check").post("/access/v1/evaluation", asked(person.id, data=data)).json()
    assert set(answer["context"]["profile"]) == {"name"}


def test_nothing_leaves_without_a_permit_and_nothing_is_kept() -> None:
    api = Api("policies:check")
    refused = api.post("/access/v1/evaluation", asked("nobody")).json()
    assert "profile" not in refused["context"]
    api.post("/access/v1/evaluation", asked(a_subject("ES").id))
    kept = str(list(DecisionRecord.objects.values_list("question", "answer", "facts")))
    assert not [value for value in ("Inés", "612345678", "Calle Mayor") if value in kept]


@pytest.mark.parametrize("name", [None, "nonsense", "recommender"])
def test_a_profile_needs_a_field_policy_of_its_purpose(name: str | None) -> None:
    body = asked(a_subject("ES").id, field_policy=name)
    answer = Api("policies:check").post("/access/v1/evaluation", body)
    assert (answer.status_code, answer.json()["field"]) == (400, "context.field_policy")
    assert "carrier" in answer.json()["detail"]
