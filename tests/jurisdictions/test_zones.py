"""Where a person's clock may stand."""

import zoneinfo

import pytest

from jurisdictions import zones
from jurisdictions.stack import places
from jurisdictions.zones import knows_region, time_zones


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("ES", "ES-CN", ("Atlantic/Canary",)),
        ("ES", "ES-TF", ("Atlantic/Canary",)),
        ("ES", "ES-MD", ("Europe/Madrid",)),
        ("ES", None, ("Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta")),
        ("ES", "ES-ZZ", ("Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta")),
        ("CO", None, ("America/Bogota",)),
        ("BR", "BR-AC", ("America/Rio_Branco",)),
        ("BR", "BR-PE", ("America/Recife", "America/Noronha")),
        ("MX", "MX-ROO", ("America/Cancun",)),
        ("CL", "CL-MA", ("America/Punta_Arenas",)),
        ("CL", "CL-VS", ("America/Santiago", "Pacific/Easter")),
        ("EC", "EC-W", ("Pacific/Galapagos",)),
        ("PT", "PT-20", ("Atlantic/Azores",)),
        ("US", "US-CA", ("America/Los_Angeles",)),
        ("XX", None, ()),
    ],
)
def test_zones_of_a_place(country: str, region: str | None, expected: tuple[str, ...]) -> None:
    assert time_zones(country, region) == expected


@pytest.mark.parametrize("place", sorted(places()))
def test_every_place_with_laws_has_zones(place: str) -> None:
    country, _, subdivision = place.partition("-")
    assert time_zones(country, place if subdivision else None)


def test_every_zone_exists() -> None:
    known = zoneinfo.available_timezones()
    for country in zones._countries().values():
        assert {*country.zones, *(z for own in country.regions.values() for z in own)} <= known


def test_regions_are_known_by_their_whole_code() -> None:
    assert knows_region("MX-JAL")
    assert not knows_region("MX-ZZZ")
    assert not knows_region("ZZ-JAL")
