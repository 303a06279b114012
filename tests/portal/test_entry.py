"""The way in: links that open once, codes that say nothing about who is known."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import codes, links, visits
from portal.models import EntryCode, Link, Visit
from pseudonymize import operations, queries
from pseudonymize.registration import Registration
from tests.builders import AT, Api, a_subject
from tests.portal.people import BROWSER, inside

CHOICES = "/preferences/choices/"


def address_of(subject_key: int) -> str:
    return queries.contact(subject_key, "email") or ""


def asked(address: str) -> Client:
    """Return a browser that asked for a code, which was then sent if it is to be sent."""
    client = Client(headers={"User-Agent": BROWSER})
    client.post("/preferences/ask", {"email": address})
    codes.send_due(at=timezone.now())
    return client


def code_in_mail() -> str:
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    return found[0]


@pytest.mark.django_db
def test_a_link_is_exchanged_for_a_cookie_and_leaves_the_address() -> None:
    link = links.issue(a_subject().subject_key, actor="system", at=timezone.now())
    client = Client(headers={"User-Agent": BROWSER})
    reply = client.get(link.path)
    assert (reply.status_code, reply["Location"]) == (302, CHOICES)
    assert client.cookies["venia_visit"]["httponly"]
    assert client.get(CHOICES).status_code == 200


@pytest.mark.django_db
def test_a_link_opens_for_one_browser_only() -> None:
    link = links.issue(a_subject().subject_key, actor="system", at=timezone.now())
    first, second = Client(headers={"User-Agent": BROWSER}), Client()
    first.get(link.path)
    assert second.get(link.path).status_code == 410
    assert first.get(link.path)["Location"] == CHOICES  # going back is no dead end


@pytest.mark.django_db
def test_looking_at_a_link_without_opening_it_does_not_use_it_up() -> None:
    link = links.issue(a_subject().subject_key, actor="system", at=timezone.now())
    assert Client().head(link.path).status_code == 200
    assert Client().get(link.path).status_code == 302


@pytest.mark.django_db
def test_a_link_is_over_after_its_time() -> None:
    link = links.issue(a_subject().subject_key, actor="system", at=AT)
    with pytest.raises(links.LinkNotValid):
        links.spend(link.token, at=AT + links.LIVES)
    assert links.spend(link.token, at=AT + links.LIVES - timedelta(seconds=1))


@pytest.mark.django_db
def test_only_digests_of_tokens_are_kept() -> None:
    subject = a_subject()
    link = links.issue(subject.subject_key, actor="system", at=AT)
    row = Link.objects.get()
    assert link.token.encode() not in bytes(row.digest)
    assert subject.id not in link.path


@pytest.mark.django_db
def test_a_service_gets_two_links_without_an_identifier_in_them() -> None:
    subject = a_subject()
    reply = Api("consents:write").post(f"/api/v1/subjects/{subject.id}/preference-link", None)
    body = reply.json()
    assert reply.status_code == 201
    assert set(body) == {"url", "expires_at", "stop_url"}
    assert subject.id not in body["url"] + body["stop_url"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "actor", "status"),
    [("consents:read", "subject", 403), ("consents:write", "guardian", 422)],
)
def test_a_link_is_refused_without_the_scope_or_the_guardian(
    scope: str, actor: str, status: int
) -> None:
    path = f"/api/v1/subjects/{a_subject().id}/preference-link"
    assert Api(scope).post(path, {"actor": actor}).status_code == status


@pytest.mark.django_db
def test_nobody_unknown_gets_a_link() -> None:
    path = "/api/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/preference-link"
    assert Api("consents:write").post(path, {}).status_code == 404


@pytest.mark.django_db
def test_the_answer_is_the_same_whether_or_not_the_address_is_known() -> None:
    known, unknown = address_of(a_subject().subject_key), "nadie@prueba.example"
    replies = [Client().post("/preferences/ask", {"email": text}) for text in (known, unknown)]
    assert len({(reply.status_code, reply["Location"]) for reply in replies}) == 1
    assert len({tuple(reply.cookies) for reply in replies}) == 1
    assert EntryCode.objects.count() == 2
    assert codes.send_due(at=timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[known]]


@pytest.mark.django_db
def test_the_same_work_is_done_whether_or_not_the_address_is_known(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    known = address_of(a_subject().subject_key)
    for address in (known, "nadie@prueba.example"):
        with django_assert_num_queries(3):  # type: ignore[operator]
            codes.ask(address, locale="es", at=timezone.now())


@pytest.mark.django_db
def test_a_code_lets_in_the_browser_that_asked_and_works_once() -> None:
    client = asked(address_of(a_subject().subject_key))
    code = code_in_mail()
    assert Client().post("/preferences/code", {"code": code}).status_code == 200
    assert client.post("/preferences/code", {"code": code})["Location"] == CHOICES
    client.cookies.pop("venia_visit")
    assert client.post("/preferences/code", {"code": code}).status_code == 200


@pytest.mark.django_db
def test_a_code_is_worth_nothing_after_five_wrong_tries() -> None:
    client = asked(address_of(a_subject().subject_key))
    code = code_in_mail()
    for _ in range(codes.MOST_TRIES):
        client.post("/preferences/code", {"code": "000000" if code != "000000" else "1"})
    assert client.post("/preferences/code", {"code": code}).status_code == 200


@pytest.mark.django_db
def test_a_code_is_worth_nothing_after_its_time() -> None:
    key = a_subject().subject_key
    browser = codes.ask(address_of(key), locale="es", at=AT)
    codes.send_due(at=AT)
    late, code = AT + codes.LIVES, code_in_mail()
    assert codes.redeem(browser, code, at=late) == []
    assert codes.redeem(browser, code, at=late - timedelta(seconds=1)) == [key]


@pytest.mark.django_db
def test_nobodys_mailbox_is_flooded() -> None:
    address = address_of(a_subject().subject_key)
    for _ in range(codes.MOST_ASKED + 3):
        codes.ask(address, locale="es", at=timezone.now())
    assert codes.send_due(at=timezone.now()) == codes.MOST_ASKED


@pytest.mark.django_db
def test_people_who_share_an_address_choose_whose_pages_they_open() -> None:
    keys = [
        operations.register(
            Registration((("external_id", number), ("email", "casa@prueba.example")), "ES"), at=AT
        ).subject_key
        for number in ("F-1", "F-2")
    ]
    client = asked("casa@prueba.example")
    assert client.post("/preferences/code", {"code": code_in_mail()})["Location"].endswith("/who")
    assert "2" in client.get("/preferences/who").content.decode()
    client.post("/preferences/who", {"profile": "2"})
    assert Visit.objects.get().subject_id == keys[1]


@pytest.mark.django_db
def test_no_profile_opens_without_a_code() -> None:
    client = asked(address_of(a_subject().subject_key))
    assert client.post("/preferences/who", {"profile": "1"})["Location"] == "/preferences/"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/desk/"])
def test_the_way_in_never_leads_elsewhere(wanted: str) -> None:
    client = inside(a_subject().subject_key)
    assert client.get("/preferences/", {"next": wanted})["Location"] == CHOICES


@pytest.mark.django_db
def test_a_visit_is_worth_nothing_in_another_browser() -> None:
    client = inside(a_subject().subject_key)
    thief = Client(headers={"User-Agent": "Another browser"})
    thief.cookies["venia_visit"] = client.cookies["venia_visit"].value
    assert thief.get(CHOICES).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "alive"),
    [
        pytest.param(visits.IDLE, True, id="just not idle"),
        pytest.param(visits.IDLE + timedelta(seconds=1), False, id="idle"),
    ],
)
def test_a_visit_ends_by_itself(after: timedelta, alive: bool) -> None:
    token = visits.begin(a_subject().subject_key, kind="full", browser=BROWSER, at=AT)
    assert bool(visits.current(token, browser=BROWSER, at=AT + after)) is alive


@pytest.mark.django_db
def test_leaving_everywhere_ends_every_visit() -> None:
    key = a_subject().subject_key
    here, there = inside(key), inside(key)
    here.post("/preferences/leave", {"everywhere": "1"})
    assert there.get(CHOICES).status_code == 302


@pytest.mark.django_db
def test_erasure_ends_visits_and_links() -> None:
    key = a_subject().subject_key
    client, link = inside(key), links.issue(key, actor="system", at=timezone.now())
    operations.shred(key, timezone.now())
    assert client.get(CHOICES).status_code == 302
    assert Client().get(link.path)["Location"] == CHOICES
    assert Client().get(CHOICES).status_code == 302


@pytest.mark.django_db
def test_what_is_over_is_dropped() -> None:
    key = a_subject().subject_key
    links.issue(key, actor="system", at=AT)
    visits.begin(key, kind="full", browser=BROWSER, at=AT)
    codes.ask("nadie@prueba.example", locale="es", at=AT)
    later = AT + timedelta(days=1)
    assert [door.drop_old(at=later) for door in (links, visits, codes)] == [1, 1, 1]


@pytest.mark.django_db
def test_no_address_and_no_token_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    key = a_subject().subject_key
    client, link = asked(address_of(key)), links.issue(key, actor="system", at=timezone.now())
    client.post("/preferences/code", {"code": code_in_mail()})
    stop = links.stop_path(key, at=timezone.now())
    for path in (link.path, link.path, f"{link.path}x", stop, f"{stop}x"):
        Client().get(path)
    for secret in (address_of(key), link.token, stop.removeprefix("/s/"), "sub_"):
        assert secret not in caplog.text
