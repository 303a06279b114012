"""People at the desk."""

from django.contrib.auth.models import User
from django.test import Client

from portal.desk.accounts import Role, appoint

PASSWORD = "correct horse battery"


def an_officer(
    name: str = "dpo", role: Role = Role.OFFICER, *, password: str | None = PASSWORD
) -> User:
    """Return a user with a role at the desk; hashing a password takes its time."""
    user = User.objects.create_user(name, password=password)
    appoint(user, role)
    return user


def at_desk(role: Role = Role.OFFICER, *, name: str = "dpo", language: str = "en") -> Client:
    """Return a browser that is logged in at the desk."""
    client = Client()
    client.force_login(an_officer(name, role, password=None))
    client.cookies["django_language"] = language
    return client
