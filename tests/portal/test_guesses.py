"""What was worked out about a person is shown, removed for good, and allowed again by an act."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consent import queries
from consent.act import Kind
from policies import asking, operations
from pseudonymize.queries import public_id
from tests.builders import Api, a_grant, a_subject
from tests.portal.people import inside, version

pytestmark = pytest.mark.django_db
BEHAVIOUR = "prediction.behaviour"
WHY = "/preferences/why/"


def asked(subject_key: int, predicts: str = "churn", **context: Any) -> dict[str, Any]:
    """Return the answer to a prediction about the person."""
    now = timezone.now()
    body = {
        "subject": {"type": "data_subject", "id": public_id(subject_key)},
        "action": {"name": "predict", "properties": {"predicts": predicts}},
        "resource": {"type": "purpose", "id": context.pop("purpose", BEHAVIOUR)},
        "context": context,
    }
    return dict(operations.decide([asking.named(body, at=now)], caller="t", at=now)[0])


def page(client: Client) -> str:
    return client.get(WHY).content.decode()


def press(client: Client, word: str, **more: str) -> Any:
    told = {"guess": word, "seen": version(page(client)), **more}
    return client.post("/preferences/why/guess", told, follow=True)


def a_person_with_a_guess(word: str = "churn") -> tuple[int, Client]:
    key = a_subject().subject_key
    a_grant(key, BEHAVIOUR)
    asked(key, word)
    return key, inside(key)


def test_a_removed_guess_is_no_longer_held_and_its_receipt_is_in_the_history() -> None:
    key, client = a_person_with_a_guess()
    assert "Whether you may leave us" in page(client)
    told = press(client, "churn").content.decode()
    assert "Guess removed" in told
    assert "What has been guessed about you" not in told
    assert "What we no longer guess" in told
    history = client.get("/preferences/history/").content.decode()
    receipt = history.partition('href="/preferences/receipts/')[2].partition('"')[0]
    kept = client.get(f"/preferences/receipts/{receipt}")
    assert b'"guess":"churn"' in b"".join(kept.streaming_content)  # type: ignore[attr-defined]
    assert queries.history(key).last().kind == Kind.GUESS_REMOVED  # type: ignore[union-attr]


def test_the_very_next_check_refuses_to_guess_it_again() -> None:
    key, client = a_person_with_a_guess()
    press(client, "churn")
    answer = asked(key)
    assert not answer["decision"]
    first = answer["context"]["reasons"][0]
    assert (first["code"], first["detail"]) == ("objected", {"guess": "churn"})
    assert asked(key, "propensity")["decision"]


def test_data_that_carry_a_removed_guess_are_withheld() -> None:
    key, client = a_person_with_a_guess("segment:early_birds")
    press(client, "segment:early_birds")
    birds = {"category": "user.behavior.purchase_history", "origin": "derived"}
    plain = {"category": "user.behavior.search_history", "origin": "observed"}
    answer = asked(key, "propensity", data=[birds | {"detail": "Early_Birds"}, plain])
    withheld = [{"category": birds["category"], "code": "data_not_covered"}]
    assert answer["context"]["data"]["withheld"] == withheld
    assert answer["decision"]


def test_what_the_contract_needs_is_shown_and_cannot_be_removed() -> None:
    key = a_subject().subject_key
    asked(key, "non_payment", purpose="service.collections")
    client = inside(key)
    assert "Your contract needs this" in page(client)
    assert press(client, "non_payment").status_code == 404
    assert asked(key, "non_payment", purpose="service.collections")["decision"]


def test_calling_systems_learn_what_was_removed() -> None:
    key, client = a_person_with_a_guess()
    press(client, "churn")
    state = Api("consents:read").get(f"/api/v1/subjects/{public_id(key)}/consents").json()
    assert state["removed_guesses"] == ["churn"]


def test_only_a_new_act_lets_it_be_guessed_again() -> None:
    key, client = a_person_with_a_guess()
    press(client, "churn")
    told = press(client, "churn", again="1").content.decode()
    assert "Guess allowed again" in told
    assert "What has been guessed about you" not in told  # the old one stays removed
    assert asked(key)["decision"]
    assert "What has been guessed about you" in page(client)


def test_nobody_removes_what_is_not_guessed_about_them() -> None:
    _, client = a_person_with_a_guess()
    assert press(client, "fraud").status_code == 404
    assert press(client, "churn", again="1").status_code == 404


def test_another_tab_is_not_overwritten() -> None:
    key, client = a_person_with_a_guess()
    reply = client.post("/preferences/why/guess", {"guess": "churn", "seen": "0"})
    assert reply.status_code == 409
    assert not queries.permission(key).person.removed_guesses
