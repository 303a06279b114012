"""How a clock is counted, told in the officer's language, and chosen where the law lets one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from config.environment import env_zone
from portal.desk.accounts import Role
from rights.contact.wording import VARIABLES
from rights.models import RightsRequest
from rights.operations import Acting, NewRequest, open_request
from rights.words import keys
from tests.portal.officers import at_desk

pytestmark = pytest.mark.django_db


def a_request(country: str) -> RightsRequest:
    new = NewRequest(rights=["access"], country=country, identity="document")
    return open_request(new, Acting("person", timezone.now()))


def page(request: RightsRequest, language: str = "en", role: Role = Role.OFFICER) -> str:
    User.objects.all().delete()
    reply = at_desk(role, language=language).get(f"/desk/requests/{request.pk}")
    return reply.content.decode()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", "20 días hábiles desde la recepción de la solicitud"),
        ("pt-br", "20 dias úteis desde o recebimento do pedido"),
        ("en", "20 business days from receipt of the request"),
    ],
)
def test_the_rule_under_a_clock_is_told_in_the_officers_language(language: str, told: str) -> None:
    assert told in page(a_request("MX"), language)


def test_an_officer_chooses_the_terms_and_the_page_says_so() -> None:
    request, client = a_request("BR"), at_desk()
    path = f"/desk/requests/{request.pk}"
    told: dict[str, Any] = {"terms": ["small"], "words": "We are small."}
    assert client.post(f"{path}/terms", told).status_code == 302
    shown = client.get(path).content.decode()
    assert "Counted so: small processing agent: doubled periods" in shown
    assert "The way of counting was chosen" in shown
    again = client.post(f"{path}/terms", told)
    assert (again.status_code, "Nothing was changed" in again.content.decode()) == (422, True)


def test_only_officers_choose_and_only_where_the_law_lets_them() -> None:
    assert "Count otherwise" not in page(a_request("ES"))
    brazil = a_request("BR")
    assert "Count otherwise" in page(brazil)
    assert "Count otherwise" not in page(brazil, role=Role.AGENT)
    told = {"terms": ["LFPA"], "words": "x"}
    client = at_desk(name="deputy")
    reply = client.post(f"/desk/requests/{brazil.pk}/terms", told)
    assert "leaves no such choice" in reply.content.decode()
    assert (
        at_desk(Role.AGENT, name="a").post(f"/desk/requests/{brazil.pk}/terms").status_code == 403
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [("es", "Hay una llave suelta"), ("pt-br", "Há uma chave solta"), ("en", "A brace stands")],
)
def test_what_is_wrong_with_a_wording_is_told_in_the_officers_language(
    language: str, told: str
) -> None:
    text = {"kind": "answer", "law": "", "locale": "es", "text": "x\n\n{x", "preview": "1"}
    assert told in at_desk(language=language).post("/desk/letters/", text).content.decode()


def test_every_variable_of_letters_is_explained_in_every_language() -> None:
    assert set(VARIABLES) <= set(keys("letter_variables"))


def test_times_are_those_of_the_zone_of_the_desk(settings: Settings) -> None:
    received = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    new = NewRequest(rights=["access"], country="ES", identity="document", locale="en")
    request, client = open_request(new, Acting("person", received)), at_desk()
    page = f"/desk/requests/{request.pk}"
    assert "2 November 2026, 23:30" in client.get(page).content.decode()
    settings.DESK_TIME_ZONE = "Europe/Madrid"
    assert "3 November 2026, 00:30" in client.get(page).content.decode()


def test_a_zone_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TIME_ZONE", "Europe/Nowhere")
    with pytest.raises(ImproperlyConfigured, match="such as Europe/Madrid"):
        env_zone("DESK_TIME_ZONE")
