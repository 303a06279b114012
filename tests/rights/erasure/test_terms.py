"""How long each law blocks before it destroys, and the house's own days."""

from datetime import date

import pytest

from rights.erasure import terms

DAY = date(2026, 11, 6)


@pytest.mark.parametrize(
    ("laws", "until", "law"),
    [
        pytest.param(["EU-GDPR", "ES-LOPDGDD"], "2032-11-06", "ES-LOPDGDD", id="Spain, art. 32"),
        pytest.param(["MX-LFPDPPP"], "2032-11-06", "MX-LFPDPPP", id="Mexico, art. 24"),
    ],
)
def test_a_law_that_blocks_does_so_for_its_longest_period(
    laws: list[str], until: str, law: str
) -> None:
    blocking = terms.blocking_of(laws, on=DAY)
    assert blocking is not None
    assert (blocking.until.isoformat(), blocking.law) == (until, law)
    assert law in blocking.source


@pytest.mark.parametrize("laws", [["EU-GDPR"], ["BR-LGPD"], ["CO-1581"], ["AR-25326"]])
def test_where_no_period_is_named_nothing_is_blocked_first(laws: list[str]) -> None:
    assert terms.blocking_of(laws, on=DAY) is None


def test_the_house_waits_a_few_days_and_names_the_channels_of_an_address() -> None:
    assert terms.cooling_off().days == 3
    assert terms.addressed_on() == {"email": ["email"], "phone": ["sms", "whatsapp", "phone"]}
