"""The way to the person's own page: a link in a mail, exchanged for a cookie at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from rights.models import Door, RightsRequest

LINK_LIVES = timedelta(days=30)
COOKIE_LIVES = timedelta(hours=4)


def link(request: RightsRequest, *, at: datetime) -> str:
    """Make a link to a request's page and return its token, which says nothing of anybody."""
    return _made(request, "link", at, LINK_LIVES)


def enter(token: str, *, at: datetime) -> tuple[RightsRequest, str] | None:
    """
    Exchange a link's token for a cookie; None when it is over or never was.

    A link may be followed again while it lives: a mail scanner that looks first uses up nothing.
    """
    door = _alive(token, "link", at)
    if door is None:
        return None
    Door.objects.filter(pk=door.pk, used_at=None).update(used_at=at)
    return door.request, cookie(door.request, at=at)


def cookie(request: RightsRequest, *, at: datetime) -> str:
    """Let a browser in without a link: after a code proved who sits there."""
    return _made(request, "cookie", at, COOKIE_LIVES)


def inside(token: str, *, at: datetime) -> RightsRequest | None:
    """Return the request whose page a cookie opens, or None."""
    door = _alive(token, "cookie", at) if token else None
    return door.request if door else None


def leave(token: str) -> None:
    """End a cookie."""
    Door.objects.filter(digest=_digest(token), kind="cookie").delete()


def drop_old(*, at: datetime) -> int:
    """Delete the ways that no longer open anything; returns how many."""
    dropped, _ = Door.objects.filter(opens_until__lte=at).delete()
    return dropped


def _made(request: RightsRequest, kind: str, at: datetime, lives: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    Door.objects.create(
        digest=_digest(token), request=request, kind=kind, opens_from=at, opens_until=at + lives
    )
    return token


def _alive(token: str, kind: str, at: datetime) -> Door | None:
    rows = Door.objects.filter(digest=_digest(token), kind=kind, opens_until__gt=at)
    return rows.select_related("request").first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
