"""The systems of this installation, as the file that VENIA_SYSTEMS names declares them."""

import functools
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from rights.systems import reading
from rights.systems.declaration import OWN, VENIA, Connector, System


def systems() -> Mapping[str, System]:
    """
    Return every system by key, in the order in which they are called; Venia itself comes last.

    Read once per process and file.

    :raises reading.DeclarationRejected: with the file, the place and what to write.
    """
    return _declared(settings.VENIA_SYSTEMS)


def system_of(key: str) -> System:
    """Return one system; one that is no longer declared is told by its key, and by hand."""
    found = systems().get(key)
    if found is not None:
        return found
    title = dict.fromkeys(VENIA.title, key)
    return System(
        key=key,
        title=title,
        categories=(),
        works=frozenset(),
        connector=Connector.MANUAL,
        order=0,
        identified_by=(),
        patience_hours=0,
    )


@functools.cache
def _declared(path: str) -> Mapping[str, System]:
    found = reading.read(Path(path)) if path else {}
    return {**found, OWN: VENIA}
