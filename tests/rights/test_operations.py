"""Requests over their life: opened, extended, asked about, refused, carried out, left."""

from datetime import date

import pytest
from django.db import Error, connection, transaction

from rights import operations, queries
from rights.casework.sealed import Typed, typed
from rights.grounds import GroundUnknown
from rights.lifecycle import IllegalMove
from rights.models import RequestedRight, RequestEvent, RightsRequest
from rights.operations import Acting, NewRequest
from tests.builders import a_subject
from tests.rights.requests import a_request, at, by, due, the

pytestmark = pytest.mark.django_db


def events(right: RequestedRight) -> list[str]:
    return [clock.event for clock in right.clocks.filter(ended_on=None)]


def test_each_right_has_its_own_clock_state_and_answer() -> None:
    request = a_request("2026-11-02", "access", "erasure")
    operations.answer(the(request, "access").pk, "granted", by("2026-11-10"))
    assert the(request, "access").state == "answered"
    assert the(request, "erasure").state == "in_progress"
    assert the(request, "erasure").clocks.count() == 1


def test_a_clock_is_stored_whole() -> None:
    clock = the(a_request("2026-11-06", "access", region="ES-AN"), "access").clocks.get()
    assert clock.statutory_due == date(2026, 12, 9)
    assert clock.calendar.startswith("ES-AN; holidays 0.109; overrides ")
    assert clock.law == "ES-LOPDGDD"
    assert "art. 12.3" in clock.source
    assert clock.steps[0] == {
        "on": "2026-11-06",
        "counted": False,
        "why": "The clock starts with receipt of the request; this day is not counted.",
    }
    assert clock.others == [
        {"law": "EU-GDPR", "statutory_due": "2026-12-09", "prudent_due": "2026-12-09"}
    ]


def test_the_legal_day_is_the_controllers_day() -> None:
    late = Acting("user:1", at("2026-11-03", 1))  # still the second in Mexico City
    new = NewRequest(rights=["access"], country="MX", identity="document")
    assert operations.open_request(new, late).received_on == date(2026, 11, 2)


def test_a_request_under_a_law_that_we_do_not_hold_is_refused() -> None:
    with pytest.raises(operations.RequestRefused) as refused:
        a_request("2026-11-02", "access", country="JP")
    assert refused.value.code == "law_unknown"


def test_a_right_that_no_law_of_the_person_grants_is_refused() -> None:
    with pytest.raises(operations.RequestRefused) as refused:
        a_request("2026-11-02", "use_limitation", country="ES")
    assert refused.value.code == "right_not_in_law"


def test_a_request_keeps_the_law_of_its_day_of_receipt() -> None:
    assert a_request("2026-12-02", "access", country="CL").laws == ["CL-21719"]
    earlier = a_request("2026-12-02", "access", country="CL", received_on=date(2026, 11, 30))
    assert earlier.laws == ["CL-19628"]


def test_an_extension_counts_from_receipt_and_is_given_once() -> None:
    request = a_request("2026-11-02", "access")
    right = operations.extend(the(request, "access").pk, by("2026-11-20", "Many systems."))
    assert (right.state, right.statutory_due) == ("extended", date(2027, 2, 2))
    with pytest.raises(operations.ExtensionRefused) as refused:
        operations.extend(right.pk, by("2026-11-21", "More systems."))
    assert refused.value.code == "extended_before"


def test_a_late_extension_is_refused() -> None:
    right = the(a_request("2026-11-02", "access"), "access")
    with pytest.raises(operations.ExtensionRefused) as refused:
        operations.extend(right.pk, by("2026-12-03", "Many systems."))
    assert refused.value.code == "extension_too_late"
    assert "2026-12-02" in str(refused.value)


def test_an_extension_needs_reasons_and_a_law_that_gives_one() -> None:
    with pytest.raises(operations.ReasonMissing):
        operations.extend(the(a_request("2026-11-02"), "access").pk, by("2026-11-03"))
    brazilian = a_request("2026-11-02", "access", country="BR")
    with pytest.raises(operations.ExtensionRefused, match="gives no extension"):
        operations.extend(the(brazilian, "access").pk, by("2026-11-03", "Many systems."))


def test_mexico_begins_anew_once_what_was_missing_is_supplied() -> None:
    request = a_request("2026-11-02", "access", country="MX")
    right = operations.ask(the(request, "access").pk, by("2026-11-06", "Which account?"))
    assert (right.state, events(right)) == ("awaiting_information", ["supply_missing_information"])
    assert right.statutory_due == date(2026, 11, 23)  # ten business days, without 16 November
    right = operations.supplied(right.pk, by("2026-11-12"))
    assert (right.state, events(right)) == ("in_progress", ["answer_after_completion"])
    assert right.statutory_due == date(2026, 12, 11)


def test_mexico_lets_ask_within_five_days_and_once() -> None:
    request = a_request("2026-11-02", "access", country="MX")
    with pytest.raises(operations.AskingRefused) as refused:
        operations.ask(the(request, "access").pk, by("2026-11-10", "Which account?"))
    assert refused.value.code == "asking_too_late"
    other = the(a_request("2026-11-02", "erasure", country="MX"), "erasure")
    operations.ask(other.pk, by("2026-11-03", "Which account?"))
    operations.supplied(other.pk, by("2026-11-04"))
    with pytest.raises(operations.AskingRefused) as refused:
        operations.ask(other.pk, by("2026-11-05", "And which shop?"))
    assert refused.value.code == "asked_before"


def test_mexico_has_a_phase_of_its_own_for_carrying_out() -> None:
    request = a_request("2026-11-02", "erasure", country="MX")
    right = operations.answer(the(request, "erasure").pk, "granted", by("2026-11-10"))
    assert events(right) == ["execution"]
    assert right.statutory_due == date(2026, 12, 2)
    operations.execute(right.pk, by("2026-11-11"))
    right = operations.extend(right.pk, by("2026-11-12", "The archive is abroad."))
    assert (right.state, events(right)) == ("executing", ["execution_extended"])
    assert right.statutory_due == date(2026, 12, 23)


def test_spain_carries_out_within_the_answers_own_period() -> None:
    request = a_request("2026-11-02", "erasure")
    right = operations.answer(the(request, "erasure").pk, "granted", by("2026-11-10"))
    assert (events(right), right.statutory_due) == (["execution"], date(2026, 12, 2))


def test_colombia_marks_a_complaint_in_two_days_and_takes_silence_as_withdrawal() -> None:
    request = a_request("2026-11-03", "rectification", country="CO")
    right = the(request, "rectification")
    assert set(events(right)) == {"answer", "mark_disputed"}
    assert right.statutory_due == date(2026, 11, 5)
    right = operations.mark(right.pk, "mark_disputed", by("2026-11-04"))
    assert (events(right), right.statutory_due) == (["answer"], date(2026, 11, 25))
    operations.ask(right.pk, by("2026-11-06", "Which data are wrong?"))
    assert operations.abandon_due(at=at("2027-01-06")) == 0
    assert operations.abandon_due(at=at("2027-01-07")) == 1
    assert the(request, "rectification").state == "abandoned"


def test_the_united_kingdom_pauses_while_scope_is_asked() -> None:
    request = a_request("2026-11-02", "access", country="GB")
    operations.ask(the(request, "access").pk, by("2026-11-10", "Which years?"))
    assert due(request, "access") == date(2026, 12, 2)
    operations.supplied(the(request, "access").pk, by("2026-11-19"))
    assert due(request, "access") == date(2026, 12, 14)  # ten days more, then off a Saturday


def test_asking_stops_no_clock_where_the_law_does_not_say_so() -> None:
    request = a_request("2026-11-02", "access")
    operations.ask(the(request, "access").pk, by("2026-11-10", "Which shop?"))
    assert due(request, "access") == date(2026, 12, 2)


def test_a_refusal_stands_on_a_ground_of_the_persons_law() -> None:
    right = the(a_request("2026-11-02", "erasure"), "erasure")
    with pytest.raises(GroundUnknown, match="legal_duty"):
        operations.refuse(right.pk, "done_before", by("2026-11-10", "No."))
    with pytest.raises(operations.ReasonMissing):
        operations.refuse(right.pk, "legal_duty", by("2026-11-10"))
    right = operations.refuse(right.pk, "legal_duty", by("2026-11-10", "Six years, tax."))
    assert (right.state, right.outcome, right.ground) == ("refused", "refused", "legal_duty")
    assert right.request.closed_at is not None


def test_an_answered_right_is_never_answered_again() -> None:
    right = the(a_request("2026-11-02"), "access")
    operations.answer(right.pk, "granted", by("2026-11-10"))
    with pytest.raises(IllegalMove):
        operations.refuse(right.pk, "excessive", by("2026-11-11", "Too many."))


def test_a_late_answer_is_counted_on_the_statutory_date() -> None:
    right = the(a_request("2026-11-02"), "access")
    operations.answer(right.pk, "granted", by("2026-12-03"))
    clock = right.clocks.get(event="answer")
    assert clock.ended == "met"
    assert clock.ended_on
    assert clock.ended_on > clock.statutory_due


def test_the_person_takes_back_what_is_unanswered() -> None:
    request = a_request("2026-11-02", "access", "erasure")
    operations.answer(the(request, "access").pk, "granted", by("2026-11-03"))
    left = operations.withdraw(request.pk, by("2026-11-04"))
    assert [right.right for right in left] == ["erasure"]
    assert the(request, "access").state == "answered"


def test_what_was_typed_is_sealed_and_destroyed_with_an_abandoned_request() -> None:
    words = Typed(name="Inés Prueba", email="ines@prueba.example", words="Mis datos")
    request = a_request("2026-11-02", "access", identity="", typed=words)
    assert b"Prueba" not in bytes(request.typed or b"")
    assert typed(request) == words
    operations.withdraw(request.pk, by("2026-11-04"))
    left = RightsRequest.objects.get(pk=request.pk)
    assert (left.envelope, left.typed, left.address) == (None, None, None)
    assert typed(left) is None


def test_argentina_counts_access_from_the_proof_of_identity() -> None:
    request = a_request("2026-11-02", "access", country="AR", identity="")
    assert due(request, "access") == date(2026, 11, 12)
    operations.verify(request.pk, subject_key=None, how="document", by=by("2026-11-09"))
    assert due(request, "access") == date(2026, 11, 19)


def test_a_second_request_is_linked_and_never_blocked() -> None:
    person = a_subject()
    first = a_request("2026-11-02", subject_key=person.subject_key)
    second = a_request("2026-11-03", subject_key=person.subject_key)
    assert list(queries.related(second)) == [first]


def test_what_happened_cannot_be_changed_or_removed() -> None:
    request = a_request("2026-11-02")
    for statement in (
        "UPDATE rights_requestevent SET kind = 'x'",
        "DELETE FROM rights_requestevent",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert RequestEvent.objects.filter(request=request).count() == 2


def test_the_queue_is_ordered_by_what_is_due() -> None:
    late, soon = a_request("2026-11-05"), a_request("2026-11-02", country="BR")
    assert [right.request for right in queries.waiting()] == [soon, late]
    assert not queries.overdue(on=date(2026, 11, 17)).exists()
    assert queries.overdue(on=date(2026, 11, 18)).get().request == soon
