"""What systems were told and what they told is destroyed once nobody needs it any more."""

from datetime import datetime, timedelta

from pseudonymize import holds
from rights.lifecycle import CLOSED
from rights.models import Errand, RightsRequest
from rights.systems.queries import forget_results

KEPT = timedelta(days=30)  # to look into what a system answered, once its right is closed


def forget_of(request: RightsRequest) -> int:
    """Destroy all of it for the errands of a request; returns of how many."""
    mine = Errand.objects.filter(right__request=request, envelope__isnull=False)
    return sum(forget_results(errand) for errand in mine)


def forget_settled(*, at: datetime) -> int:
    """
    Destroy what belongs to rights that ended some time ago; returns of how many errands.

    Left alone are people under a legal hold. Errands without a right belong to an erasure, which
    destroys them when it ends.
    """
    over = Errand.objects.filter(
        continued_at__lte=at - KEPT, right__state__in=sorted(CLOSED), envelope__isnull=False
    )
    return sum(
        forget_results(errand)
        for errand in over.order_by("pk")
        if holds.standing(errand.subject_key, on=at.date()) is None
    )
