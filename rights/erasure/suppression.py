"""
"Do not address again": remembered under its own key before the identifiers go.

Source: LOPDGDD art. 15.2 (what identifies the person, and nothing else); GDPR art. 21.3.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pseudonymize import operations as subjects
from pseudonymize import suppressions
from rights.erasure import terms


def suppress(
    identifiers: Iterable[tuple[str, str]], *, country: str, at: datetime
) -> list[tuple[str, str]]:
    """Put every address among (kind, value) pairs on the list; returns those. Twice is harmless."""
    channels = terms.addressed_on()
    addresses = [(kind, value) for kind, value in identifiers if kind in channels]
    for kind, value in addresses:
        subjects.suppress(channels[kind], kind, value, at=at, country=country or None)
    return addresses


def digests(addresses: Iterable[tuple[str, str]], *, country: str) -> Iterator[tuple[str, bytes]]:
    """Yield channel and digest of each address that `suppress` put on the list."""
    channels = terms.addressed_on()
    for kind, value in addresses:
        for channel in channels[kind]:
            digest = suppressions.digest_of(channel, kind, value, country=country or None)
            yield channel, digest
