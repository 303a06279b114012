"""Reads settings from the environment, with a clear sentence when a value cannot be used."""

import hmac
import ipaddress
import json
import os
from collections.abc import Container
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def env_text(name: str, default: str = "") -> str:
    """Return the variable `name`, or `default` when it is unset or empty."""
    return os.environ.get(name) or default


def env_bool(name: str, *, default: bool) -> bool:
    """
    Return the variable `name` as a truth value.

    :raises ImproperlyConfigured: when it is neither of 1 true yes on / 0 false no off.
    """
    raw = env_text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}; write 1 or 0.")


def env_int(name: str, default: int) -> int:
    """
    Return the variable `name` as a whole number.

    :raises ImproperlyConfigured: when it is not one.
    """
    raw = env_text(name)
    try:
        return int(raw) if raw else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number.") from None


def env_zone(name: str) -> str:
    """
    Return a time zone of the environment by its IANA name; UTC where none is named.

    :raises ImproperlyConfigured: when there is no such zone.
    """
    zone = env_text(name, "UTC")
    if zone not in available_timezones():
        raise ImproperlyConfigured(f"{name} is {zone!r}; write a zone such as Europe/Madrid.")
    return zone


def env_secret(name: str) -> str:
    """
    Return the secret `name`, or the content of the file that `name`_FILE points to.

    :raises ImproperlyConfigured: when the file cannot be read.
    """
    path = env_text(f"{name}_FILE")
    if not path:
        return env_text(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE points to {path}, which cannot be read ({error.strerror}). "
            "Correct the path or the file's permissions."
        ) from None


def env_secrets(prefix: str) -> dict[str, str]:
    """
    Return every secret whose variable starts with `prefix`, by the rest of its name in lower case.

    :raises ImproperlyConfigured: when a file of one cannot be read.
    """
    starting = (name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix))
    return {name.removeprefix(prefix).lower(): env_secret(name) for name in set(starting)}


def env_folders(name: str, *, known: Container[str]) -> dict[str, str]:
    """
    Return the variable `name`, a JSON object of folders on this machine, by keys that are `known`.

    :raises ImproperlyConfigured: when it is not one, a key is not known, or a folder is not there.
    """
    try:
        folders = json.loads(env_text(name, "{}"))
    except ValueError:
        folders = None
    if not isinstance(folders, dict) or not all(isinstance(one, str) for one in folders.values()):
        raise ImproperlyConfigured(f'{name} must be a JSON object such as {{"es": "/folder"}}.')
    for key, folder in folders.items():
        if key not in known:
            raise ImproperlyConfigured(f"{name} names {key!r}, which is not known; remove it.")
        if not Path(folder).is_dir():
            raise ImproperlyConfigured(f"{name}: there is no folder {folder}; correct the path.")
    return folders


def networks(name: str, raw: str) -> tuple[Network, ...]:
    """
    Return addresses and networks that are separated by commas, as `name` gives them.

    :raises ImproperlyConfigured: when one of them is neither.
    """
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in raw.split(",") if part.strip())
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: {error}. Write addresses or networks such as 10.0.0.0/8, with commas."
        ) from None


def derived(master: str, *, purpose: str) -> str:
    """Return a secret for one purpose, made from the master key, so that one secret is enough."""
    return hmac.new(master.encode(), purpose.encode(), "sha256").hexdigest()


# The prepared statements of the check path are planned once, for whatever values come; compiling
# them would cost more than they do.
_PLANS = "-c plan_cache_mode=force_generic_plan -c jit=off"


def database(url: str) -> dict[str, Any]:
    """
    Return Django's connection settings for a `postgresql://` address.

    `host` in the query wins over the host before the path, so that a socket folder can be named.

    :raises ImproperlyConfigured: for any other kind of database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// (PostgreSQL 15 or newer)."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["options"] = f"{_PLANS} {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def mail(url: str, folder: Path) -> dict[str, Any]:
    """
    Return Django's mail settings for `console:`, `file:[/folder]` or `smtp[s]://user:pass@host:port`.

    :raises ImproperlyConfigured: for any other scheme.
    """
    parts = urlsplit(url)
    backend = "django.core.mail.backends."
    match parts.scheme:
        case "console":
            return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
        case "file":
            target = parts.path or str(folder)
            return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": target}
        case "smtp" | "smtps":
            return {
                "EMAIL_BACKEND": backend + "smtp.EmailBackend",
                "EMAIL_HOST": parts.hostname or "localhost",
                "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": parts.scheme == "smtps",
                "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
                "EMAIL_TIMEOUT": 10,
            }
    raise ImproperlyConfigured("EMAIL_URL must begin with console:, file:, smtp:// or smtps://.")
