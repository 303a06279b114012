"""What is kept of a person in this app, for their own copy of it (GDPR art. 15.3). Reads only."""

from collections.abc import Iterator
from datetime import datetime

from pseudonymize.models import LegalHold, Subject


def registered_at(subject_key: int) -> datetime | None:
    """Return when a person was registered; None once they were erased."""
    rows = Subject.objects.filter(subject_key=subject_key)
    return rows.values_list("registered_at", flat=True).first()


def legal_holds(subject_key: int, *, until: datetime) -> Iterator[LegalHold]:
    """Yield the holds that were placed on a person by `until`, ended or not, oldest first."""
    rows = LegalHold.objects.filter(subject_key=subject_key, placed_at__lte=until)
    yield from rows.order_by("pk")
