"""The form and the own page: simple, the same for everybody, and closed to strangers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pseudonymize import queries as subjects
from rights import tasks
from rights.casework import identity
from rights.casework.sealed import typed
from rights.contact import links, messages, outbox
from rights.models import Door, IdentityCode, Letter, RightsRequest
from rights.operations import Acting
from tests.builders import a_subject
from tests.portal.people import inside

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
LANGUAGES = ("es", "pt-br", "en")


def browser(language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    return client


def ask(client: Client, **changes: Any) -> Any:
    told = {
        "place": "ES",
        "rights": ["access", "erasure"],
        "made_by": "self",
        "name": "Inés Prueba",
        "email": "ines@prueba.example",
    }
    return client.post("/rights/new", told | changes)


def the_link() -> str:
    letter = Letter.objects.latest("pk")
    outbox.send(letter.pk, at=timezone.now())
    return str(re.findall(r"/rights/in/[\w-]+", str(mail.outbox[-1].body))[0])


def at_home(client: Client) -> str:
    """Follow the mail's link and return the own page."""
    return client.get(the_link(), follow=True).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["ES", "BR", "MX", "CO", "AR", "CL", "GB", "US-CA"])
def test_the_form_offers_what_the_law_of_the_place_grants(language: str, place: str) -> None:
    page = browser(language).get(f"/rights/new?place={place}").content.decode()
    assert 'value="access"' in page
    assert ('value="use_limitation"' in page) is (place in {"MX", "AR"})
    assert page.count("<h1>") == 1


def test_several_rights_are_asked_without_an_account() -> None:
    client = browser()
    sent = ask(client)
    assert sent.status_code == 302
    request = RightsRequest.objects.get()
    page = client.get(sent["Location"]).content.decode()
    assert f"Your request is no. {request.pk}." in page
    assert list(request.rights.values_list("right", flat=True)) == ["access", "erasure"]
    assert request.locale == "en"
    assert "prueba" not in sent["Location"]


def test_known_and_unknown_addresses_get_the_same_page() -> None:
    known = str(subjects.contact(a_subject().subject_key, "email"))
    pages = []
    for address in (known, "nobody@prueba.example"):
        client = browser()
        sent = ask(client, email=address)
        page = client.get(sent["Location"]).content.decode()
        told = page.replace(f"no. {RightsRequest.objects.latest('pk').pk}.", "")
        pages.append((sent.status_code, re.sub(r'value="[^"]+"', "", told)))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rights": []}, "Choose at least one thing."),
        ({"name": ""}, "Tell us your name"),
        ({"email": ""}, "Tell us your name"),
        ({"email": "nonsense"}, "That is no e-mail address."),
        ({"made_by": "representative"}, "Write the name of the person"),
        ({"made_by": "guardian", "on_behalf_of": "Leo"}, "Attach the mandate"),
        ({"rights": ["use_limitation"]}, "does not grant that right"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    changes: dict[str, Any], told: str
) -> None:
    answer = ask(browser(), **changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert changes.get("email", "ines@prueba.example") in page
    assert RightsRequest.objects.count() == 0


def test_a_representative_sends_a_mandate() -> None:
    mandate = SimpleUploadedFile("poder.pdf", PDF, "application/pdf")
    about = {"made_by": "representative", "on_behalf_of": "Leo Prueba", "files": mandate}
    assert ask(browser(), **about).status_code == 302
    file = RightsRequest.objects.get().files.get()
    assert (file.kind, file.media_type) == ("mandate", "application/pdf")


def test_a_file_that_could_do_harm_is_refused_in_words() -> None:
    bad = SimpleUploadedFile("poder.pdf", b"MZ", "application/pdf")
    answer = ask(browser(), files=bad)
    assert answer.status_code == 422
    assert b"Send a PDF, a JPEG or a PNG file." in answer.content


def test_programs_that_fill_in_everything_are_thanked_and_forgotten() -> None:
    assert ask(browser(), website="http://x.example").status_code == 302
    assert RightsRequest.objects.count() == 0


def test_the_link_becomes_a_cookie_at_once_and_shows_no_word_of_the_person() -> None:
    client = browser()
    ask(client, words="Mi secreto")
    answer = client.get(the_link())
    assert (answer.status_code, answer["Location"]) == (302, "/rights/mine")
    cookie = answer.cookies["venia_request"]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, "/rights/", "Lax")
    page = client.get("/rights/mine").content.decode()
    assert "Mi secreto" not in page
    assert "Inés" not in page
    assert "before" in page.lower()


def test_a_stranger_sees_nothing_and_is_told_how_to_come_in() -> None:
    ask(browser())
    for path in ("/rights/mine", "/rights/in/none", "/rights/mine/letters/1"):
        assert Client().get(path)["Location"] == "/rights/again?gone"


def test_a_code_proves_the_person_and_closes_the_page_to_whoever_asked() -> None:
    person = a_subject()
    address = str(subjects.contact(person.subject_key, "email"))
    stranger, owner = browser(), browser()
    ask(stranger, email=address, rights=["objection"])
    link = the_link()
    stranger.get(link)
    owner.get(link)
    owner.post("/rights/mine/code")
    identity.send_code(IdentityCode.objects.get().pk, at=timezone.now())
    code = re.findall(r"\d{6}", str(mail.outbox[-1].subject))[0]
    page = owner.post("/rights/mine/prove", {"code": code}).content.decode()
    assert "now we know that it is you" in page
    assert owner.get("/rights/mine").status_code == 200
    assert stranger.get("/rights/mine").status_code == 302
    assert RightsRequest.objects.get().subject_key == person.subject_key


def test_a_wrong_code_says_so_and_the_page_stays_open() -> None:
    client = browser()
    ask(client)
    client.get(the_link())
    client.post("/rights/mine/code")
    answer = client.post("/rights/mine/prove", {"code": "000000"})
    assert answer.status_code == 422
    assert "wrong or too old" in answer.content.decode()
    assert client.get("/rights/mine").status_code == 200


def test_words_go_both_ways() -> None:
    client = browser()
    ask(client)
    at_home(client)
    client.post("/rights/mine/message", {"words": "¿Y mi tarjeta?"})
    request = RightsRequest.objects.get()
    by = Acting("user:1", timezone.now(), "Also that one.")
    messages.write(request, from_person=False, by=by)
    page = client.get("/rights/mine").content.decode()
    assert "Also that one." in page
    assert [said.words for said in messages.said(request)] == ["¿Y mi tarjeta?", "Also that one."]


def test_a_document_is_kept_sealed_for_an_officer() -> None:
    client = browser()
    ask(client)
    at_home(client)
    answer = client.post("/rights/mine/file", {"file": SimpleUploadedFile("dni.pdf", PDF)})
    assert b"A person will look at it" in answer.content
    assert RightsRequest.objects.get().files.get().kind == "identity"


def test_the_person_takes_the_request_back_and_what_was_typed_is_destroyed() -> None:
    client = browser()
    ask(client)
    at_home(client)
    page = client.post("/rights/mine/withdraw").content.decode()
    assert "The request is taken back." in page
    request = RightsRequest.objects.get()
    assert typed(request) is None
    assert client.get("/rights/mine").status_code == 302


def test_a_lost_link_is_asked_for_again_and_the_answer_is_the_same() -> None:
    ask(browser())
    pages = []
    for address in ("ines@prueba.example", "nobody@prueba.example", "nonsense"):
        answer = browser().post("/rights/again", {"email": address})
        pages.append(re.sub(r'value="\w{64}"', "", answer.content.decode()))
    assert pages[0] == pages[1] == pages[2]
    numbers = [RightsRequest.objects.get().pk]
    assert tasks.send_links(numbers) == 1
    assert "/rights/in/" in mail.outbox[-1].body


def test_a_mailbox_gets_five_acknowledgements_an_hour_and_every_request_is_kept() -> None:
    for _ in range(links.MOST + 2):
        assert ask(browser()).status_code == 302
    assert RightsRequest.objects.count() == links.MOST + 2
    assert Letter.objects.count() == links.MOST


def test_letters_are_shown_once_the_person_is_proved() -> None:
    person = a_subject()
    client = inside(person.subject_key)
    assert client.post("/preferences/rights/", {"rights": ["access"]}).status_code == 302
    assert "in progress" in client.get("/preferences/rights/").content.decode()
    request = RightsRequest.objects.get()
    assert (request.identity, request.channel) == ("visit", "portal")
    client.post(f"/preferences/rights/{request.pk}")
    page = client.get("/rights/mine").content.decode()
    letter = Letter.objects.get()
    assert f"/rights/mine/letters/{letter.pk}" in page
    answer = client.get(f"/rights/mine/letters/{letter.pk}")
    assert answer.content.startswith(b"%PDF-")


def test_a_visitor_opens_only_requests_of_their_own() -> None:
    client = inside(a_subject().subject_key)
    inside(a_subject().subject_key).post("/preferences/rights/", {"rights": ["access"]})
    number = RightsRequest.objects.get().pk
    assert client.post(f"/preferences/rights/{number}").status_code == 404


def test_nothing_typed_reaches_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = browser()
    ask(client, words="Mi secreto")
    at_home(client)
    client.post("/rights/mine/message", {"words": "Otro secreto"})
    for typed_ in ("ines@prueba.example", "Inés", "secreto"):
        assert typed_ not in caplog.text


def test_a_link_is_over_after_a_month() -> None:
    client = browser()
    ask(client)
    link = the_link()

    Door.objects.update(opens_until=timezone.now() - timedelta(seconds=1))
    assert client.get(link)["Location"] == "/rights/again?gone"
