"""Hours in which a law lets a person be addressed."""

from datetime import datetime

import pytest

from jurisdictions.contact_hours import quiet_rule
from jurisdictions.load import laws


def is_quiet(code: str, channel: str, local: str) -> bool:
    return (
        quiet_rule(laws()[code], channel=channel, local=datetime.fromisoformat(local)) is not None
    )


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-20T08:59:59", True),
        ("2026-11-20T09:00:00", False),
        ("2026-11-20T20:59:59", False),
        ("2026-11-20T21:00:00", True),
        ("2026-11-21T12:00:00", True),
        ("2026-11-22T12:00:00", True),
        ("2026-10-12T12:00:00", True),
        ("2026-12-07T12:00:00", False),
    ],
)
def test_spanish_calls_keep_office_days(local: str, quiet: bool) -> None:
    assert is_quiet("ES-LOPDGDD", "phone", local) is quiet
    assert not is_quiet("ES-LOPDGDD", "sms", local)


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-20T06:59:00", True),
        ("2026-11-20T07:00:00", False),
        ("2026-11-20T19:00:00", True),
        ("2026-11-21T07:59:00", True),
        ("2026-11-21T14:59:00", False),
        ("2026-11-21T15:00:00", True),
        ("2026-11-22T12:00:00", True),
        ("2026-11-16T12:00:00", True),
        ("2026-07-13T12:00:00", True),
    ],
)
@pytest.mark.parametrize("channel", ["phone", "whatsapp", "email"])
def test_colombia_is_quiet_on_every_channel(channel: str, local: str, quiet: bool) -> None:
    assert is_quiet("CO-1581", channel, local) is quiet


def test_the_rule_tells_its_source() -> None:
    sunday = datetime.fromisoformat("2026-11-22T12:00:00")
    rule = quiet_rule(laws()["CO-1581"], channel="sms", local=sunday)
    assert rule is not None
    assert rule.source == "Ley 2300/2023 art. 3"


def test_a_law_without_hours_is_never_quiet() -> None:
    night = datetime.fromisoformat("2026-11-22T03:00:00")
    assert quiet_rule(laws()["BR-LGPD"], channel="phone", local=night) is None
