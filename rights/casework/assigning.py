"""Who looks after a request."""

from collections.abc import Sequence

from django.db import transaction

from rights.casework.events import Acting, note
from rights.models import RightsRequest


@transaction.atomic
def assign(numbers: Sequence[int], to: str, by: Acting) -> int:
    """Give requests to somebody (user:<name>), or to nobody; returns how many changed hands."""
    rows = RightsRequest.objects.select_for_update(no_key=True).filter(pk__in=numbers)
    changed = 0
    for request in rows.exclude(assigned_to=to).order_by("pk"):
        request.assigned_to = to
        request.save(update_fields=["assigned_to"])
        note(request, "assigned", by, details={"to": to})
        changed += 1
    return changed
