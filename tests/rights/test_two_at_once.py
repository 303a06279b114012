"""Two officers at once: one acts, the other is told that somebody was faster."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from rights import operations
from rights.lifecycle import IllegalMove
from rights.models import RequestEvent
from tests.builders import a_subject
from tests.rights.requests import a_request, by, the


@pytest.mark.usefixtures("committed_db")
def test_a_right_that_two_officers_answer_is_answered_once() -> None:
    request = a_request("2026-11-02", subject_key=a_subject().subject_key)
    right = the(request, "access")

    def answered(_: int) -> bool:
        try:
            operations.answer(right.pk, "granted", by("2026-11-03"))
        except IllegalMove:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as officers:
        assert sum(officers.map(answered, range(4))) == 1
    assert RequestEvent.objects.filter(kind="answered").count() == 1


@pytest.mark.usefixtures("committed_db")
def test_a_person_who_withdraws_while_an_officer_answers_ends_one_way() -> None:
    request = a_request("2026-11-02", subject_key=a_subject().subject_key)
    right = the(request, "access")

    def left(withdrawing: bool) -> bool:
        try:
            if withdrawing:
                return bool(operations.withdraw(request.pk, by("2026-11-03")))
            operations.answer(right.pk, "granted", by("2026-11-03"))
        except IllegalMove:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(left, (True, False))) == 1
    assert the(request, "access").state in {"withdrawn", "answered"}
