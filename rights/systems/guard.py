"""
Where a call may go: to a public address, or to a host that the declaration names as internal.

The name is resolved once and the call goes to the address that was looked at, so that an answer
of a name server that changes in between leads nowhere else.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from rights.systems.declaration import Http

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 addresses behind NAT64 (RFC 6052)


class AddressRefused(Exception):
    """The host has an address to which this system may not be called."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the address that was looked at, and what is asked there."""

    address: str
    host: str
    port: int
    path: str
    is_secure: bool


def target(http: Http) -> Target:
    """
    Resolve a system's host and return where it is called.

    :raises AddressRefused: when any of its addresses is one that it may not have.
    :raises OSError: when the host cannot be resolved.
    """
    parts = urlsplit(http.url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    is_internal = host in http.internal_hosts
    if not is_secure and not is_internal:
        raise AddressRefused
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(address[0]) for *_, address in found]
    if not all(is_allowed(one, internal=is_internal) for one in addresses):
        raise AddressRefused
    query = f"?{parts.query}" if parts.query else ""
    return Target(addresses[0], host, port, (parts.path or "/") + query, is_secure)


def is_allowed(text: str, *, internal: bool) -> bool:
    """
    Return whether an address may be called.

    Link-local ones never, for there clouds give away their keys; private and loopback ones only
    for an internal host.
    """
    address = _innermost(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if internal:
        return not address.is_reserved or address.is_loopback
    return address.is_global


def _innermost(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, where it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
