"""A legal hold stops what would destroy, also in a system that has not been told yet."""

from datetime import datetime

from pseudonymize import holds
from rights.models import Erasure, Errand
from rights.systems.declaration import Work

LEGAL_HOLD = "legal_hold"


def is_held(errand: Errand, *, at: datetime) -> bool:
    """Say whether a system may not be told now; when the hold ends an officer lets it."""
    if errand.work != Work.ERASE:
        return False
    stopped = Erasure.objects.filter(
        subject_key=errand.subject_key, ended_at=None, held_at__isnull=False
    )
    return stopped.exists() or holds.standing(errand.subject_key, on=at.date()) is not None
