"""The shape of a service key: `vk_<kid>.<secret>`."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

SCOPES = frozenset(
    {
        "policies:check",
        "policies:search",
        "identifiers:read",
        "consents:read",
        "consents:write",
        "decisions:read",
        "rights:write",
        "rights:read",
        "pseudonyms:write",
        "text:redact",
        "reidentify",
        "admin",
    }
)


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A whole key, known only when it is made and when it is presented."""

    kid: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The key as its owner keeps it. Shown once."""
        return f"vk_{self.kid}.{self.secret}"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret: enough, since the secret is 160 random bits, not a password."""
        return hashlib.sha256(self.secret.encode()).digest()


def generate() -> ServiceKey:
    """Return a fresh key."""
    return ServiceKey(kid=_random(10), secret=_random(20))


def parse(text: str) -> ServiceKey | None:
    """Return the key written in `text`, or None when it does not look like one."""
    kid, dot, secret = text.removeprefix("vk_").partition(".")
    looks_right = text.startswith("vk_") and dot and len(kid) == 16 and len(secret) == 32
    return ServiceKey(kid, secret) if looks_right else None


def _random(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().lower()
