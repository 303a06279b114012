"""Generalisations say less, and never let a value through that they could not read."""

import ipaddress
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymize.ages import age_on
from pseudonymize.release import transforms

ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("variant", "parameters", "values", "generalised"),
    [
        (
            "age_band",
            {"edges": [18, 65]},
            ["2008-11-21", "2008-11-22", None, "1950-01-01", "?"],
            ["18-64", "under 18", None, "65+", None],
        ),
        ("age_band", {"edges": [18, 65]}, [17, 18, None], ["under 18", "18-64", None]),
        ("age_band", {"edges": [18, 65]}, [date(2008, 11, 22)], ["under 18"]),
        (
            "bins",
            {"edges": [0, 100]},
            [-1, 0, 99.9, 100, None],
            ["<0", "[0,100)", "[0,100)", ">=100", None],
        ),
        ("bins", {"edges": [0, 100]}, [float("nan")], [None]),
        ("bins", {"edges": [0, 100]}, ["50"], [None]),
        ("postcode_prefix", {"keep": 2}, [" 28013", "sw1a 1aa", "", None], ["28", "SW", "", None]),
        ("postcode_prefix", {"keep": 2}, [8001], [None]),
        ("ip", {"ipv4": 24, "ipv6": 48}, ["192.0.2.77", None], ["192.0.2.0", None]),
        (
            "ip",
            {"ipv4": 16, "ipv6": 32},
            ["192.0.2.77", "2001:db8:1:2::7", "no", None],
            ["192.0.0.0", "2001:db8::", None, None],
        ),
        (
            "month",
            {},
            ["2026-10-02", "2026-10-02T08:00:00Z", "02/10/2026", None],
            ["2026-10", "2026-10", None, None],
        ),
        ("month", {}, [datetime(2026, 10, 2, 8)], ["2026-10"]),  # noqa: DTZ001
        ("grid", {"step": 0.1}, [40.4168, -3.7038, None], [40.4, -3.8, None]),
        ("grid", {"step": 0.1}, ["40.4"], [None]),
        ("month", {}, [["2026-10-02"]], [None]),
    ],
)
def test_a_column_is_generalised(
    variant: str, parameters: dict[str, Any], values: list[Any], generalised: list[Any]
) -> None:
    column = transforms.generalised(variant, pa.array(values), parameters, ON)
    assert column.to_pylist() == generalised


@given(born=st.dates(date(1900, 1, 1), ON))
def test_the_band_holds_the_age(born: date) -> None:
    (band,) = transforms.age_band(pa.array([born]), edges=[18, 30, 65], on=ON).to_pylist()
    low, _, high = band.replace("under 18", "0-17").replace("65+", "65-200").partition("-")
    assert int(low) <= age_on(born, ON) <= int(high)


@given(address=st.ip_addresses().map(str))
def test_a_network_holds_its_address_and_many_more(address: str) -> None:
    (network,) = transforms.ip(pa.array([address]), ipv4=24, ipv6=48).to_pylist()
    size = 24 if ":" not in address else 48
    assert ipaddress.ip_address(address) in ipaddress.ip_network(f"{network}/{size}")


@given(text=st.text(max_size=30))
def test_text_that_is_no_address_or_date_never_comes_through(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        (network,) = transforms.ip(pa.array([text]), ipv4=24, ipv6=48).to_pylist()
        assert network is None or not set(text) - set("0123456789.")
    (month,) = transforms.month(pa.array([text])).to_pylist()
    assert month is None or len(month) == 7
