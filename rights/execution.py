"""
What follows once every system has settled an errand: the next step of its right.

Dotted names, since what follows sends errands itself. A continuation gets the errand and who
acted; it runs in the transaction that marks the errand as continued, so it runs once, and must
be harmless if it ran before.
"""

from collections.abc import Mapping

from django.utils.module_loading import import_string

from rights.casework.events import Acting
from rights.models import Errand
from rights.systems.declaration import Work

CONTINUATIONS: Mapping[Work, str] = {}


def settled(errand: Errand, by: Acting) -> None:
    """Go on after an errand whose last system has answered; nothing when nothing follows."""
    if name := CONTINUATIONS.get(Work(errand.work)):
        import_string(name)(errand, by)
