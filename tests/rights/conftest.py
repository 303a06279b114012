"""What tests of rights share: a company whose systems really run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rights.systems.company import Company, founded


@pytest.fixture
def company(tmp_path: Path, django_db_setup: None) -> Iterator[Company]:
    """Run a company's shop database and CRM, declared as the systems of this installation."""
    with founded(tmp_path) as systems:
        yield systems
