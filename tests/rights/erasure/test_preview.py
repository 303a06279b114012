"""What an erasure would do is told before it is done: per system, with ground, source and time."""

import tomllib

import pytest
from django.core import mail

from jurisdictions.load import laws as packs
from pseudonymize import operations as subjects
from pseudonymize.registration import Registration
from rights.contact import letters, outbox
from rights.contact.letters import Draft
from rights.erasure import words
from rights.erasure.preview import models_trained_on, preview
from rights.models import Letter
from rights.systems.registry import systems
from tests.builders import a_grant, a_subject
from tests.rights.erasure.people import (
    START,
    a_customer,
    an_erasure,
    asked,
    gone_on,
    granted,
    right_of,
)
from tests.rights.systems.company import Company

pytestmark = pytest.mark.django_db
SPAIN = ["EU-GDPR", "ES-LOPDGDD"]


def test_a_preview_says_what_goes_and_what_stays_of_each_system(company: Company) -> None:
    shown = preview(a_subject().subject_key, SPAIN, on=START.date())
    goes, stays = words.what_goes(shown, "en"), words.what_stays(shown, "en")
    assert any(line.startswith("Online shop:") and "E-mail" in line for line in goes)
    kept = [line for line in stays if line.startswith("Online shop:")]
    assert any("Código de Comercio art. 30.1" in line and "72 months" in line for line in kept)
    assert not any("Amount in euros" in line for line in goes)
    assert shown.blocking is not None
    assert shown.blocking.until.isoformat() == "2032-11-02"


def test_every_liability_of_every_law_has_words() -> None:
    known = tomllib.loads(words.FILE.read_text("utf-8"))["liabilities"]
    named = {period.name for law in packs().values() for period in law.blocking.periods}
    assert named == set(known)
    assert all(set(told) == {"es", "pt-BR", "en"} for told in known.values())


def test_the_liabilities_are_told_in_the_language_of_the_page(company: Company) -> None:
    blocking = preview(a_subject().subject_key, SPAIN, on=START.date()).blocking
    assert blocking is not None
    for locale, name in {"es": "libros de comercio", "pt-BR": "livros comerciais"}.items():
        line = f"{name}: 72 meses (Código de Comercio art. 30)"
        assert line in words.why_blocked(blocking, locale)


def test_the_answer_tells_the_person_what_goes_what_stays_and_until_when(company: Company) -> None:
    person = a_customer(company, country="ES")
    request = asked(person.subject_key, country="ES")
    granted(request)
    by = right_of(request)
    told = letters.preview(Draft("answer", [by], ""), at=START).plain
    assert "Qué se borra: " in told
    assert "Código de Comercio art. 30.1" in told
    assert "LOPDGDD" in told
    assert "5 de noviembre de 2026" in told  # until when it can be stopped
    assert "2 de noviembre de 2032" in told


def test_models_are_listed_only_for_who_allowed_training(company: Company) -> None:
    person = a_subject()
    assert models_trained_on(person.subject_key) == []
    a_grant(person.subject_key, "model.training")
    found = models_trained_on(person.subject_key)
    shown = preview(person.subject_key, SPAIN, on=START.date())
    assert list(shown.models) == found


def test_an_answer_to_another_right_says_nothing_of_erasure() -> None:
    person = a_subject("BR", locale="pt-BR")
    request = asked(person.subject_key, "access")
    right = request.rights.get()
    told = letters.preview(Draft("answer", [right], "Aqui."), at=START).plain
    assert "O que se apaga" not in told


def test_a_certificate_names_nobody(company: Company) -> None:
    from rights.casework.sealed import Typed
    from rights.operations import Acting, NewRequest, open_request

    person = a_customer(company)
    new = NewRequest(
        rights=["erasure"],
        country="BR",
        identity="system",
        subject_key=person.subject_key,
        typed=Typed(name="Inês Prova", email="outra@prova.example"),
    )
    request = open_request(new, Acting("key:test", START))
    granted(request)
    text = letters.preview(Draft("certificate", [right_of(request)], "Feito."), at=START)
    assert "Inês" not in text.plain
    letters.send(Draft("certificate", [right_of(request)], "Feito."), Acting("system", START))
    outbox.send_due(at=START)
    assert all("outra@prova.example" not in one.to for one in mail.outbox)


def test_a_certificate_names_the_systems_that_could_not_be_asked(company: Company) -> None:
    only_phone = Registration(identifiers=(("phone", "+5511999990000"),), country="BR")
    person = subjects.register(only_phone, at=START)
    erasure = gone_on(an_erasure(person.subject_key))
    assert erasure.step == "telling"
    letter = Letter.objects.select_related("request").get(kind="certificate")
    told, locale = letters.text_of(letter).plain, letter.request.locale
    for key in ("crm", "shop"):
        sentence = words.say("sentences", "not_asked", locale, system=systems()[key].title[locale])
        assert sentence in told
    assert "Código de Comercio" not in told
    assert company.crm.seen()["calls"] == []
