"""The door of the desk: passwords, three roles, and how long one waits after wrong ones."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from audit.queries import is_recorded
from portal.clients import client
from portal.desk import throttle
from portal.desk.accounts import Role
from tests.portal.officers import PASSWORD, a_request, act, an_officer, at_desk, state

pytestmark = pytest.mark.django_db
PAGES = (
    "/desk/",
    "/desk/intake/",
    "/desk/reviews/",
    "/desk/registers/",
    "/desk/feelings/",
    "/desk/letters/",
    "/desk/text/",
    "/desk/figures/",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_log_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/desk/login?next=")


def test_a_user_without_a_role_has_no_seat() -> None:
    User.objects.create_user("guest", password=PASSWORD)
    answer = Client().post("/desk/login", {"username": "guest", "password": PASSWORD})
    assert answer.status_code == 422


def test_the_password_opens_the_desk_and_is_on_record() -> None:
    an_officer()
    client = Client()
    told = {"username": "dpo", "password": PASSWORD}
    assert client.post("/desk/login", told)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert is_recorded("desk.entered")


def test_too_many_wrong_passwords_make_the_door_wait() -> None:
    an_officer("slow")
    told = {"username": "slow", "password": "wrong"}
    codes = {Client().post("/desk/login", told).status_code for _ in range(10)}
    assert codes == {422}
    cache.clear()  # as in another web process
    assert Client().post("/desk/login", told | {"password": PASSWORD}).status_code == 429
    later = timezone.now() + throttle.WITHIN
    assert not throttle.must_wait("slow", b"elsewhere", at=later)
    assert throttle.drop_old(at=later) == 10


def test_a_client_that_tries_name_after_name_waits_whatever_the_name() -> None:
    an_officer()
    here, now = client(RequestFactory().get("/")), timezone.now()
    for number in range(throttle.MOST_FROM_ONE):
        throttle.note_failure(f"name{number}", here, at=now)
    told = {"username": "dpo", "password": PASSWORD}
    assert Client().post("/desk/login", told).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.5").post("/desk/login", told).status_code == 302
    throttle.forgive("name1")
    assert Client().post("/desk/login", told).status_code == 302


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_every_page_opens_for_every_role_in_every_language(role: Role, language: str) -> None:
    request = a_request("access", "erasure")
    client = at_desk(role, language=language)
    for path in (*PAGES, f"/desk/requests/{request.pk}"):
        assert client.get(path).status_code == 200, path


def test_an_auditor_changes_nothing_and_reads_no_word_of_a_person() -> None:
    request = a_request()
    client = at_desk(Role.AUDITOR)
    assert act(client, request, "answer", outcome="granted").status_code == 403
    posts = ("/desk/assign", "/desk/intake/", "/desk/registers/", "/desk/search")
    assert {client.post(path).status_code for path in posts} == {403}
    page = client.get(f"/desk/requests/{request.pk}").content.decode()
    for typed in ("Inés", "ines@prueba.example", "Mi secreto"):
        assert typed not in page
    assert state(request) == "in_progress"


def test_an_agent_prepares_and_does_not_decide() -> None:
    request = a_request()
    client = at_desk(Role.AGENT)
    assert act(client, request, "answer", outcome="granted").status_code == 403
    assert act(client, request, "ask", words="Which shop?").status_code == 302
    assert state(request) == "awaiting_information"
