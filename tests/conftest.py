"""What every test stands on: a key, a database with the application's real rights, no mail out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import broker as brokers
from tests import database
from tests.rights.systems.company import Company, founded

_SERVERS = {"db", "django_db_setup", "committed_db", "broker", "worker", "folder"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that `make check` can run the rest in a moment."""
    for item in items:
        needed = _SERVERS.intersection(getattr(item, "fixturenames", ()))
        if needed or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's: the tests run as the application, not as the tables' owner."""
    with django_db_blocker.unblock(), database.fresh_database():
        yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests that commit or use several connections; empties the tables afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            database.empty_tables()


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """Return the address of a real Valkey, started when BROKER_URL names none."""
    with brokers.running() as url:
        yield url


@pytest.fixture
def worker(committed_db: None, broker: str) -> Iterator[None]:
    """Run a real Celery worker on the test database while the test runs."""
    with brokers.worker(broker):
        yield


@pytest.fixture
def company(tmp_path: Path, django_db_setup: None) -> Iterator[Company]:
    """Run a company's shop database and CRM, declared as the systems of this installation."""
    with founded(tmp_path) as systems:
        yield systems
