"""The one secret that Venia shares with each system: its signing key, or its database's address."""

from django.conf import settings


def secret_of(key: str) -> str:
    """Return the secret of a system; empty when SYSTEM_SECRET_… gives none."""
    found: str = settings.SYSTEM_SECRETS.get(key, "")
    return found
