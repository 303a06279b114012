"""People at the desk, and the requests before them."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from portal.desk.accounts import Role, appoint
from rights.casework.sealed import Typed
from rights.models import RightsRequest
from rights.operations import Acting, NewRequest, open_request

PASSWORD = "correct horse battery"
INES = Typed(name="Inés Prueba", email="ines@prueba.example", words="Mi secreto")


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


def a_request(*rights: str, **fields: Any) -> RightsRequest:
    """Open a request of a proved stranger in Spain, received now."""
    known: dict[str, Any] = {"country": "ES", "identity": "document", "typed": INES} | fields
    new = NewRequest(rights=rights or ("access",), **known)
    return open_request(new, Acting("person", timezone.now()))


def act(client: Client, request: RightsRequest, name: str, **told: str) -> Any:
    """Return the answer to an act on the right of access."""
    body = {"act": name, "right": "access"} | told
    return client.post(f"/desk/requests/{request.pk}/act", body)


def state(request: RightsRequest, right: str = "access") -> str:
    """Return where a right stands."""
    return str(request.rights.get(right=right).state)
