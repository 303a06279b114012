"""The application served as it is, for tests that speak to it over a connection."""

from collections.abc import Iterator

import pytest

from tests.served import served


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Return the port at which the application listens, while a module's tests run."""
    with served() as port:
        yield port
