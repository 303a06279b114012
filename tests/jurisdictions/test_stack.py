"""Which laws protect a person, by place and day."""

from datetime import date

import pytest

from jurisdictions.stack import laws_in_force

EU_AND_EEA = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "FI", "FR", "GR", "HR", "HU", "IE", "IT"),
    *("LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO"),
]


def codes(country: str, region: str | None, on: str) -> list[str]:
    return [law.code for law in laws_in_force(country, region, date.fromisoformat(on))]


@pytest.mark.parametrize("country", EU_AND_EEA)
def test_the_regulation_protects_everyone_in_the_union_and_the_eea(country: str) -> None:
    assert codes(country, None, "2026-11-21") == ["EU-GDPR"]
    assert codes(country, None, "2018-05-24") == []


@pytest.mark.parametrize(
    ("country", "region", "on", "expected"),
    [
        ("ES", None, "2026-11-21", ["EU-GDPR", "ES-LOPDGDD"]),
        ("ES", "ES-CN", "2026-11-21", ["EU-GDPR", "ES-LOPDGDD"]),
        ("ES", None, "2018-12-06", ["EU-GDPR"]),
        ("ES", None, "2018-12-07", ["EU-GDPR", "ES-LOPDGDD"]),
        ("MX", None, "2025-03-20", ["MX-LFPDPPP-2010"]),
        ("MX", None, "2025-03-21", ["MX-LFPDPPP"]),
        ("CL", None, "2026-11-30", ["CL-19628"]),
        ("CL", None, "2026-12-01", ["CL-21719"]),
        ("BR", "BR-SP", "2026-11-21", ["BR-LGPD"]),
        ("CO", None, "2026-11-21", ["CO-1581"]),
        ("AR", "AR-C", "2026-11-21", ["AR-25326"]),
        ("GB", None, "2026-11-21", ["UK-GDPR"]),
        ("US", "US-CA", "2026-11-21", ["US-CA-CCPA"]),
        ("US", "US-NY", "2026-11-21", []),
        ("US", None, "2026-11-21", []),
        ("UY", None, "2026-11-21", ["UY-18331"]),
        ("PE", None, "2025-03-30", ["PE-29733"]),
        ("EC", None, "2026-11-21", ["EC-LOPDP"]),
        ("VN", None, "2026-11-21", []),
    ],
)
def test_stacks_by_place_and_day(
    country: str, region: str | None, on: str, expected: list[str]
) -> None:
    assert codes(country, region, on) == expected
