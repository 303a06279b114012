"""One letter answers several rights, and tells of each what became of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.desk.accounts import Role
from rights.contact import letters
from rights.models import Letter, LetterTemplate, RightsRequest
from rights.operations import Acting, NewRequest, open_request
from tests.portal.officers import at_desk

pytestmark = pytest.mark.django_db
MIXED = {
    "outcome.access": "granted",
    "outcome.rectification": "refused",
    "ground.rectification": "excessive",
    "words": "We could not find what you say.",
}


def a_request(*rights: str) -> RightsRequest:
    new = NewRequest(rights=rights, country="ES", identity="document", locale="en")
    return open_request(new, Acting("person", timezone.now()))


def answer(client: Client, request: RightsRequest, **told: str) -> Any:
    return client.post(f"/desk/requests/{request.pk}/answer", told)


def states(request: RightsRequest) -> list[str]:
    return list(request.rights.order_by("pk").values_list("state", flat=True))


def test_two_outcomes_stand_in_one_letter() -> None:
    request, client = a_request("access", "rectification"), at_desk()
    shown = answer(client, request, **MIXED, preview="1").content.decode()
    assert "What we decided: access to my data: granted; correct my data: refused (" in shown
    assert states(request) == ["in_progress", "in_progress"]
    assert answer(client, request, **MIXED, letter="1").status_code == 302
    assert states(request) == ["answered", "refused"]
    letter = Letter.objects.get()
    assert (letter.kind, letter.rights) == ("answer", ["access", "rectification"])
    assert "art. 12.5" in letters.text_of(letter).plain


def test_one_outcome_for_all_reads_as_one() -> None:
    request, client = a_request("access", "portability"), at_desk()
    told = {"outcome.access": "granted", "outcome.portability": "granted"}
    shown = answer(client, request, **told, preview="1").content.decode()
    assert "We have granted it." in shown
    assert "What we decided" not in shown


def test_all_refused_on_one_ground_is_a_refusal() -> None:
    request, client = a_request("access", "portability"), at_desk()
    told = {f"outcome.{right}": "refused" for right in ("access", "portability")}
    told |= {f"ground.{right}": "excessive" for right in ("access", "portability")}
    answer(client, request, **told, words="The tenth time this month.", letter="1")
    assert (states(request), Letter.objects.get().kind) == (["refused", "refused"], "refusal")


def test_what_cannot_be_leaves_every_right_as_it_was() -> None:
    request, client = a_request("access", "portability"), at_desk()
    assert answer(client, request, words="x").status_code == 422
    told = {"outcome.access": "granted", "outcome.portability": "refused"}
    assert answer(client, request, **told, words="x").status_code == 422  # no ground
    assert states(request) == ["in_progress", "in_progress"]
    assert answer(at_desk(Role.AGENT, name="a"), request, **MIXED).status_code == 403


def test_a_wording_of_ones_own_that_knows_of_no_outcomes_still_tells_them() -> None:
    now = timezone.now()
    LetterTemplate.objects.create(
        kind="answer", law="", locale="en", version=1, text="Hello\n\n{words}", edited_at=now
    )
    request, client = a_request("access", "rectification"), at_desk()
    shown = answer(client, request, **MIXED, preview="1").content.decode()
    assert "correct my data: refused" in shown
