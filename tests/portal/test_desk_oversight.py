"""The desk beside requests: wordings, switches, registers, free text and figures."""

import pytest
from django.test import Client
from pytest_django import Settings

from rights.models import LetterTemplate
from tests.portal.officers import a_request, act, at_desk

pytestmark = pytest.mark.django_db


def test_a_wording_is_edited_within_its_variables() -> None:
    client = at_desk()
    told = {"kind": "answer", "law": "", "locale": "en", "text": "About {number}\n\n{words}"}
    assert "[number]" in client.post("/desk/letters/", told | {"preview": "1"}).content.decode()
    assert client.post("/desk/letters/", told).status_code == 302
    assert LetterTemplate.objects.get().version == 1
    bad = client.post("/desk/letters/", told | {"text": "x\n\n{password}"}).content.decode()
    assert "There is no variable “password”" in bad


def test_a_suspension_is_begun_by_one_and_lifted_by_two() -> None:
    first, second = at_desk(), at_desk(name="deputy")
    told = {"change": "suspend", "kind": "purpose", "value": "marketing.offers", "words": "Bug."}
    assert first.post("/desk/registers/", told).status_code == 302
    page = first.get("/desk/registers/").content.decode()
    number = page.partition('name="suspension" value="')[2].partition('"')[0]
    lift = {"change": "lift", "suspension": number}
    assert "second person" in first.post("/desk/registers/", lift).content.decode()
    assert second.post("/desk/registers/", lift).status_code == 302
    assert 'name="suspension"' not in first.get("/desk/registers/").content.decode()


def test_registers_take_new_versions() -> None:
    client = at_desk()
    recipient = {"change": "recipient", "key": "new-ads", "name": "New Ads", "country": "fr"}
    more = {"role": "processor", "purposes": ["sharing.partners"]}
    assert client.post("/desk/registers/", recipient | more).status_code == 302
    assert client.post("/desk/registers/", recipient).status_code == 422
    assessment = {
        "change": "assessment",
        "purpose": "advice.health",
        "risk": "High",
        "measures": "x",
    }
    rest = {"residual_risk": "low", "expires_on": "2030-01-01", "approved": "1"}
    assert client.post("/desk/registers/", assessment | rest).status_code == 302
    page = client.get("/desk/registers/").content.decode()
    assert "new-ads" in page


TRIED = {"text": "Llama a Inés Romero al 612 345 678", "language": "es", "mode": "label"}


def test_free_text_is_tried_and_not_kept() -> None:
    page = at_desk().post("/desk/text/", TRIED).content.decode()
    assert "612 345 678</textarea>" in page
    assert "Llama a [PERSON] al [PHONE_NUMBER]</pre>" in page


def test_free_text_shows_what_would_be_hidden_and_why() -> None:
    page = at_desk(language="es").post("/desk/text/", TRIED).content.decode()
    assert '<mark title="Nombre de una persona">Inés Romero</mark> al <mark title="Tel' in page
    row = page.partition('<dt lang="es">612 345 678</dt>')[2].partition("</dd>")[0]
    assert "Teléfono <code>PHONE_NUMBER</code>" in row
    assert row.endswith('<span class="fine">Al lado dice «llama»</span>')


def test_free_text_is_read_as_of_the_country_that_is_named() -> None:
    told = {"text": "Consulta del 612345678, gracias.", "language": "es", "mode": "label"}
    client = at_desk()
    shown = {
        country: client.post("/desk/text/", told | {"country": country}).content.decode()
        for country in ("ES", "MX", "nowhere")
    }
    assert "<code>PHONE_NUMBER</code>" in shown["ES"]
    assert "<code>PHONE_NUMBER</code>" not in shown["MX"]
    assert '<option value="ES" selected>Spain' in shown["ES"]
    assert '<option value="nowhere"' not in shown["nowhere"]


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"mode": "none"}, {"country": "<b>"}, {"text": ""}], ids=str
)
def test_a_wrong_choice_breaks_nothing_and_shows_nothing_of_it(wrong: dict[str, str]) -> None:
    answer = at_desk().post("/desk/text/", TRIED | wrong)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ('role="alert"' in page) is ("language" in wrong)
    assert "<b>" not in page
    assert "[PHONE_NUMBER]" in page or "language" in wrong or "text" in wrong


def test_a_text_about_nobody_is_said_to_be_so() -> None:
    told = {"text": "El pedido llegó\r\ntarde.", "language": "es", "mode": "mask"}
    page = at_desk().post("/desk/text/", told).content.decode()
    assert "No personal data were found." in page
    assert "<mark" not in page


def test_the_page_shows_whose_it_is(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Casa Ejemplo <privacidad@casa.example>"
    for page in (at_desk().get("/desk/text/"), Client().get("/preferences/")):
        assert "<span>Casa Ejemplo <small>" in page.content.decode()
        assert "Alameda" not in page.content.decode()


def test_figures_tell_what_was_on_time() -> None:
    request, client = a_request(), at_desk()
    act(client, request, "answer", outcome="granted")
    page = client.get("/desk/figures/").content.decode()
    assert "100 % (1/1)" in page
