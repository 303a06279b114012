"""Human review over HTTP: who decides, and who counts as another person."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from policies import reviews
from policies.models import Review
from tests.builders import Api, a_subject

pytestmark = pytest.mark.django_db


def a_sensitive_review() -> Review:
    now = timezone.now()
    return Review.objects.create(
        public_id=f"rev_{uuid.uuid4().hex[:26]}",
        request_hash="0" * 64,
        decision=uuid.uuid4(),
        subject_key=a_subject().subject_key,
        purpose="advice.health",
        action="recommend",
        task={},
        sensitive=True,
        opened_at=now,
        expires_at=now + timedelta(hours=4),
    )


def decided(api: Api, review: Review, person: str, *, approve: bool = True) -> Any:
    body = {"approve": approve, "reason": "a fair offer", "person": person}
    return api.post(f"/api/v1/reviews/{review.public_id}/decision", body)


def test_sensitive_data_need_the_approval_of_two_people() -> None:
    api, review = Api("admin"), a_sensitive_review()
    assert [decided(api, review, "staff-12").status_code for _ in range(2)] == [202, 202]
    assert decided(Api("admin"), review, "staff-13").json()["status"] == "approved"


def test_one_key_does_not_vouch_for_two_people() -> None:
    api, review = Api("admin"), a_sensitive_review()
    told = [decided(api, review, person) for person in ("staff-12", "staff-13")]
    assert [answer.status_code for answer in told] == [202, 202]
    assert "a key of their own" in told[1].json()["detail"]


def test_who_signed_at_the_desk_does_not_sign_again_by_a_key() -> None:
    review, now = a_sensitive_review(), timezone.now()
    with pytest.raises(reviews.SecondPersonNeeded):
        decide_at_desk(review, "user:ana", now)
    assert decided(Api("admin"), review, " Ana ").status_code == 202
    assert decide_at_desk(review, "user:bea", now).status == "approved"


def decide_at_desk(review: Review, person: str, now: datetime) -> Review:
    return reviews.decide_review(
        review.public_id, approve=True, reason="fair", person=person, at=now, hours=4
    )


def test_one_person_with_two_keys_is_one_person() -> None:
    review = a_sensitive_review()
    assert [decided(Api("admin"), review, "staff-12").status_code for _ in range(2)] == [202, 202]
    review.refresh_from_db()
    assert review.status == "open"


def test_one_person_alone_can_reject() -> None:
    review = a_sensitive_review()
    assert decided(Api("admin"), review, "staff-12", approve=False).status_code == 200
    assert decided(Api("admin"), review, "staff-13").status_code == 409


def test_the_longest_name_fits_the_audit_trail() -> None:
    api, review = Api("admin"), a_sensitive_review()
    assert decided(api, review, "p" * 60).status_code == 422
    assert decided(api, review, "p" * 59, approve=False).status_code == 200
