"""Two people, a reason, an expiry; and every use leaves a trace."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from audit import queries as audit
from audit.keys import ServiceKey
from audit.operations import issue_key
from pseudonymize import operations
from pseudonymize.models import ReidentificationUse
from pseudonymize.registration import Registration
from pseudonymize.release import profiles, pseudonyms, reidentification
from pseudonymize.release.reidentification import ReidentificationRefused, SealedValue, Wish

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SCOPE = "recommender/personalisation.recommendations"
WHY = "Order 4711 was delivered to the wrong person"
ANA, BEA = "key:ana", "key:bea"


def people(count: int) -> list[operations.Registered]:
    found = (Registration((("external_id", f"C-{n}"),), "ES") for n in range(count))
    return [operations.register(one, at=AT) for one in found]


def made(ids: list[str], scope: str = SCOPE) -> pseudonyms.Pseudonyms:
    return pseudonyms.make(ids, scope=scope, at=AT, actor="key:test")


def a_leave(epoch: str, *, approved: bool = True) -> str:
    lasts = timedelta(hours=1)
    leave = reidentification.request(Wish(SCOPE, epoch, WHY, lasts), actor=ANA, at=AT)
    if approved:
        reidentification.approve(leave.public_id, actor=BEA, at=AT)
    return leave.public_id


def opened(leave: str, asked: list[str], **more: Any) -> reidentification.Opened:
    usual: dict[str, Any] = {"actor": ANA, "at": AT}
    return reidentification.use(leave, pseudonyms=asked, **usual | more)


@pytest.mark.django_db
def test_a_pseudonym_leads_back_with_two_people_and_the_trail_shows_it() -> None:
    one, other = people(2)
    there = made([one.id, other.id])
    leave = a_leave(there.epoch)
    assert opened(leave, there.made).people == dict(
        zip(there.made, [one.id, other.id], strict=True)
    )
    actions = [entry.action for entry in audit.entries_about(one.subject_key)]
    assert actions == ["subject.registered", "subject.reidentified"]
    (use,) = reidentification.uses_in(date(2026, 11, 1))
    assert (use.reidentification.reason, use.asked, use.found) == (WHY, 2, 2)
    assert not list(reidentification.uses_in(date(2026, 10, 1)))


@pytest.mark.django_db
def test_a_released_profile_makes_the_whole_way_there_and_back() -> None:
    (one,) = people(1)
    profile = {"customer_id": "C-0", "order_reference": "O-99"}
    released = profiles.release_profile("recommender", profile, subject_key=one.subject_key, at=AT)
    leave = a_leave(made([one.id]).epoch)
    sealed = SealedValue(released["person"], "order_reference", released["order_reference"])
    back = opened(leave, [], sealed=[sealed])
    assert back.people == {released["person"]: one.id}
    assert back.values == {released["order_reference"]: "O-99"}
    wrong = SealedValue(released["person"], "email", released["order_reference"])
    assert opened(leave, [], sealed=[wrong]).values == {}


@pytest.mark.django_db
def test_after_erasure_nothing_leads_back() -> None:
    erased, blocked = people(2)
    profile = {"order_reference": "O-99"}
    key = erased.subject_key
    released = profiles.release_profile("recommender", profile, subject_key=key, at=AT)
    there = made([erased.id, blocked.id])
    operations.shred(key, AT)
    operations.block(blocked.subject_key, None, AT)
    sealed = SealedValue(released["person"], "order_reference", released["order_reference"])
    back = opened(a_leave(there.epoch), there.made, sealed=[sealed])
    assert (back.people, back.values) == ({}, {})


@pytest.mark.django_db
def test_a_leave_covers_its_scope_and_epoch_only() -> None:
    (one,) = people(1)
    elsewhere = made([one.id], "insurer/marketing.offers").made
    assert opened(a_leave(made([one.id]).epoch), elsewhere).people == {}
    assert opened(a_leave("2025-01+12"), made([one.id]).made).people == {}


@pytest.mark.django_db
def test_one_person_alone_gets_nowhere() -> None:
    leave = a_leave("2026-01+12", approved=False)
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: opened(leave, []), "second_person_needed"),
        (lambda: reidentification.approve(leave, actor=ANA, at=AT), "second_person_needed"),
        (lambda: opened(leave, [], actor=BEA), "not_the_requester"),
    ]
    for attempt, code in attempts:
        with pytest.raises(ReidentificationRefused) as refused:
            attempt()
        assert refused.value.code == code
    reidentification.approve(leave, actor=BEA, at=AT)
    with pytest.raises(ReidentificationRefused, match="approved already"):
        reidentification.approve(leave, actor="key:carla", at=AT)
    assert not ReidentificationUse.objects.exists()


@pytest.mark.django_db
def test_a_leave_ends_at_its_expiry() -> None:
    leave = a_leave("2026-01+12")
    opened(leave, [], at=AT + timedelta(minutes=59))
    with pytest.raises(ReidentificationRefused, match="expired"):
        opened(leave, [], at=AT + timedelta(hours=1))
    late = a_leave("2026-01+12", approved=False)
    with pytest.raises(ReidentificationRefused, match="expired"):
        reidentification.approve(late, actor=BEA, at=AT + timedelta(hours=1))


@pytest.mark.django_db
def test_a_leave_needs_a_reason_and_lasts_a_day_at_most() -> None:
    short = timedelta(hours=1)
    with pytest.raises(reidentification.ReasonMissing):
        reidentification.request(Wish(SCOPE, "e", " because ", short), actor=ANA, at=AT)
    long = timedelta(hours=25)
    with pytest.raises(ReidentificationRefused):
        reidentification.request(Wish(SCOPE, "e", WHY, long), actor=ANA, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"found": 0}, None])
def test_a_use_cannot_be_changed_or_removed(change: dict[str, int] | None) -> None:
    opened(a_leave("2026-01+12"), [])
    uses = ReidentificationUse.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        uses.update(**change) if change else uses.delete()


def call(key: ServiceKey, path: str, body: Any = None) -> Any:
    return Client().post(
        f"/api/v1/reidentifications{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.text}"},
    )


@pytest.mark.django_db
def test_over_http_one_key_asks_another_approves_and_the_first_opens() -> None:
    ana, bea = (issue_key(n, scopes=["reidentify"], actor="system", at=AT) for n in ("ana", "bea"))
    (one,) = people(1)
    there = pseudonyms.make([one.id], scope=SCOPE, at=datetime.now(UTC), actor="key:test")
    asked = call(ana, "", {"scope": SCOPE, "epoch": there.epoch, "reason": WHY})
    assert (asked.status_code, asked.json()["status"]) == (201, "awaiting_second_person")
    leave = asked.json()["id"]
    early = call(ana, f"/{leave}:open", {"pseudonyms": there.made})
    assert (early.status_code, early.json()["code"]) == (409, "second_person_needed")
    assert call(ana, f"/{leave}:approve").status_code == 409
    assert call(bea, f"/{leave}:approve").json()["status"] == "approved"
    answer = call(ana, f"/{leave}:open", {"pseudonyms": there.made})
    assert answer.json() == {"people": {there.made[0]: one.id}, "values": {}}
    headers = {"Authorization": f"Bearer {bea.text}"}
    (listed,) = Client().get("/api/v1/reidentifications", headers=headers).json()
    assert (listed["reason"], listed["found"]) == (WHY, 1)
    assert Client().get("/api/v1/reidentifications?month=x", headers=headers).status_code == 422


@pytest.mark.django_db
def test_over_http_wrong_calls_are_refused() -> None:
    key = issue_key("x", scopes=["reidentify"], actor="system", at=AT)
    assert call(key, "", {"scope": SCOPE, "epoch": "e", "reason": "no"}).status_code == 422
    assert call(key, "", {"scope": "x", "epoch": "e", "reason": WHY}).status_code == 422
    assert call(key, "/rei_unknown:approve").status_code == 404
    other = issue_key("y", scopes=["pseudonyms:write"], actor="system", at=AT)
    assert call(other, "", {}).status_code == 403
