"""This felt invasive: a person answers, three alike raise an alarm, and all are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from audit import queries as audit
from portal import feelings
from portal.feelings import Said
from portal.models import About, Alarm, Feeling
from pseudonymize import operations, queries
from tests.builders import AT, a_subject
from tests.portal.people import inside

OFFERS = "marketing.offers"


def said(subject_key: int, purpose: str = OFFERS, **more: Any) -> Feeling:
    return feelings.tell(subject_key, Said(About.INVASIVE, purpose=purpose, **more), at=AT)


@pytest.mark.django_db
def test_a_person_answers_within_two_days() -> None:
    case = said(a_subject().subject_key)
    assert case.due_at - case.opened_at == timedelta(hours=48)
    assert list(feelings.waiting()) == [case]


@pytest.mark.django_db
def test_the_form_is_on_every_page_and_needs_no_reason() -> None:
    key = a_subject().subject_key
    client = inside(key)
    assert "/preferences/tell/?page=" in client.get("/preferences/hours/").content.decode()
    reply = client.post("/preferences/tell/", {"about": "invasive", "page": "times"}, follow=True)
    assert "Thank you." in reply.content.decode()
    case = Feeling.objects.get()
    assert (case.page, case.reply_by, case.words) == ("times", "page", None)


@pytest.mark.django_db
def test_what_somebody_writes_is_sealed_and_dies_with_them() -> None:
    key = a_subject().subject_key
    case = said(key, words="You know too much")
    assert b"too much" not in bytes(case.words or b"")
    assert feelings.conversations(key)[0].words == "You know too much"
    operations.shred(key, AT)
    with pytest.raises(queries.SubjectErased):
        feelings.conversations(key)


@pytest.mark.django_db(transaction=False)
def test_the_answer_comes_where_the_person_wanted_it(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    key = a_subject().subject_key
    case = said(key, reply_by="email")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        feelings.answer(case.pk, "We were wrong. It is off now.", by="user:7", at=AT)
    assert "We were wrong." in str(mail.outbox[-1].body)
    page = inside(key).get("/preferences/told/").content.decode()
    assert "We were wrong. It is off now." in page


@pytest.mark.django_db
def test_nobody_is_answered_in_a_channel_that_they_have_not() -> None:
    assert said(a_subject().subject_key, reply_by="phone").reply_by == "page"


@pytest.mark.django_db
def test_three_alike_raise_one_alarm() -> None:
    for expected in (0, 0, 1, 1):
        said(a_subject().subject_key)
        assert Alarm.objects.count() == expected
    said(a_subject().subject_key, purpose="context.location")
    assert [(alarm.kind, alarm.value) for alarm in feelings.alarms()] == [("purpose", OFFERS)]


@pytest.mark.django_db
def test_when_something_was_changed_everybody_who_said_so_is_told() -> None:
    keys = [a_subject().subject_key for _ in range(3)]
    for key in keys:
        said(key)
    alarm = feelings.alarms().get()
    told = feelings.settle(alarm.pk, "Offers no longer use visits.", by="user:7", at=AT)
    assert told == 3
    for key in keys:
        page = inside(key).get("/preferences/told/").content.decode()
        assert "Offers no longer use visits." in page
    assert not feelings.alarms().exists()


@pytest.mark.django_db
def test_after_a_change_it_takes_three_again() -> None:
    for _ in range(3):
        said(a_subject().subject_key)
    feelings.settle(feelings.alarms().get().pk, "Changed.", by="user:7", at=AT)
    said(a_subject().subject_key)
    assert not feelings.alarms().exists()


@pytest.mark.django_db
def test_the_audit_trail_knows_that_it_was_told_and_not_what() -> None:
    key = a_subject().subject_key
    said(key, words="You know too much")
    entries = [entry for entry in audit.entries_about(key) if "feeling" in entry.action]
    assert len(entries) == 1
    assert "too much" not in str(entries[0].details)


@pytest.mark.django_db
def test_strangers_tell_nothing() -> None:
    assert Client().post("/preferences/tell/", {"about": "invasive"}).status_code == 302
    assert not Feeling.objects.exists()
