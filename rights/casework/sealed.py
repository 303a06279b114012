"""What a person typed, sealed in the request's envelope; read only where somebody must read it."""

import json
from dataclasses import asdict, dataclass

from pseudonymize import envelopes
from rights.models import RightsRequest

_TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote of themselves and of their wish. Nothing of it is checked yet."""

    name: str = ""
    email: str = ""
    phone: str = ""
    postal: str = ""
    known_as: str = ""  # customer number
    words: str = ""
    on_behalf_of: str = ""  # the person, where a representative or guardian writes


def seal_typed(envelope: int, typed: Typed) -> bytes:
    """Return what was typed, sealed in a request's envelope."""
    return envelopes.seal(envelope, json.dumps(asdict(typed)).encode(), label=_TYPED)


def typed(request: RightsRequest) -> Typed | None:
    """Return what was typed; None once it was destroyed."""
    if request.envelope is None or request.typed is None:
        return None
    read = envelopes.unseal(request.envelope, bytes(request.typed), label=_TYPED)
    return Typed(**json.loads(read))


def seal_text(request: RightsRequest, text: str, *, label: str) -> bytes | None:
    """Return `text` sealed in the request's envelope; None for an empty one."""
    return envelopes.seal(request.envelope, text.encode(), label=label) if text else None


def text_of(request: RightsRequest, sealed: bytes | memoryview | None, *, label: str) -> str:
    """Return a sealed text; empty when there is none, or when it was destroyed."""
    if sealed is None or request.envelope is None:
        return ""
    return envelopes.unseal(request.envelope, bytes(sealed), label=label).decode()
