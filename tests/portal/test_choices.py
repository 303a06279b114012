"""An act on the page is the person's own act: recorded whole, told exactly, effective at once."""

import pytest

from consent import queries
from consent.act import Kind
from tests.builders import a_grant, a_subject, an_event
from tests.portal.people import acts, decide, inside, permitted, version

OFFERS = "marketing.offers"
MESSAGES = "marketing.messages"
BASIC = "personalisation.basic"
RECOMMENDATIONS = "personalisation.recommendations"
THEME = "/preferences/choices/marketing/"


@pytest.mark.django_db
def test_a_yes_and_a_no_flip_the_policy_check_at_once() -> None:
    key = a_subject().subject_key
    client = inside(key)
    before = permitted(key, OFFERS, "show_offer")
    decide(client, OFFERS, "yes")
    between = permitted(key, OFFERS, "show_offer")
    decide(client, OFFERS, "no")
    assert (before, between, permitted(key, OFFERS, "show_offer")) == (False, True, False)


@pytest.mark.django_db
def test_everything_optional_starts_off() -> None:
    page = inside(a_subject().subject_key).get("/preferences/choices/").content.decode()
    assert "You allow <strong>0</strong>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", [RECOMMENDATIONS, MESSAGES, "advice.health"])
def test_no_box_is_ticked_before_the_person_ticks_it(purpose: str) -> None:
    page = inside(a_subject().subject_key).get(f"/preferences/choices/{purpose}/")
    assert " checked" not in page.content.decode()


@pytest.mark.django_db
def test_saving_says_what_changed_and_links_its_receipt() -> None:
    client = inside(a_subject().subject_key)
    page = decide(client, OFFERS, "yes")
    assert "Saved. This is what changed:" in page
    assert "Offers chosen for you" in page
    receipt = page.partition('href="/preferences/receipts/')[2].partition('"')[0]
    reply = client.get(f"/preferences/receipts/{receipt}")
    assert b'"decision":"granted"' in b"".join(reply.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_saying_the_same_again_records_nothing() -> None:
    key = a_subject().subject_key
    client = inside(key)
    decide(client, OFFERS, "no")
    assert "Nothing to change" in decide(client, OFFERS, "no")
    assert acts(key) == [("refused", OFFERS)]


@pytest.mark.django_db
def test_another_tab_is_shown_and_never_overwritten() -> None:
    key = a_subject().subject_key
    client = inside(key)
    stale = version(client.get(THEME).content.decode())
    decide(client, OFFERS, "no")
    reply = client.post(
        f"/preferences/choices/{OFFERS}/decide",
        {"decision": "yes", "seen": stale, "notice": "1.0"},
    )
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Something changed elsewhere" in page
    assert "Not allowed" in page
    assert acts(key) == [("refused", OFFERS)]


@pytest.mark.django_db
def test_a_yes_to_a_text_that_was_replaced_is_not_saved() -> None:
    key = a_subject().subject_key
    page = decide(inside(key), OFFERS, "yes", notice="0.9")
    assert acts(key) == []
    assert "Something changed elsewhere" in page


@pytest.mark.django_db
def test_a_form_without_a_version_saves_nothing() -> None:
    key = a_subject().subject_key
    reply = inside(key).post(f"/preferences/choices/{OFFERS}/decide", {"decision": "yes"})
    assert (reply.status_code, acts(key)) == (409, [])


@pytest.mark.django_db
def test_messages_are_allowed_on_the_ticked_channels_only() -> None:
    key = a_subject().subject_key
    decide(inside(key), MESSAGES, "yes", ticked="channels", channel=["push", "sms"])
    assert permitted(key, MESSAGES, "send_message", "push")
    assert not permitted(key, MESSAGES, "send_message", "whatsapp")


@pytest.mark.django_db
def test_a_yes_to_no_channel_says_what_is_missing() -> None:
    key = a_subject().subject_key
    assert "One thing is missing" in decide(inside(key), MESSAGES, "yes", ticked="channels")
    assert acts(key) == []


@pytest.mark.django_db
def test_frequency_is_kept_per_channel() -> None:
    key = a_subject().subject_key
    more = {"every.push": "monthly", "every.sms": "daily", "page": "purpose", "ticked": "both"}
    channels = {"channel": ["push", "sms"], "data": ["user.contact"]}
    decide(inside(key), MESSAGES, "yes", **more, **channels)
    standing = queries.permission(key).standings[MESSAGES]
    assert standing.frequencies == {"push": "monthly", "sms": "daily"}


@pytest.mark.django_db
def test_a_second_yes_does_not_widen_what_was_allowed_in_part() -> None:
    key = a_subject().subject_key
    a_grant(key, RECOMMENDATIONS, channels=["web"])
    assert "Nothing to change" in decide(inside(key), RECOMMENDATIONS, "yes")
    assert not permitted(key, RECOMMENDATIONS, "recommend", "app")


@pytest.mark.django_db
def test_delicate_data_are_allowed_expressly_and_beside_the_statement() -> None:
    key = a_subject().subject_key
    client = inside(key)
    assert (
        "express permission to use your health data"
        in client.get("/preferences/choices/advice.health/").content.decode()
    )
    decide(client, "advice.health", "yes")
    assert queries.history(key).get().explicit


@pytest.mark.django_db
def test_legitimate_interest_is_objected_to_and_kept_again() -> None:
    key = a_subject().subject_key
    client = inside(key)
    decide(client, "service.feedback", "no")
    assert not permitted(key, "service.feedback", "send_message", "push")
    decide(client, "service.feedback", "yes")
    assert permitted(key, "service.feedback", "send_message", "push")
    assert [kind for kind, _ in acts(key)] == ["objected", "granted"]


@pytest.mark.django_db
def test_what_the_contract_needs_cannot_be_switched() -> None:
    key = a_subject().subject_key
    decide(inside(key), "service.delivery", "no")
    assert acts(key) == []


@pytest.mark.django_db
def test_silence_in_mexico_is_shown_and_ends_with_one_objection() -> None:
    key = a_subject("MX").subject_key
    an_event(key, Kind.NOTICE_SERVED, OFFERS, channels=["web"])
    client = inside(key)
    assert "On since you were shown the notice" in client.get(THEME).content.decode()
    decide(client, OFFERS, "no")
    assert acts(key)[-1] == ("objected", OFFERS)
    assert not permitted(key, OFFERS, "show_offer")


@pytest.mark.django_db
def test_an_objection_on_one_channel_leaves_the_others_on() -> None:
    key = a_subject().subject_key
    an_event(key, Kind.OBJECTED, "service.feedback", channels=["phone"])
    page = inside(key).get("/preferences/choices/service.feedback/").content.decode()
    assert "On; you can object" in page
    assert page.count('name="channel" value="push" checked') == 1
    assert 'name="channel" value="phone" checked' not in page
    assert permitted(key, "service.feedback", "send_message", "push")
    assert not permitted(key, "service.feedback", "send_message", "phone")
