"""Nothing that once opened a person's pages opens them after the doors were closed."""

import pytest
from django.test import Client
from django.utils import timezone

from portal import codes, doors, links
from portal.models import EntryCode, Link
from pseudonymize import operations, queries
from tests.builders import a_subject
from tests.portal.people import inside

pytestmark = pytest.mark.django_db
CHOICES = "/preferences/choices/"


def test_visits_links_and_codes_end_together_and_another_person_notices_nothing() -> None:
    key, other = a_subject().subject_key, a_subject().subject_key
    now = timezone.now()
    client, neighbour = inside(key), inside(other)
    link = links.issue(key, actor="system", at=now)
    stop = links.stop_path(key, at=now)
    codes.ask(queries.contact(key, "email") or "", locale="es", at=now)
    assert doors.close_all(key, at=now) == 5  # the visit, its link, a link, the stop link, a code
    assert client.get(CHOICES).status_code == 302
    assert neighbour.get(CHOICES).status_code == 200
    assert {Client().get(link.path).status_code, Client().get(stop).status_code} == {410}
    assert not EntryCode.objects.exists()
    assert set(Link.objects.values_list("subject_id", flat=True)) == {other}


def test_the_doors_of_an_erased_person_can_be_closed_twice() -> None:
    key, now = a_subject().subject_key, timezone.now()
    links.issue(key, actor="system", at=now)
    operations.shred(key, now)
    assert [doors.close_all(key, at=now), doors.close_all(key, at=now)] == [1, 0]
