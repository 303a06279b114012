"""Who may sit at the desk, and as what."""

import enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db import transaction

LEGAL = "legal"  # may open what is blocked, for courts and authorities; beside a role


class Role(enum.StrEnum):
    """Officers decide; agents prepare and write; auditors read."""

    OFFICER = "officer"
    AGENT = "agent"
    AUDITOR = "auditor"


def role_of(user: AbstractBaseUser | AnonymousUser | Any) -> Role | None:
    """Return the role of a user at the desk; None for whoever has none. The widest one counts."""
    if not isinstance(user, User) or not user.is_active:
        return None
    groups = set(user.groups.values_list("name", flat=True))
    return next((role for role in Role if role.value in groups), None)


@transaction.atomic
def appoint(user: User, role: Role) -> None:
    """Give a user one role at the desk, in place of any other. Twice is harmless."""
    for each in Role:
        group, _ = Group.objects.get_or_create(name=each.value)
        if each is role:
            user.groups.add(group)
        else:
            user.groups.remove(group)


def may_look_at_blocked(user: User) -> bool:
    """
    Return whether somebody has the legal role, beside another one at the desk.

    Source: LOPDGDD art. 32.2.
    """
    return role_of(user) is not None and user.groups.filter(name=LEGAL).exists()


def appoint_legal(user: User) -> None:
    """Give a user at the desk the legal role too. Twice is harmless."""
    group, _ = Group.objects.get_or_create(name=LEGAL)
    user.groups.add(group)


def actor_of(user: User) -> str:
    """Return how events and the audit trail name an officer."""
    return f"user:{user.username}"[:80]


def colleagues() -> list[str]:
    """Return the names to whom requests can be assigned."""
    working = [Role.OFFICER.value, Role.AGENT.value]
    rows = User.objects.filter(is_active=True, groups__name__in=working).distinct()
    return list(rows.order_by("username").values_list("username", flat=True))
