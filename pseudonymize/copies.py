"""What is kept of a person in this app, for their own copy of it (GDPR art. 15.3). Reads only."""

from datetime import datetime

from pseudonymize.models import Subject


def registered_at(subject_key: int) -> datetime | None:
    """Return when a person was registered; None once they were erased."""
    rows = Subject.objects.filter(subject_key=subject_key)
    return rows.values_list("registered_at", flat=True).first()
