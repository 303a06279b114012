"""Officers read words, not keys: purposes, actions, effects, reasons and grounds by their names."""

from typing import Any

import pytest
from django.utils import timezone

from policies import asking, operations
from policies.codes import EFFECT_OF, Effect
from policies.registers import SUSPENDABLE
from portal.phrases import phrases
from portal.words import keys
from pseudonymize.queries import public_id
from rights.operations import Acting, NewRequest, answer, open_request
from tests.builders import a_grant, a_subject
from tests.portal.officers import at_desk

pytestmark = pytest.mark.django_db
OFFERS = "marketing.offers"


def decided(subject_key: int, action: str, purpose: str, **properties: Any) -> None:
    now = timezone.now()
    asked = {
        "subject": {"type": "data_subject", "id": public_id(subject_key)},
        "action": {"name": action, "properties": properties},
        "resource": {"type": "purpose", "id": purpose},
        "context": {"channel": "push", "planned_at": "2026-11-24T12:00:00+01:00"},
    }
    operations.decide([asking.named(asked, at=now)], caller="t", at=now)


def test_every_effect_reason_and_switch_has_its_word() -> None:
    known = set(phrases("desk"))
    assert {f"reasons.{code}" for code in EFFECT_OF} <= known
    assert {f"effects.{effect.word}" for effect in Effect} <= known
    assert {f"suspendable.{kind}" for kind in SUSPENDABLE} <= known
    assert "show_offer" in keys("actions")


def test_decisions_beside_a_request_are_told_in_words() -> None:
    key = a_subject().subject_key
    decided(key, "show_offer", OFFERS)
    new = NewRequest(rights=["access"], country="ES", subject_key=key, identity="visit")
    request = open_request(new, Acting("person", timezone.now()))
    page = at_desk(language="es").get(f"/desk/requests/{request.pk}").content.decode()
    assert "Denegado" in page
    assert "Sin permiso" in page
    assert OFFERS not in page


def test_a_review_says_in_words_what_a_person_decides() -> None:
    key = a_subject().subject_key
    a_grant(key, "prediction.behaviour")
    decided(key, "retain", "prediction.behaviour", automated=True)
    page = at_desk(language="pt-br").get("/desk/reviews/").content.decode()
    assert "Uma pessoa decide" in page
    assert "human_review_required" not in page
    assert "prediction.behaviour" not in page


def test_figures_name_what_they_count() -> None:
    key = a_subject().subject_key
    a_grant(key, OFFERS)
    decided(key, "show_offer", OFFERS)
    now = timezone.now()
    new = NewRequest(rights=["access"], country="BR", identity="document")
    right = open_request(new, Acting("person", now)).rights.get()
    answer(right.pk, "refused", Acting("user:dpo", now, "Why."), ground="no_data")
    page = at_desk().get("/desk/figures/").content.decode()
    for told in ("Permitted", "Offers chosen for you", "Access to my data"):
        assert told in page
    for key_word in (OFFERS, ">no_data<", "BR-LGPD<", "needs_human"):
        assert key_word not in page
