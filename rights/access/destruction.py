"""A package ends: its key and its parts are deleted, and what it was remains on record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rights.casework.events import Acting, note
from rights.casework.holding import held
from rights.models import Package, PackagePart, Pickup, PickupCode, RightsRequest


def destroy(package: Package, by: Acting, *, why: str) -> bool:
    """
    Destroy a package; returns whether there was one. Twice is harmless.

    The caller holds the request. `why` is `term`, `officer` or `forgotten`.
    """
    rows = Package.objects.filter(pk=package.pk).exclude(state="destroyed")
    if not rows.update(state="destroyed", key=None, due_at=None, destroyed_at=by.at, withheld=[]):
        return False
    PackagePart.objects.filter(package=package).delete()
    PickupCode.objects.filter(package=package).delete()
    Pickup.objects.filter(package=package).delete()
    note(package.right.request, "package.destroyed", by, right=package.right, reason=why)
    return True


def destroy_of(request: RightsRequest, by: Acting, *, why: str) -> int:
    """Destroy the packages of a request that the caller holds; returns how many there were."""
    return sum(destroy(package, by, why=why) for package in _packages(request))


def _packages(request: RightsRequest) -> Sequence[Package]:
    rows = Package.objects.filter(right__request=request).exclude(state="destroyed")
    return list(rows.select_related("right__request"))


@transaction.atomic
def destroy_now(package: Package, by: Acting) -> bool:
    """Destroy a package before its term, as an officer decides; see `destroy`."""
    held(package.right.request_id)
    return destroy(package, by, why="officer")


def destroy_due(*, at: datetime) -> int:
    """Destroy the packages whose term has passed; returns how many."""
    over = Package.objects.filter(state="ready", fetch_until__lte=at)
    done = 0
    for number, request_id in list(over.values_list("pk", "right__request_id")):
        with transaction.atomic():
            held(request_id)
            package = Package.objects.select_related("right__request").get(pk=number)
            done += destroy(package, Acting("system", at), why="term")
    return done
