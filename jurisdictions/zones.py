"""Time zones of countries and their subdivisions, from `zones.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jurisdictions.reading import Section, read_toml

ZONES_FILE = Path(__file__).parent / "zones.toml"


@dataclass(frozen=True, slots=True)
class CountryZones:
    """`zones`: where most people live first. `regions`: subdivisions and their own zones."""

    zones: tuple[str, ...]
    regions: Mapping[str, tuple[str, ...]]


def time_zones(country: str, region: str | None) -> tuple[str, ...]:
    """
    Return the IANA zones in which a person may be, empty for a country we do not know.

    `country` is ISO 3166-1, `region` ISO 3166-2 or None. An unknown region, or none, gives
    every zone of the country, so that a caller who must be careful can be so in all of them.
    """
    known = _countries().get(country)
    if known is None:
        return ()
    if region is not None and region in known.regions:
        return known.regions[region]
    return known.zones


def knows_region(region: str) -> bool:
    """Say whether `region` is a subdivision that `zones.toml` lists."""
    known = _countries().get(region.partition("-")[0])
    return known is not None and region in known.regions


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, CountryZones]:
    file = read_toml(ZONES_FILE)
    return {country: _country(country, file.section(country)) for country in file.names()}


def _country(country: str, table: Section) -> CountryZones:
    zones = table.words("zones")
    if not zones:
        raise table.error("zones", "name at least one IANA zone")
    own = table.section("regions") if table.has("regions") else None
    regions: dict[str, tuple[str, ...]] = {}
    for zone in own.names() if own else []:
        for code in own.words(zone) if own else ():
            key = f"{country}-{code}"
            regions[key] = (*regions.get(key, ()), zone)
    table.close()
    return CountryZones(zones, regions)
