"""The demo's keys stay the same from start to start, for as long as they are valid."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import operations, queries
from config.demo_keys import demo_keys

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_same_keys_are_shown_again(tmp_path: Path) -> None:
    first = demo_keys(tmp_path, at=NOW)
    assert demo_keys(tmp_path, at=NOW) == first
    assert stat.S_IMODE((tmp_path / "demo-keys.json").stat().st_mode) == 0o600


def test_one_key_may_everything_the_other_only_check(tmp_path: Path) -> None:
    keys = demo_keys(tmp_path, at=NOW)
    service, check = queries.caller(keys["service_key"]), queries.caller(keys["check_key"])
    assert service
    assert check
    assert service.may("admin")
    assert check.scopes == {"policies:check"}


def test_a_revoked_key_is_replaced(tmp_path: Path) -> None:
    first = demo_keys(tmp_path, at=NOW)
    caller = queries.caller(first["check_key"])
    assert caller
    operations.revoke_key(caller.kid, actor="system", at=NOW)
    second = demo_keys(tmp_path, at=NOW)
    assert second["service_key"] == first["service_key"]
    assert queries.caller(second["check_key"])
