"""Where a request comes from, as a keyed digest: it is counted, and never kept in clear."""

import ipaddress
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOUSEHOLD = 64  # bits of an IPv6 address that belong to one line


def client(request: HttpRequest) -> bytes:
    """Return the digest of the client's address; of IPv6, of the network that one line has."""
    return salted_hmac("portal.clients", address(request), algorithm="sha256").digest()


def address(request: HttpRequest) -> str:
    """
    Return the address of the client: the nearest one that is no trusted proxy of ours.

    `X-Forwarded-For` counts only as far as `TRUSTED_PROXIES` wrote it: what stands before is
    whatever the client liked to send.
    """
    nearest = ""
    for hop in _hops(request):
        nearest = hop
        found = _parsed(hop)
        if found is None or not any(found in network for network in settings.TRUSTED_PROXIES):
            break
    found = _parsed(nearest)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _HOUSEHOLD), strict=False))
    return nearest


def _hops(request: HttpRequest) -> Iterator[str]:
    yield request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    yield from (hop.strip() for hop in reversed(forwarded) if hop.strip())


def _parsed(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
