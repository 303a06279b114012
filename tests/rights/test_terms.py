"""Where a law leaves the controller a choice, an officer makes it by an act, and clocks obey."""

from datetime import date

import pytest
from django.conf import LazySettings

from rights import operations
from rights.casework import terms
from rights.models import Clock, RequestEvent, RightsRequest
from tests.rights.requests import a_request, by, due, the

pytestmark = pytest.mark.django_db
WHY = "We are a small agent."


def running(request: RightsRequest, right: str = "access") -> Clock:
    return the(request, right).clocks.get(ended_on=None)


def test_only_what_the_law_leaves_open_is_offered() -> None:
    assert terms.offered(["BR-LGPD"], ["access"]) == ["small", "simplified"]
    assert terms.offered(["BR-LGPD"], ["objection"]) == ["small"]
    assert terms.offered(["MX-LFPDPPP"], ["access"]) == ["LFPA"]
    assert terms.offered(["EU-GDPR", "ES-LOPDGDD"], ["access"]) == []
    assert terms.known() == ["small", "simplified", "LFPA"]


def test_a_small_agent_has_twice_as_long() -> None:
    request = a_request("2026-11-03", country="BR")
    assert due(request, "access") == date(2026, 11, 18)
    operations.choose_terms(request.pk, ["small"], by("2026-11-04", WHY))
    assert due(request, "access") == date(2026, 12, 3)
    assert "Res. CD/ANPD 2/2022" in running(request).source
    event = RequestEvent.objects.get(kind="terms_chosen")
    assert (event.actor, event.details) == ("user:1", {"from": [], "to": ["small"]})
    assert [clock.ended for clock in the(request, "access").clocks.order_by("pk")] == [
        "recounted",
        "",
    ]


def test_a_simplified_answer_is_due_at_once_and_back_again() -> None:
    request = a_request("2026-11-03", country="BR")
    operations.choose_terms(request.pk, ["simplified"], by("2026-11-03", "She wants it so."))
    assert (running(request).event, due(request, "access")) == (
        "answer_simplified",
        date(2026, 11, 3),
    )
    operations.choose_terms(request.pk, [], by("2026-11-03", "She wants the whole statement."))
    assert (running(request).event, due(request, "access")) == ("answer", date(2026, 11, 18))
    operations.answer(the(request, "access").pk, "granted", by("2026-11-04"))


def test_mexico_counts_by_the_calendar_that_is_chosen() -> None:
    request = a_request("2026-04-15", country="MX")
    before = due(request, "access")
    operations.choose_terms(request.pk, ["LFPA"], by("2026-04-16", "Counsel says so."))
    assert running(request).calendar.startswith("MX/LFPA")
    assert (before, due(request, "access")) == (date(2026, 5, 14), date(2026, 5, 15))  # 5 May


def test_the_installation_has_its_usual_terms_for_new_requests(settings: LazySettings) -> None:
    before = a_request("2026-11-03", country="BR")
    settings.DEADLINE_TERMS = ["small", "LFPA"]
    after = a_request("2026-11-03", country="BR")
    assert (before.terms, after.terms) == ([], ["small"])
    assert due(after, "access") == date(2026, 12, 3)
    assert a_request("2026-11-03", country="ES").terms == []


def test_a_choice_has_its_reason_and_changes_something() -> None:
    request = a_request("2026-11-03", country="BR")
    with pytest.raises(operations.ReasonMissing):
        operations.choose_terms(request.pk, ["small"], by("2026-11-04"))
    with pytest.raises(operations.NothingOffered):
        operations.choose_terms(request.pk, [], by("2026-11-04", WHY))
    with pytest.raises(operations.TermUnknown, match="small, simplified"):
        operations.choose_terms(request.pk, ["LFPA"], by("2026-11-04", WHY))
    assert due(request, "access") == date(2026, 11, 18)
