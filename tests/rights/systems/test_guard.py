"""A call goes to a public address, or to a host that is declared as internal, and nowhere else."""

import pytest

from rights.systems.declaration import Http
from rights.systems.guard import AddressRefused, is_allowed, target


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_allowed(address, internal=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_called(address: str) -> None:
    assert is_allowed(address, internal=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "fc00::1", "8.8.8.8"])
def test_an_internal_host_may_lie_at_a_private_address(address: str) -> None:
    assert is_allowed(address, internal=True)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"])
def test_even_an_internal_host_is_not_where_clouds_keep_their_keys(address: str) -> None:
    assert not is_allowed(address, internal=True)


def test_a_name_that_leads_inside_is_refused_unless_it_is_declared() -> None:
    with pytest.raises(AddressRefused):
        target(Http(url="https://localhost/venia"))
    found = target(Http(url="http://localhost:8080/a?b=c", internal_hosts=("localhost",)))
    assert (found.host, found.port, found.path) == ("localhost", 8080, "/a?b=c")
    assert found.address in {"127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_other_spellings_of_an_address_lead_to_the_same_refusal(host: str) -> None:
    with pytest.raises((AddressRefused, OSError)):
        target(Http(url=f"https://{host}/venia"))


def test_another_host_than_the_internal_one_needs_tls() -> None:
    with pytest.raises(AddressRefused):
        target(Http(url="http://127.0.0.2/", internal_hosts=("127.0.0.1",)))
