"""Requests at the desk: a queue by what is due, and acts that say their reasons."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.desk.accounts import Role
from rights.contact import files, letters, messages
from rights.contact.files import Upload
from rights.contact.letters import Draft
from rights.models import Letter, RightsRequest
from rights.operations import Acting
from tests.builders import a_subject
from tests.portal.officers import a_request, act, at_desk, state

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"


def test_the_queue_begins_with_what_is_due_first() -> None:
    later, sooner = a_request(), a_request(country="BR")
    page = at_desk().get("/desk/").content.decode()
    assert page.index(f"/desk/requests/{sooner.pk}") < page.index(f"/desk/requests/{later.pk}")


def test_time_left_is_told_in_the_laws_own_unit() -> None:
    a_request(country="MX")
    assert "20 business days" in at_desk().get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("show=open", True),
        ("show=late", False),
        ("show=closed", False),
        ("show=mine", False),
        ("show=nobody", True),
        ("law=ES-LOPDGDD", True),
        ("law=BR-LGPD", False),
        ("right=erasure", False),
        ("state=in_progress", True),
    ],
)
def test_the_queue_is_filtered(query: str, seen: bool) -> None:
    request = a_request()
    page = at_desk().get(f"/desk/?{query}").content.decode()
    assert (f"/desk/requests/{request.pk}" in page) is seen


def test_many_requests_are_assigned_at_once() -> None:
    first, second = a_request(), a_request()
    client = at_desk()
    client.post("/desk/assign", {"requests": [first.pk, second.pk], "to": "dpo"})
    assert set(RightsRequest.objects.values_list("assigned_to", flat=True)) == {"user:dpo"}
    client.post("/desk/assign", {"requests": [first.pk], "to": "stranger"})
    assert RightsRequest.objects.get(pk=first.pk).assigned_to == "user:dpo"


def test_a_search_finds_a_person_and_shows_no_identity() -> None:
    person = a_subject()
    request = a_request(subject_key=person.subject_key)
    a_request(subject_key=person.subject_key)
    client = at_desk()
    page = client.post("/desk/search", {"q": person.id}).content.decode()
    assert f"/desk/requests/{request.pk}" in page
    assert person.id not in page
    number = client.post("/desk/search", {"q": str(request.pk)})
    assert number["Location"] == f"/desk/requests/{request.pk}"


def test_the_page_of_a_request_explains_its_clock_and_names_the_next_step() -> None:
    page = at_desk().get(f"/desk/requests/{a_request().pk}").content.decode()
    for told in ("The clock starts with receipt", "Next step: Answer", "Inés Prueba", "holidays"):
        assert told in page


def test_an_answer_is_previewed_before_it_is_sent() -> None:
    request, client = a_request(locale="en"), at_desk()
    told = {"outcome": "refused", "ground": "excessive", "words": "Third time this month."}
    page = act(client, request, "answer", preview="1", **told).content.decode()
    assert "Refusal of your request" in page
    assert "art. 12.5.b" in page
    assert (state(request), Letter.objects.count()) == ("in_progress", 0)
    act(client, request, "answer", letter="1", **told)
    assert (state(request), Letter.objects.get().kind) == ("refused", "refusal")


def test_a_late_extension_is_refused_in_words() -> None:
    day = timezone.localdate() - timedelta(days=60)
    request = a_request(received_on=day)
    answer = act(at_desk(), request, "extend", words="Many systems.")
    assert answer.status_code == 422
    assert "inside the first period" in answer.content.decode()
    assert state(request) == "in_progress"


def test_an_act_without_its_reason_changes_nothing() -> None:
    request = a_request()
    answer = act(at_desk(), request, "answer", outcome="refused", ground="excessive")
    assert answer.status_code == 422
    assert state(request) == "in_progress"


def test_from_granted_to_done() -> None:
    request, client = a_request(), at_desk()
    act(client, request, "answer", outcome="granted")
    act(client, request, "execute")
    act(client, request, "complete", letter="1")
    assert state(request) == "completed"
    assert list(Letter.objects.values_list("kind", flat=True)) == ["certificate"]


def test_an_officer_proves_a_person_and_the_document_is_destroyed() -> None:
    person = a_subject()
    request, client = a_request("objection", identity=""), at_desk()
    file = files.add(request, Upload("identity", "dni.pdf", PDF), Acting("person", timezone.now()))
    answer = client.get(f"/desk/requests/{request.pk}/files/{file.pk}")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    told = {"how": "document", "who": "other", "identifier": person.id}
    client.post(f"/desk/requests/{request.pk}/prove", told)
    assert RightsRequest.objects.get().subject_key == person.subject_key
    assert client.get(f"/desk/requests/{request.pk}/files/{file.pk}").status_code == 404


def test_who_is_never_proved_is_refused_on_that_ground() -> None:
    request, client = a_request(identity=""), at_desk()
    assert (
        'value="identity_unproved"' in client.get(f"/desk/requests/{request.pk}").content.decode()
    )
    told = {"outcome": "refused", "ground": "identity_unproved", "words": "Nobody came."}
    assert act(client, request, "answer", **told, letter="1").status_code == 302
    assert (state(request), Letter.objects.get().kind) == ("refused", "refusal")


def test_an_identifier_that_is_nobodys_proves_nobody() -> None:
    request, client = a_request(identity=""), at_desk()
    told = {"how": "document", "who": "other", "identifier": "C-NOBODY"}
    answer = client.post(f"/desk/requests/{request.pk}/prove", told)
    assert answer.status_code == 422
    assert RightsRequest.objects.get().identity == ""


def test_a_letter_that_came_by_post_is_recorded_for_a_person_on_file() -> None:
    person = a_subject()
    told = {
        "identifier": person.id,
        "channel": "letter",
        "received_on": timezone.localdate().isoformat(),
        "place": "ES",
        "region": "ES-AN",
        "rights": ["access", "erasure", "objection"],
        "made_by": "self",
        "locale": "es",
        "letter": "1",
        "files": SimpleUploadedFile("carta.pdf", PDF),
    }
    answer = at_desk().post("/desk/intake/", told)
    request = RightsRequest.objects.get()
    assert answer["Location"] == f"/desk/requests/{request.pk}"
    assert (request.identity, request.region, request.files.count()) == ("recognised", "ES-AN", 1)
    assert Letter.objects.get().kind == "acknowledgement"


def test_an_intake_that_cannot_be_is_told_in_words() -> None:
    answer = at_desk().post("/desk/intake/", {"place": "ES", "channel": "phone"})
    assert answer.status_code == 422
    assert "Tick at least one right." in answer.content.decode()


def test_words_to_the_person_and_from_them() -> None:
    request, client = a_request(), at_desk()
    messages.write(request, from_person=True, by=Acting("person", timezone.now(), "¿Cuándo?"))
    client.post(f"/desk/requests/{request.pk}/message", {"words": "Tomorrow."})
    page = client.get(f"/desk/requests/{request.pk}").content.decode()
    assert "¿Cuándo?" in page
    assert "Tomorrow." in page


def test_a_letter_is_kept_and_shown_as_pdf() -> None:
    request = a_request()
    right = request.rights.select_related("request").get()
    letter = letters.send(Draft("acknowledgement", [right]), Acting("user:dpo", timezone.now()))
    path = f"/desk/requests/{request.pk}/letters/{letter.pk}"
    assert at_desk().get(path).content.startswith(b"%PDF-")
    assert at_desk(Role.AUDITOR, name="eyes").get(path).status_code == 404


def test_nothing_typed_reaches_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    request, client = a_request(), at_desk()
    client.get(f"/desk/requests/{request.pk}")
    client.post("/desk/search", {"q": "ines@prueba.example"})
    act(client, request, "answer", outcome="granted", words="Un secreto", letter="1")
    for typed in ("Inés", "ines@prueba.example", "secreto"):
        assert typed not in caplog.text
