"""Letters: what they must say, that they are kept as sent, and that a template can do no harm."""

from datetime import date

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.envelopes import EnvelopeDestroyed
from rights import operations
from rights.casework.sealed import Typed
from rights.contact import letters, outbox, wording
from rights.contact.letters import Draft
from rights.models import Letter
from tests.builders import a_subject
from tests.rights.requests import a_request, at, by, the

db = pytest.mark.django_db
LOCALES = ("es", "pt-BR", "en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", letters.KINDS)
def test_every_shipped_template_can_be_filled(kind: str, locale: str) -> None:
    text = (letters.FOLDER / f"{kind}.{locale}.txt").read_text("utf-8")
    wording.check(text)
    assert "{number}" in text.partition("\n")[0]


@given(st.text(max_size=80))
def test_what_is_filled_in_is_never_read_as_a_template(words: str) -> None:
    text = wording.rendered("Hello\n\nA {words} B", {"words": words})
    assert text.paragraphs == (f"A {words} B",)


@pytest.mark.parametrize("bad", ["a\n\n{__class__}", "a\n\n{x", "a }", "a\n\n[if nobody] x"])
def test_a_template_that_asks_for_more_is_rejected(bad: str) -> None:
    with pytest.raises(wording.LetterRejected, match="The variables are"):
        wording.check(bad)


@db
def test_a_refusal_says_ground_authority_and_where_to_complain() -> None:
    right = the(a_request("2026-11-02", "erasure", locale="es"), "erasure")
    right = operations.refuse(right.pk, "legal_duty", by("2026-11-10", "Seis años."))
    text = letters.preview(Draft("refusal", [right], "Seis años."), at=at("2026-11-10")).plain
    for told in ("art. 17.3.b", "AEPD", "https://sedeaepd.gob.es/", "Seis años.", "tribunales"):
        assert told in text


@db
def test_an_extension_tells_the_new_date_in_the_persons_language() -> None:
    request = a_request("2026-11-02", country="MX", locale="pt-BR")
    right = operations.extend(the(request, "access").pk, by("2026-11-20", "Muitos sistemas."))
    text = letters.preview(Draft("extension", [right], "Muitos sistemas."), at=at("2026-11-20"))
    assert "A nova data-limite é 30 de dezembro de 2026" in text.plain
    assert right.statutory_due == date(2026, 12, 30)


@db
def test_a_letter_goes_to_the_address_on_file_and_is_kept_as_it_was_sent() -> None:
    person = a_subject()
    strange = Typed(name="Inés Prueba", email="stranger@elsewhere.example")
    request = a_request("2026-11-02", subject_key=person.subject_key, typed=strange)
    letter = letters.send(Draft("acknowledgement", [the(request, "access")]), by("2026-11-02"))
    assert outbox.send(letter.pk, at=at("2026-11-02"))
    assert not outbox.send(letter.pk, at=at("2026-11-03"))
    sent = mail.outbox[0]
    assert sent.to[0].endswith("@prueba.example")
    assert "Inés Prueba" in sent.body
    letter.refresh_from_db()
    assert letters.text_of(letter).plain == sent.body
    assert letters.pdf_of(letter) == sent.attachments[0].content
    assert letters.pdf_of(letter).startswith(b"%PDF-")
    assert b"Prueba" not in bytes(letter.text) + bytes(letter.pdf)


@db
def test_an_acknowledgement_ends_its_clock() -> None:
    request = a_request("2026-12-02", country="CL")
    right = the(request, "access")
    assert right.clocks.filter(event="acknowledgement", ended_on=None).exists()
    letters.send(Draft("acknowledgement", [right]), by("2026-12-03"))
    assert right.clocks.get(event="acknowledgement").ended == "met"


@db
def test_an_edited_template_counts_from_the_next_letter_on() -> None:
    right = the(a_request("2026-11-02"), "access")
    text = "Asunto {number}\n\nTexto nuevo de {company}"
    letters.edit_template("answer", law="", locale="es", text=text, by=by("2026-11-02"))
    assert letters.preview(Draft("answer", [right]), at=at("2026-11-03")).plain.startswith("Texto")
    for_spain = "Asunto\n\nSolo para España"
    letters.edit_template(
        "answer", law="ES-LOPDGDD", locale="es", text=for_spain, by=by("2026-11-02")
    )
    assert letters.preview(Draft("answer", [right]), at=at("2026-11-03")).plain.startswith("Solo")


@db
def test_a_destroyed_request_leaves_the_digest_of_its_letters_and_nothing_to_read() -> None:
    request = a_request("2026-11-02")
    letter = letters.send(Draft("acknowledgement", [the(request, "access")]), by("2026-11-02"))
    assert operations.forget(letter.request, by("2026-11-03"))
    left = Letter.objects.select_related("request").get(pk=letter.pk)
    assert left.digest == letter.digest
    with pytest.raises(EnvelopeDestroyed):
        letters.text_of(left)
