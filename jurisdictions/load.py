"""Parse the law packs and refuse what is not exactly right."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from jurisdictions import clocks, grounds, model
from jurisdictions.model import Evidence, Law
from jurisdictions.reading import PackError, Section, read_toml

LAWS_FOLDER = Path(__file__).parent / "laws"


@lru_cache(maxsize=1)
def laws() -> Mapping[str, Law]:
    """
    Return every pack of the installation by code, in the order of the codes.

    Read once per process. :raises PackError: with file and key when a pack is not right.
    """
    return read_folder(LAWS_FOLDER)


def read_folder(folder: Path) -> Mapping[str, Law]:
    """Return the packs of `folder` by code; see `laws`."""
    packs = [parse(read_toml(path)) for path in sorted(folder.glob("*.toml"))]
    by_code = {law.code: law for law in sorted(packs, key=lambda law: law.code)}
    if len(by_code) != len(packs):
        raise PackError(f"{folder.name}: two files hold the same law code; keep one")
    for law in packs:
        for named in (law.parent, law.bases_of):
            if named is not None and named not in by_code:
                raise PackError(f"{law.code}: refers to {named}, and there is no such pack")
    return MappingProxyType(by_code)


def parse(pack: Section) -> Law:
    """Return the law in one file. :raises PackError: with file and key."""
    default = Evidence(
        pack.choice("confidence", model.Confidence),
        pack.take("basis", str),
        pack.take("checked_on", date),
    )
    complete = pack.take("complete", bool)
    runs = clocks.parse_clocks(pack.section("clocks"), default)
    rights = clocks.parse_rights(pack, runs, default)
    calendar = pack.section("calendar")
    law = Law(
        code=pack.take("code", str),
        name=pack.take("name", str),
        country=pack.take("country", str),
        complete=complete,
        parent=pack.optional("parent", str),
        bases_of=pack.optional("bases_of", str),
        effective_from=pack.take("effective_from", date),
        effective_to=pack.optional("effective_to", date),
        source=pack.take("source", str),
        notes=pack.words("notes"),
        default_calendar=calendar.optional("default", str),
        calendar_options=MappingProxyType(calendar.texts("options")),
        authority=grounds.parse_authority(pack.section("authority")),
        clocks=MappingProxyType(runs),
        rights=rights,
        duties=MappingProxyType(clocks.parse_duties(pack, runs)),
        rules=MappingProxyType(grounds.parse_rules(pack)),
        evidence=MappingProxyType(_evidence(pack, default)),
        **grounds.parse_grounds(pack, complete=complete),
    )
    calendar.take("source", str)
    calendar.close()
    pack.close()
    return law


def _evidence(pack: Section, default: Evidence) -> dict[str, Evidence]:
    parts = {"": default}
    if pack.has("evidence"):
        section = pack.section("evidence")
        for name in section.names():
            parts[name] = clocks.parse_evidence(section.section(name), default)
    return parts
