"""Over the invented company: a search says what asking person by person says."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from config.demo import company
from config.demo.people import PEOPLE
from policies import operations, search
from policies.question import DataItem, Question
from policies.reading import Named
from pseudonymize.queries import holders, identifiers_of, lookup_digest

pytestmark = pytest.mark.django_db

MESSAGE = DataItem("user.name.first", "provided")
ASKED = [
    ("send_message", "marketing.messages", "whatsapp", (MESSAGE,)),
    ("send_message", "marketing.messages", "email", (MESSAGE,)),
    ("recommend", "personalisation.recommendations", "web", ()),
    ("send_message", "service.feedback", "sms", ()),
    ("measure", "analytics.attribution", None, ()),
    ("retain", "prediction.behaviour", "phone", ()),
]


@pytest.mark.parametrize(
    "count", [150, pytest.param(PEOPLE, marks=pytest.mark.long, id="everybody")]
)
def test_search_equals_the_check_for_everybody_of_the_demo(count: int) -> None:
    now = timezone.now()
    company.load(at=now, count=count)
    keys = [key for n in range(1, count + 1) for key in holders("external_id", f"C-{n:04}")]
    ids = identifiers_of(keys, "public")
    noon = now.replace(hour=15, minute=0) + timedelta(days=2)
    found_somebody = 0
    for action, purpose, channel, data in ASKED:
        question = Question(action, "purpose", purpose, noon, channel=channel, data=data)
        found = _everybody(question, now=now)
        assert found == [key for key in keys if key in ids and _asked(question, ids[key], now)]
        found_somebody += len(found)
    assert found_somebody


def _asked(question: Question, public_id: str, now: datetime) -> bool:
    named = Named(question, lookup_digest("public", public_id), None)
    return bool(operations.decide([named], caller="t", at=now)[0]["decision"])


def _everybody(question: Question, *, now: datetime) -> list[int]:
    found, token = list[int](), None
    while True:
        page = search.subjects(question, caller="t", at=now, limit=40, token=token)
        found += page.subjects
        if (token := page.token) is None:
            return found
