"""Erasures on the pages: the desk previews, holds and approves; the person sees and stops."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit import queries as trail
from portal.desk.accounts import Role, appoint_legal
from pseudonymize import holds, legal
from pseudonymize import queries as subjects
from rights.casework.sealed import Typed
from rights.contact import doors
from rights.erasure import operations as erasures
from rights.erasure import retention
from rights.models import Erasure, RetentionProposal, RightsRequest
from rights.operations import Acting, NewRequest, answer, execute, open_request
from tests.builders import a_subject
from tests.portal.officers import at_desk
from tests.rights.requests import the

pytestmark = pytest.mark.django_db


def a_case(country: str = "ES") -> RightsRequest:
    """Open a request for erasure of a known person, received now."""
    new = NewRequest(
        rights=["erasure"],
        country=country,
        identity="system",
        subject_key=a_subject(country).subject_key,
        channel="api",
        locale="es",
    )
    return open_request(new, Acting("key:test", timezone.now()))


def under_way(request: RightsRequest) -> Erasure:
    by = Acting("user:dpo", timezone.now(), "Concedido.")
    answer(the(request, "erasure").pk, "granted", by)
    execute(the(request, "erasure").pk, by)
    return Erasure.objects.get(asked__right__request=request)


def inside(request: RightsRequest) -> Client:
    client = Client()
    client.get(f"/rights/in/{doors.link(request, at=timezone.now())}")
    return client


def test_the_desk_shows_what_would_go_and_stay_before_anybody_answers() -> None:
    request = a_case()
    page = at_desk().get(f"/desk/requests/{request.pk}").content.decode()
    assert "What goes and what stays" in page
    assert "Our privacy record" in page
    assert "ES-LOPDGDD art. 32" in page


def test_an_officer_grants_executes_and_sees_the_cooling_off() -> None:
    request, desk = a_case(), at_desk()
    act = {"right": "erasure", "act": "answer", "outcome": "granted", "words": "Sí."}
    desk.post(f"/desk/requests/{request.pk}/act", act)
    desk.post(f"/desk/requests/{request.pk}/act", {"right": "erasure", "act": "execute"})
    page = desk.get(f"/desk/requests/{request.pk}").content.decode()
    assert "May still be stopped" in page
    assert "May still be stopped" in desk.get("/desk/erasures/").content.decode()


def test_an_officer_stops_it_with_a_ground_and_an_auditor_cannot() -> None:
    request = a_case()
    under_way(request)
    path = f"/desk/requests/{request.pk}/erasure"
    told = {"act": "decline", "ground": "legal_claims", "words": "Hay un juicio."}
    assert at_desk(Role.AUDITOR, name="look").post(path, told).status_code == 403
    assert at_desk(Role.AGENT, name="agent").post(path, told).status_code == 403
    assert at_desk().post(path, told).status_code == 302
    assert the(request, "erasure").state == "refused"


def test_completing_by_hand_before_it_is_done_is_told_in_words() -> None:
    request = a_case()
    under_way(request)
    told = {"right": "erasure", "act": "complete"}
    page = at_desk().post(f"/desk/requests/{request.pk}/act", told)
    assert page.status_code == 422
    assert "Not every system has answered" in page.content.decode()


def test_a_hold_is_placed_by_identifier_and_stops_the_granting() -> None:
    request, desk = a_case(), at_desk()
    number = dict(subjects.every_identifier(request.subject_key or 0))["external_id"]
    day = (timezone.now() + timedelta(days=200)).date().isoformat()
    told = {"identifier": number, "owner": "dpo", "ends_on": day, "words": "Juicio 12/2026"}
    assert desk.post("/desk/holds/", told).status_code == 302
    page = desk.get("/desk/holds/").content.decode()
    assert "Juicio 12/2026" in page
    assert number not in page
    act = {"right": "erasure", "act": "answer", "outcome": "granted", "words": "Sí."}
    refused = desk.post(f"/desk/requests/{request.pk}/act", act)
    assert refused.status_code == 422
    assert "A legal hold protects this person" in refused.content.decode()
    hold = holds.listed()[0]
    desk.post("/desk/holds/", {"hold": hold.pk})
    assert holds.standing(request.subject_key or 0, on=timezone.now().date()) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"identifier": "nobody-here"}, "not exactly one person"),
        ({"words": " "}, "Write the reasons"),
        ({"owner": "stranger"}, "Name who answers"),
        ({"ends_on": "2020-01-01"}, "has to lie ahead"),
    ],
)
def test_a_hold_that_cannot_be_is_told_in_words(change: dict[str, str], said: str) -> None:
    request = a_case()
    number = dict(subjects.every_identifier(request.subject_key or 0))["external_id"]
    told = {"identifier": number, "owner": "dpo", "ends_on": "2099-01-01", "words": "Juicio"}
    page = at_desk().post("/desk/holds/", told | change)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_an_officer_lets_a_held_erasure_go_on_after_the_hold() -> None:
    request = a_case("BR")
    erasure = under_way(request)
    now = timezone.now()
    hold = holds.place(
        request.subject_key or 0,
        reason="Juicio",
        owner="user:dpo",
        ends_on=now.date(),
        actor="user:dpo",
        at=now,
    )
    erasures.hurry(erasure.pk, Acting("person", now))
    desk = at_desk()
    page = desk.get("/desk/erasures/").content.decode()
    assert f"Legal hold no. {hold.pk}" in page
    assert desk.post("/desk/erasures/", {"erasure": erasure.pk}).status_code == 422
    holds.end(hold.pk, actor="user:dpo", at=now)
    assert desk.post("/desk/erasures/", {"erasure": erasure.pk}).status_code == 302
    erasure.refresh_from_db()
    assert (erasure.held_at, erasure.step) == (None, "telling")


def test_blocked_identifiers_are_for_the_legal_role_alone_and_every_look_is_logged() -> None:
    request = a_case()
    erasure = under_way(request)
    erasures.hurry(erasure.pk, Acting("person", timezone.now()))
    number = dict(subjects_known(request))["external_id"]
    path, told = f"/desk/erasures/{erasure.pk}/identifiers", {"reason": "court"}
    assert at_desk().post(path, told).status_code == 403
    desk = at_desk(name="legal")
    appoint_legal(desk_user("legal"))
    assert desk.post(path, {"reason": "curiosity"}).status_code == 422
    assert number in desk.post(path, told).content.decode()
    seen = trail.entries_about(request.subject_key or 0).filter(actor="user:legal")
    assert seen.get().details["reason"] == "court"


def test_of_a_blocked_person_the_desk_shows_no_word_and_no_decision() -> None:
    new = NewRequest(
        rights=["erasure"],
        country="ES",
        identity="system",
        subject_key=a_subject().subject_key,
        typed=Typed(name="Inés Prueba", words="Por favor"),
    )
    request = open_request(new, Acting("key:test", timezone.now()))
    desk, path = at_desk(), f"/desk/requests/{request.pk}"
    assert "Inés Prueba" in desk.get(path).content.decode()
    erasures.hurry(under_way(request).pk, Acting("person", timezone.now()))
    page = desk.get(path).content.decode()
    assert "Inés Prueba" not in page
    assert "data are blocked" in page.replace("&#x27;", "'")


def subjects_known(request: RightsRequest) -> list[tuple[str, str]]:
    return legal.every_identifier(
        request.subject_key or 0, reason="claims", actor="system", at=timezone.now()
    )


def desk_user(name: str) -> User:
    return User.objects.get(username=name)


def test_an_officer_approves_what_retention_proposes() -> None:
    now = timezone.now()
    a_subject("BR", at=now.replace(year=now.year - 12, day=1))
    retention.propose(at=now)
    proposal = RetentionProposal.objects.get(kind="person")
    desk = at_desk()
    assert "waits for approval" in desk.get("/desk/retention/").content.decode()
    desk.post("/desk/retention/", {"proposal": proposal.pk, "approve": "1"})
    proposal.refresh_from_db()
    assert proposal.approved_by == "user:dpo"
    again = desk.post("/desk/retention/", {"proposal": proposal.pk})
    assert again.status_code == 422
    assert "decided already" in again.content.decode()


def test_the_person_sees_what_goes_chooses_and_stops_it() -> None:
    request = a_case()
    erasure = under_way(request)
    client = inside(request)
    page = client.get("/rights/mine").content.decode()
    assert "Detener el borrado" in page
    assert "LOPDGDD" in page
    client.post("/rights/mine/erasure", {"act": "choose"})
    erasure.refresh_from_db()
    assert erasure.suppress is False
    client.post("/rights/mine/erasure", {"act": "stop"})
    assert the(request, "erasure").state == "withdrawn"


def test_the_person_need_not_wait_and_sees_until_when_it_is_blocked() -> None:
    request = a_case()
    under_way(request)
    client = inside(request)
    client.post("/rights/mine/erasure", {"act": "hurry"})
    page = client.get("/rights/mine").content.decode()
    assert "Tus datos están bloqueados hasta el" in page
    client.post("/rights/mine/erasure", {"act": "stop"})  # too late, and harmless
    assert the(request, "erasure").state == "completed"


def test_a_page_that_is_not_proved_shows_nothing_of_an_erasure() -> None:
    new = NewRequest(rights=["erasure"], country="ES", channel="form", locale="es")
    request = open_request(new, Acting("person", timezone.now()))
    assert "Qué se borra" not in inside(request).get("/rights/mine").content.decode()
