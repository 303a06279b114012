"""
Wrong passwords at the door of the desk, counted for all web processes together.

By name and by client: too many for a name make that name wait wherever the tries come from, too
many from one client make the client wait whatever names it tries.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.crypto import salted_hmac

from portal.models import FailedLogin

WITHIN = timedelta(minutes=15)
MOST_FOR_A_NAME = 10
MOST_FROM_ONE = 50  # an office may share one address


def must_wait(name: str, client: bytes, *, at: datetime) -> bool:
    """Return whether too many tries failed of late, for `name` or from `client`."""
    digest = _digest(name)
    recent = FailedLogin.objects.filter(Q(name=digest) | Q(client=client), at__gt=at - WITHIN)
    failed = recent.aggregate(
        of_name=Count("pk", filter=Q(name=digest)),
        of_client=Count("pk", filter=Q(client=client)),
    )
    too_many = failed["of_name"] >= MOST_FOR_A_NAME or failed["of_client"] >= MOST_FROM_ONE
    return bool(too_many)


def note_failure(name: str, client: bytes, *, at: datetime) -> None:
    """Count a wrong password; neither the name nor the address is kept in clear."""
    FailedLogin.objects.create(name=_digest(name), client=client, at=at)


def forgive(name: str) -> None:
    """Forget the failures for a name that came in."""
    FailedLogin.objects.filter(name=_digest(name)).delete()


def drop_old(*, at: datetime) -> int:
    """Delete the failures that no longer count; returns how many."""
    dropped, _ = FailedLogin.objects.filter(at__lte=at - WITHIN).delete()
    return dropped


def _digest(name: str) -> bytes:
    return salted_hmac("desk.login", name, algorithm="sha256").digest()
