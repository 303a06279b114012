"""Servers that the operator names by URL: do they answer, and are they what we need?"""

import os

import psycopg
from kombu.exceptions import KombuError

from config.celery import app
from config.environment import env_secret
from config.processes import CannotStart

OLDEST_POSTGRES = 15


def named(variable: str) -> bool:
    """Return whether the operator names a server in `variable` or `variable`_FILE."""
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def require_database(variable: str) -> None:
    """
    Make sure that the PostgreSQL named in `variable`, if any, answers and is new enough.

    :raises CannotStart: when it does not.
    """
    if not named(variable):
        return
    try:
        with psycopg.connect(env_secret(variable), connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise CannotStart(
            f"The database named in {variable} does not answer ({_reason(error)}); "
            "start it or correct the address."
        ) from None
    if version < OLDEST_POSTGRES:
        raise CannotStart(
            f"The database named in {variable} is PostgreSQL {version}; "
            f"use version {OLDEST_POSTGRES} or newer."
        )


def require_broker(variable: str) -> None:
    """
    Make sure that the broker named in `variable` answers.

    :raises CannotStart: when it does not.
    """
    try:
        with app.connection_for_write(env_secret(variable), connect_timeout=5) as broker:
            broker.ensure_connection(max_retries=1, timeout=5, interval_start=0)
    except (KombuError, OSError, ValueError, KeyError) as error:
        raise CannotStart(
            f"The broker named in {variable} does not answer ({_reason(error)}); "
            "start it or correct the address."
        ) from None


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
