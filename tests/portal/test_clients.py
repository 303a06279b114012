"""Tries are counted per client, whatever a client writes into a header."""

from ipaddress import ip_network

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.utils import timezone

from config.environment import networks
from portal import clients, codes
from portal.models import EntryCode
from pseudonymize import queries
from tests.builders import a_subject

OURS = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        pytest.param("203.0.113.7", "198.51.100.1", "203.0.113.7", id="a stranger's word"),
        pytest.param("10.1.1.1", "198.51.100.1", "198.51.100.1", id="our proxy's word"),
        pytest.param("10.1.1.1", "1.2.3.4, 198.51.100.1", "198.51.100.1", id="what came before"),
        pytest.param("10.1.1.1", "198.51.100.1, 10.2.2.2", "198.51.100.1", id="two proxies"),
        pytest.param("10.1.1.1", "", "10.1.1.1", id="nothing forwarded"),
        pytest.param("10.1.1.1", "unknown", "unknown", id="no address at all"),
        pytest.param("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64", id="one line of IPv6"),
    ],
)
def test_the_client_is_the_nearest_that_is_no_proxy_of_ours(
    settings: LazySettings, peer: str, forwarded: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = OURS
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert clients.address(request) == found


def test_proxies_are_networks_or_a_clear_sentence() -> None:
    assert networks("TRUSTED_PROXIES", "10.0.0.0/8, ::1") == OURS
    with pytest.raises(ImproperlyConfigured, match="such as 10"):
        networks("TRUSTED_PROXIES", "my-proxy")


@pytest.mark.django_db
def test_who_tries_address_after_address_gets_the_same_answer_and_no_mail() -> None:
    known = queries.contact(a_subject().subject_key, "email") or ""
    now, here = timezone.now(), clients.client(RequestFactory().get("/"))
    rows = [
        EntryCode(browser=b"%d" % n, address=b"%d" % n, client=here, subject_keys=[], asked_at=now)
        for n in range(codes.MOST_FROM_ONE)
    ]
    EntryCode.objects.bulk_create(rows)
    fast = Client().post("/preferences/ask", {"email": known})
    other = Client(REMOTE_ADDR="203.0.113.9").post("/preferences/ask", {"email": known})
    assert (fast.status_code, fast["Location"]) == (other.status_code, other["Location"])
    assert codes.send_due(at=timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[known]]
    assert b"203.0.113.9" not in bytes(EntryCode.objects.latest("pk").client)
