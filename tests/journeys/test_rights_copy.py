"""A person's rights from asking to having, over HTTP alone: a copy, a correction, a second look."""

import io
import re
import zipfile
from typing import Any

import pytest
import pyzipper
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.desk.accounts import Role
from pseudonymize.queries import subject_key_of
from rights import tasks
from rights.models import Package, RequestedRight
from rights.queries import requests_of
from rights.systems import errands
from tests.builders import Api
from tests.journeys import checks
from tests.portal.officers import at_desk
from tests.portal.people import inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Api:
    scopes = ("admin", "policies:check", "consents:write", "consents:read", "rights:write")
    return Api(*scopes, "rights:read", "identifiers:read")


def asked(api: Api, person: str, *rights: str, **more: Any) -> dict[str, Any]:
    """Open a request over the API; the calling system vouches for the person."""
    body = {"subject": person, "rights": list(rights), "locale": "en"} | more
    opened = api.post("/api/v1/rights-requests", body)
    assert opened.status_code == 201, opened.content
    return dict(opened.json())


def carried_out(desk: Client, number: int, right: str) -> None:
    """Grant a right at the desk and let workers do what they do."""
    act = f"/desk/requests/{number}/act"
    answer = {"right": right, "act": "answer", "outcome": "granted", "letter": "1"}
    assert desk.post(act, answer).status_code == 302
    assert desk.post(act, {"right": right, "act": "execute"}).status_code == 302
    for _ in range(3):
        errands.drive_due(at=timezone.now())
        tasks.bulk_make_packages()


def own_page(number: int) -> Client:
    """Return a browser that followed the link in the newest letter of a request."""
    tasks.send_mails()
    link = re.search(r"/rights/in/\S+", _mails(number)[-1])
    assert link, "no letter links to the own page"
    browser = Client()
    browser.cookies["django_language"] = "en"
    assert browser.get(link[0].rstrip(".")).status_code == 302
    return browser


def _mails(number: int) -> list[str]:
    return [str(sent.body) for sent in mail.outbox if "/rights/in/" in str(sent.body)]


def code_by_mail() -> str:
    """Return the code in the newest mail that brought one."""
    tasks.send_mails()
    codes = (re.search(r"(\d{6})$", str(sent.subject)) for sent in reversed(mail.outbox))
    return next(found[1] for found in codes if found)


def downloaded(answer: Any) -> bytes:
    """Return what an answer streamed."""
    return b"".join(answer.streaming_content)


def token_of(browser: Client, package: Package) -> str:
    """Give the second proof and return the address of the download."""
    browser.post(f"/rights/mine/copy/{package.pk}/code")
    answer = browser.post(f"/rights/mine/copy/{package.pk}/prove", {"code": code_by_mail()})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.fixture
def ready(api: Api) -> tuple[Client, Package]:
    """Return a person's browser, and the package of their request for access."""
    person = checks.register(api, "C-COPY-1", region="ES-AN")
    checks.decide(api, person, "granted", "marketing.messages", channels=["push"])
    checks.ask(api, checks.a_message(person))
    number = asked(api, person, "access")["number"]
    carried_out(at_desk(Role.OFFICER), number, "access")
    return own_page(number), Package.objects.get()


def test_access_from_asking_to_the_opened_copy(ready: tuple[Client, Package]) -> None:
    browser, package = ready
    page = browser.get("/rights/mine").content.decode()
    assert "Your data are ready" in page
    where = token_of(browser, package)
    assert "one download" in browser.get(where).content.decode()
    answer = browser.post(where)
    with zipfile.ZipFile(io.BytesIO(downloaded(answer))) as archive:
        assert archive.testzip() is None
        assert "C-COPY-1" in archive.read("venia/identifiers.json").decode()
        assert archive.read("report.pdf").startswith(b"%PDF")
    assert browser.get(where).status_code == browser.post(where).status_code == 410


def test_with_the_passphrase_of_the_page_the_file_opens(ready: tuple[Client, Package]) -> None:
    browser, package = ready
    where = token_of(browser, package)
    shown = re.search(r'name="passphrase" value="([^"]+)"', browser.get(where).content.decode())
    assert shown
    answer = browser.post(where, {"locked": "1", "passphrase": shown[1]})
    outer = pyzipper.AESZipFile(io.BytesIO(downloaded(answer)))
    outer.setpassword(shown[1].encode())
    with zipfile.ZipFile(io.BytesIO(outer.read(outer.namelist()[0]))) as archive:
        assert "schema.json" in archive.namelist()


def test_a_wrong_code_and_a_strangers_browser_get_nothing(ready: tuple[Client, Package]) -> None:
    browser, package = ready
    prove = f"/rights/mine/copy/{package.pk}/prove"
    assert browser.post(prove, {"code": "000000"}).status_code == 422
    where = token_of(browser, package)
    stranger = Client()
    assert stranger.get(where).status_code == 302
    assert stranger.post(where).status_code == 302
    assert stranger.post(prove, {"code": "123456"}).status_code == 302
    assert Package.objects.get().fetched_at is None


def test_the_desk_sees_numbers_and_the_download(api: Api, ready: tuple[Client, Package]) -> None:
    browser, package = ready
    downloaded(browser.post(token_of(browser, package)))
    desk = at_desk(Role.OFFICER, name="second")
    page = desk.get(f"/desk/requests/{package.right.request_id}").content.decode()
    assert "What is inside, in numbers" in page
    assert "The copy was downloaded" in page
    assert "Copies of data" in desk.get("/desk/copies/").content.decode()
    told = api.get(f"/api/v1/rights-requests/{package.right.request.public_id}").json()
    assert told["rights"][0]["package"]["sha256"] == package.digest


def test_an_officer_may_end_a_copy_and_tell_a_code(ready: tuple[Client, Package]) -> None:
    browser, package = ready
    desk, one = at_desk(Role.OFFICER, name="second"), package.right.request_id
    told = desk.post(f"/desk/requests/{one}/copies/{package.pk}/code", {"words": "DNI visto"})
    code = re.search(r"Code: (\d{6})", told.content.decode())
    assert code
    answer = browser.post(f"/rights/mine/copy/{package.pk}/prove", {"code": code[1]})
    desk.post(f"/desk/requests/{one}/copies/{package.pk}/destroy")
    assert browser.get(str(answer["Location"])).status_code == 410
    assert "This copy was destroyed" in browser.get("/rights/mine").content.decode()


def test_an_agent_neither_tells_codes_nor_ends_copies(ready: tuple[Client, Package]) -> None:
    _, package = ready
    agent, one = at_desk(Role.AGENT, name="agent"), package.right.request_id
    for what in ("code", "destroy"):
        path = f"/desk/requests/{one}/copies/{package.pk}/{what}"
        assert agent.post(path, {"words": "x"}).status_code == 403


def test_no_identifier_reaches_the_log_or_an_address(
    ready: tuple[Client, Package], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    browser, package = ready
    where = token_of(browser, package)
    downloaded(browser.post(where))
    assert "c-copy-1" not in caplog.text.lower()
    assert "sub_" not in where


def test_a_correction_from_the_preference_center_to_the_letter(api: Api) -> None:
    person = checks.register(api, "C-WRONG", region="ES-AN")
    key = _key(person)
    new = "c-right@persona.example"
    form = {
        "rights": ["rectification"],
        "wrong_field": ["email", "name", "name"],
        "wrong_old": ["c-wrong@persona.example", "", ""],
        "wrong_new": [new, "", ""],
        "wrong_why": ["Lo escribí mal", "", ""],
    }
    visitor = inside(key)
    assert visitor.post("/preferences/rights/", form).status_code == 302
    number = _newest(key)
    desk = at_desk(Role.OFFICER)
    page = desk.get(f"/desk/requests/{number}").content.decode()
    assert f"c-wrong@persona.example → {new}" in page
    carried_out(desk, number, "rectification")
    assert "completed" in _states(number)
    tasks.send_mails()
    assert any(f"→ {new}" in str(sent.body) and sent.to == [new] for sent in mail.outbox)
    found = api.post("/api/v1/subjects:lookup", {"type": "email", "value": new})
    assert found.json()["id"] == person


def test_what_is_wrong_is_taken_over_the_api_and_refused_where_it_cannot_be(api: Api) -> None:
    person = checks.register(api, "C-WRONG-2", region="ES-AN")
    change = {"field": "name", "old": "Rosa", "new": "Rosa María"}
    asked(api, person, "rectification", changes=[change])
    body = {"subject": person, "rights": ["rectification"]}
    for bad, code in (
        ({"field": "name", "old": "Rosa", "new": "Rosa"}, "change_says_nothing"),
        ({"field": "email", "old": "", "new": "no es"}, "change_malformed"),
    ):
        refused = api.post("/api/v1/rights-requests", body | {"changes": [bad]})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_decision_by_machine_is_looked_at_by_a_person_and_the_answer_says_so(api: Api) -> None:
    person = checks.register(api, "C-REVIEW", region="ES-AN")
    checks.decide(api, person, "granted", "marketing.messages", channels=["push"])
    asked_about = checks.ask(api, checks.a_message(person))["context"]["id"]
    told = asked(api, person, "automated_decision_review", words=f"Miren {asked_about}, por favor")
    number, desk = told["number"], at_desk(Role.OFFICER)
    page = desk.get(f"/desk/requests/{number}").content.decode()
    assert "Decision by machine, to be reviewed" in page
    [review] = set(re.findall(rf"/desk/requests/{number}/reviews/(\d+)", page))
    path = f"/desk/requests/{number}/reviews/{review}"
    assert desk.post(path, {"outcome": "changed"}).status_code == 422
    words = "No debimos escribirle ese día."
    assert desk.post(path, {"outcome": "changed", "words": words}).status_code == 302
    draft = desk.get(f"/desk/requests/{number}").content.decode()
    assert "A person has looked again" in draft
    assert words in draft
    assert desk.post(path, {"outcome": "confirmed", "words": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("country", "right", "says"),
    [
        ("BR", "confirmation", "Yes, we hold data about you"),
        ("BR", "sharing_information", "There is no record that we gave your data"),
        (
            "BR",
            "refusal_information",
            "You may say no to everything that depends",
        ),
        ("BR", "anonymisation", "groups of several people, with noise added"),
        ("CO", "proof_of_authorisation", "These are the authorisations that you gave us"),
        ("MX", "use_limitation", "We have stopped using your data for"),
    ],
)
def test_other_rights_are_drafted_from_what_is_known(
    api: Api, country: str, right: str, says: str
) -> None:
    person = checks.register(api, f"C-DRAFT-{right}", country=country)
    checks.decide(api, person, "granted", "marketing.offers")
    number = asked(api, person, right)["number"]
    desk = at_desk(Role.OFFICER)
    assert says in desk.get(f"/desk/requests/{number}").content.decode()
    answer = {"right": right, "act": "answer", "outcome": "granted", "words": says, "letter": "1"}
    assert desk.post(f"/desk/requests/{number}/act", answer).status_code == 302
    tasks.send_mails()
    assert any(says in str(sent.body) for sent in mail.outbox)


def _key(person: str) -> int:
    key = subject_key_of(person)
    assert key is not None
    return key


def _newest(key: int) -> int:
    return int(requests_of(key).values_list("pk", flat=True)[0])


def _states(number: int) -> list[str]:
    return list(RequestedRight.objects.filter(request=number).values_list("state", flat=True))
