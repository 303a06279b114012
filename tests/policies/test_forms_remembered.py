"""A process sends a form until it is stored for good, and not again."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from config import grants
from policies import forms, precedents, retention
from policies.models import DecisionDigest
from tests.builders import AT
from tests.policies.test_forms import as_stored, number_of, some_people, told

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def _without_precedents() -> None:
    precedents.forget()


def test_a_day_whose_texts_were_removed_is_not_counted_and_the_next_steps_are_told() -> None:
    told(some_people(8), caller="lost")
    with grants.as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_form WHERE caller = 'lost'")
    with pytest.raises(retention.TextsMissing, match="Bring the rows of policies_form"):
        retention.digest_day(AT.date(), at=AT + timedelta(days=1))
    assert not DecisionDigest.objects.exists()
    assert all(as_stored(one.answer)[1] for one in told(some_people(8), caller="lost"))


def test_a_form_that_was_rolled_back_is_stored_the_next_time() -> None:
    people, later = some_people(8), AT + timedelta(seconds=1)
    with transaction.atomic():
        told(people, later)
        transaction.set_rollback(True)
    assert number_of("policies_decision") == 0
    assert all(as_stored(one.answer)[1] for one in told(people, later))


def test_a_form_that_is_stored_for_good_is_not_sent_again_over_the_same_connection() -> None:
    sent = [one.form for one in told(some_people(8)) if one.form]
    assert sent
    assert forms.unknown(sent) == []
    connection.close()
    assert {form.key for form in forms.unknown(sent)} == {form.key for form in sent}
