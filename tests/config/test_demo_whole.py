"""All of the demo, as `make run` loads it. How long that takes is told, not judged."""

import io
import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.demo import company
from config.demo.people import PEOPLE
from policies.models import DecisionRecord
from policies.replay import replayed

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def test_the_whole_company_holds(record_property: Callable[[str, object], None]) -> None:
    begun = time.monotonic()
    loaded = company.load(at=timezone.now())
    record_property("seconds", round(time.monotonic() - begun, 1))
    assert loaded is not None
    assert loaded.people == PEOPLE
    call_command("verify_ledger", stdout=io.StringIO())
    call_command("rebuild_state", "--check", stdout=io.StringIO())
    for row in DecisionRecord.objects.order_by("id")[::10]:
        decision = replayed(row)
        codes = [reason["code"] for reason in row.answer["reasons"]]
        assert (row.answer["effect"], codes) == (
            decision.effect.word,
            [finding.code for finding in decision.findings],
        )
