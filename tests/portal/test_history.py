"""Every act, who acted, and its receipt."""

import io
import zipfile
from datetime import date

import pytest

from consent import queries
from consent.act import Actor, Kind
from tests.builders import a_grant, a_subject, an_event
from tests.portal.people import inside

HISTORY = "/preferences/history/"


@pytest.mark.django_db
def test_the_history_says_who_acted() -> None:
    key = a_subject(birth_date=date(2016, 3, 1), guardian=True).subject_key
    an_event(key, Kind.GRANTED, "personalisation.basic", actor=Actor.GUARDIAN)
    an_event(key, Kind.REFUSED, "marketing.offers", actor=Actor.AGENT)
    page = inside(key).get(HISTORY).content.decode()
    assert "Your guardian" in page
    assert "Somebody acting for you" in page


@pytest.mark.django_db
def test_long_histories_come_in_pages() -> None:
    key = a_subject().subject_key
    for _ in range(35):
        an_event(key, Kind.REFUSED, "marketing.offers")
    client = inside(key)
    first = client.get(HISTORY).content.decode()
    second = client.get(HISTORY, {"before": "6"}).content.decode()
    assert ("?before=6" in first, first.count('class="act"'), second.count('class="act"')) == (
        True,
        30,
        5,
    )


@pytest.mark.django_db
def test_all_receipts_come_in_one_archive() -> None:
    key = a_subject().subject_key
    a_grant(key, "marketing.offers")
    an_event(key, Kind.REFUSED, "sharing.partners")
    reply = inside(key).get("/preferences/receipts")
    body = b"".join(reply.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == [
            "00001-granted-marketing.offers.json",
            "00002-refused-sharing.partners.json",
        ]


@pytest.mark.django_db
def test_nobody_gets_the_receipt_of_somebody_else() -> None:
    event = a_grant(a_subject().subject_key, "marketing.offers")
    receipt = queries.history(event.subject_id).select_related("receipt").get().receipt.pk
    path = f"/preferences/receipts/{receipt}"
    assert inside(event.subject_id).get(path).status_code == 200
    assert inside(a_subject().subject_key).get(path).status_code == 404


@pytest.mark.django_db
def test_an_empty_history_says_that_all_is_off() -> None:
    assert (
        "Everything optional is off."
        in inside(a_subject().subject_key).get(HISTORY).content.decode()
    )
