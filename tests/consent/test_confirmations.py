"""Double opt-in by a real mail: asked once, sent in the end, confirmed by a button."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.celery import app
from consent import confirmations, queries
from consent.act import Kind
from consent.models import Confirmation, ConsentEvent
from pseudonymize import operations as subjects
from tests.builders import AT, a_grant, a_subject, an_event

MAIL = ["email", "push"]


def email_is_pending(subject_key: int, purpose: str = "marketing.messages") -> bool:
    layer = queries.permission(subject_key).standings[purpose].layer_for("email", None)
    assert layer is not None
    assert layer.is_grant
    return layer.is_pending("email")


def a_mailed_grant(channels: list[str] | None = None, locale: str = "es") -> tuple[int, str]:
    """Return a subject whose grant was just asked to be confirmed, and the mail's link."""
    key = a_subject(locale=locale).subject_key
    now = timezone.now()
    a_grant(key, "marketing.messages", channels=channels or MAIL, at=now)
    confirmations.send_due(at=now)
    return key, link_in(str(mail.outbox[-1].body))


def link_in(text: str) -> str:
    found = re.search(r"http://\S+(/confirm/\S+)", text)
    assert found
    return found[1]


@pytest.mark.django_db
def test_a_grant_for_email_waits_for_the_person() -> None:
    key, _ = a_mailed_grant()
    assert email_is_pending(key)


@pytest.mark.django_db
def test_the_button_confirms_and_looking_does_not() -> None:
    key, link = a_mailed_grant()
    assert Client().get(link).status_code == 200
    assert email_is_pending(key)
    assert Client().post(link).status_code == 200
    assert not email_is_pending(key)


@pytest.mark.django_db
def test_pressing_twice_is_one_act() -> None:
    key, link = a_mailed_grant()
    for _ in range(2):
        assert Client().post(link).status_code == 200
    assert ConsentEvent.objects.filter(subject_id=key, kind="confirmed").count() == 1


@pytest.mark.django_db
def test_the_form_is_guarded_against_other_sites() -> None:
    _, link = a_mailed_grant()
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


@pytest.mark.django_db
def test_a_changed_link_confirms_nothing() -> None:
    key, link = a_mailed_grant()
    assert Client().post(link + "x").status_code == 410
    assert email_is_pending(key)


@pytest.mark.django_db
@pytest.mark.parametrize("pressed_before", [False, True])
def test_a_link_ends_when_the_grant_is_withdrawn(pressed_before: bool) -> None:
    key, link = a_mailed_grant()
    if pressed_before:
        Client().post(link)
    an_event(key, Kind.WITHDRAWN, "marketing.messages", at=timezone.now())
    assert Client().post(link).status_code == 410


@pytest.mark.django_db
def test_a_link_ends_after_a_fortnight() -> None:
    _, link = a_mailed_grant()
    token = link.rsplit("/", 1)[1]
    later = timezone.now() + confirmations.LINK_LIVES
    with pytest.raises(confirmations.LinkNotValid):
        confirmations.confirm(token, at=later)


@pytest.mark.django_db
def test_a_link_ends_with_the_subject() -> None:
    key, link = a_mailed_grant()
    subjects.shred(key, timezone.now())
    assert Client().post(link).status_code == 410


@pytest.mark.django_db
def test_the_mail_and_the_page_say_nothing_of_who_it_is() -> None:
    _, link = a_mailed_grant()
    address = mail.outbox[-1].to[0]
    page = Client().get(link).content.decode()
    for text in (mail.outbox[-1].body, page, link):
        assert address not in text
        assert "sub_" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("locale", "subject"),
    [("es-MX", "Confirma tu correo"), ("pt-BR", "Confirme seu e-mail"), ("en", "Confirm your")],
)
def test_the_mail_speaks_the_persons_language(locale: str, subject: str) -> None:
    _, link = a_mailed_grant(locale=locale)
    assert mail.outbox[-1].subject.startswith(subject)
    assert f'lang="{locale[:2]}' in Client().get(link).content.decode()


@pytest.mark.django_db
def test_a_second_grant_within_a_day_waits_for_the_first_mail() -> None:
    key, link = a_mailed_grant()
    a_grant(key, "marketing.messages", channels=["email"], at=timezone.now())
    assert Confirmation.objects.filter(event__subject_id=key).count() == 1
    Client().post(link)
    assert not email_is_pending(key)


@pytest.mark.django_db
def test_a_grant_after_a_withdrawal_is_asked_anew() -> None:
    key, _ = a_mailed_grant()
    an_event(key, Kind.WITHDRAWN, "marketing.messages", at=timezone.now())
    a_grant(key, "marketing.messages", channels=MAIL, at=timezone.now())
    assert Confirmation.objects.filter(event__subject_id=key).count() == 2


@pytest.mark.django_db
def test_proof_that_comes_with_the_act_needs_no_mail() -> None:
    key = a_subject().subject_key
    proof = {"double_opt_in_at": AT.isoformat()}
    a_grant(key, "marketing.messages", channels=MAIL, evidence=proof)
    assert not email_is_pending(key)
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "channels", "mails"),
    [
        pytest.param("marketing.offers", None, 0, id="all channels of a purpose without messages"),
        pytest.param("marketing.offers", ["email"], 1, id="e-mail by name"),
        pytest.param("loyalty.programme", None, 1, id="all channels of a purpose with messages"),
        pytest.param("marketing.messages", ["push"], 0, id="another channel"),
    ],
)
def test_a_mail_is_sent_only_where_it_is_of_use(
    purpose: str, channels: list[str] | None, mails: int
) -> None:
    a_grant(a_subject().subject_key, purpose, channels=channels)
    assert Confirmation.objects.count() == mails


@pytest.mark.django_db
def test_a_mail_goes_out_once() -> None:
    a_mailed_grant()
    assert confirmations.send_due(at=timezone.now() + timedelta(hours=1)) == 0


@pytest.mark.django_db
def test_a_mail_that_could_not_be_sent_is_tried_again(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens there
    now = timezone.now()
    a_grant(a_subject().subject_key, "marketing.messages", channels=MAIL, at=now)
    assert confirmations.send_due(at=now) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert confirmations.send_due(at=now) == 0, "not before its time"
    assert confirmations.send_due(at=now + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_a_mail_is_a_real_file_with_the_file_backend(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    key = a_subject().subject_key
    a_grant(key, "marketing.messages", channels=MAIL, at=timezone.now())
    confirmations.send_due(at=timezone.now())
    [written] = tmp_path.iterdir()
    text = written.read_text().replace("=\n", "").replace("=3D", "=")
    assert Client().post(link_in(text)).status_code == 200
    assert not email_is_pending(key)


def awaited(done: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Return whether `done` came true in time, asking again and again."""
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.1)
    return done()


@pytest.mark.usefixtures("worker")
def test_a_real_worker_sends_what_is_due() -> None:
    key = a_subject().subject_key
    a_grant(key, "marketing.messages", channels=MAIL, at=timezone.now())
    app.send_task("consent.tasks.send_confirmations")
    mine = Confirmation.objects.filter(event__subject_id=key)
    assert awaited(lambda: mine.filter(sent_at__isnull=False).exists())


@pytest.mark.django_db
def test_a_link_shows_nothing_of_a_blocked_person() -> None:
    key, link = a_mailed_grant()
    subjects.block(key, None, timezone.now())
    assert [Client().get(link).status_code, Client().post(link).status_code] == [410, 410]


@pytest.mark.django_db
def test_one_persons_link_confirms_nothing_for_another() -> None:
    _, link = a_mailed_grant()
    other, _ = a_mailed_grant()
    Client().post(link)
    assert email_is_pending(other)
