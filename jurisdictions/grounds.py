"""Read what a policy check needs of a law pack: grounds, consent, ages, transfers, hours."""

from datetime import time
from types import MappingProxyType
from typing import TypedDict

from jurisdictions.model import (
    Ages,
    Authority,
    Blocking,
    Consent,
    ContactHours,
    Period,
    Rule,
    TransferRule,
    Transfers,
    Window,
)
from jurisdictions.reading import Section
from jurisdictions.vocabulary import BASES, CHANNELS, EXPLICIT_KINDS, RIGHTS, TOPICS

NO_CONSENT = Consent(False, EXPLICIT_KINDS, frozenset(), None, "", "")
NO_AGES = Ages(None, None, MappingProxyType({}), "")
NO_TRANSFERS = Transfers(TransferRule.SAFEGUARD, frozenset(), frozenset(), "")
NO_BLOCKING = Blocking(False, (), "", (), "")


class Grounds(TypedDict):
    sources: MappingProxyType[str, str]
    silent: MappingProxyType[str, str]
    bases: MappingProxyType[str, str]
    reads: MappingProxyType[str, str]
    consent: Consent
    ages: Ages
    sensitive: frozenset[str]
    transfers: Transfers
    blocking: Blocking
    contact_hours: tuple[ContactHours, ...]


def parse_grounds(pack: Section, *, complete: bool) -> Grounds:
    """
    Read the grounds of a law; a pack that is not complete may leave any of them out.

    What is left out takes its strictest value: nothing there could ever permit.
    """
    read = Grounds(
        sources=MappingProxyType(pack.texts("sources", TOPICS)),
        silent=MappingProxyType(pack.texts("silent", TOPICS)),
        bases=MappingProxyType(pack.texts("bases", BASES)),
        reads=MappingProxyType(pack.texts("reads", BASES)),
        consent=_consent(pack) if complete or pack.has("consent") else NO_CONSENT,
        ages=_ages(pack) if complete or pack.has("ages") else NO_AGES,
        sensitive=_sensitive(pack) if complete or pack.has("sensitive") else frozenset(),
        transfers=_transfers(pack) if complete or pack.has("transfers") else NO_TRANSFERS,
        blocking=_blocking(pack) if pack.has("blocking") else NO_BLOCKING,
        contact_hours=tuple(_contact_hours(table) for table in pack.sections("contact_hours")),
    )
    if complete:
        _refuse_gaps(pack, read)
    return read


def _refuse_gaps(pack: Section, read: Grounds) -> None:
    """A topic without an article must say why, so that a gap is never an oversight."""
    if not read["bases"]:
        raise pack.error("bases", "a complete law names its bases")
    for topic in sorted(TOPICS):
        if (topic in read["sources"]) == (topic in read["silent"]):
            raise pack.error(f"sources.{topic}", "give the article here, or why none in [silent]")


def parse_authority(table: Section) -> Authority:
    authority = Authority(
        table.take("name", str), table.optional("complaint_url", str), table.take("source", str)
    )
    table.close()
    return authority


def parse_rules(pack: Section) -> dict[str, Rule]:
    if not pack.has("rules"):
        return {}
    section, rules = pack.section("rules"), {}
    for name in section.names():
        table = section.section(name)
        rules[name] = Rule(table.take("text", str), table.words("items"), table.take("source", str))
        table.close()
    return rules


def _consent(pack: Section) -> Consent:
    table = pack.section("consent")
    consent = Consent(
        tacit_allowed=table.take("tacit_allowed", bool),
        explicit_for=frozenset(table.words("explicit_for", EXPLICIT_KINDS)),
        explicit_data=frozenset(table.words("explicit_data")),
        validity_months=table.optional("validity_months", int),
        standard=table.take("standard", str),
        source=table.take("source", str),
    )
    table.close()
    return consent


def _ages(pack: Section) -> Ages:
    table = pack.section("ages")
    by_country: dict[str, int] = {}
    if table.has("by_country"):
        countries = table.section("by_country")
        by_country = {code: countries.take(code, int) for code in countries.names()}
    ages = Ages(
        consent=table.optional("consent", int),
        sensitive=table.optional("sensitive", int),
        by_country=MappingProxyType(by_country),
        source=table.take("source", str),
    )
    table.close()
    return ages


def _sensitive(pack: Section) -> frozenset[str]:
    table = pack.section("sensitive")
    table.take("source", str)
    table.words("beyond_fideslang")
    keys = frozenset(table.words("categories"))
    table.close()
    if not keys:
        raise table.error("categories", "a complete law names its sensitive data")
    return keys


def _transfers(pack: Section) -> Transfers:
    table = pack.section("transfers")
    transfers = Transfers(
        rule=table.choice("rule", TransferRule),
        countries=frozenset(table.words("countries")),
        certified_only=frozenset(table.words("certified_only")),
        source=table.take("source", str),
    )
    table.close()
    return transfers


def _blocking(pack: Section) -> Blocking:
    table = pack.section("blocking")
    periods = []
    for row in table.sections("periods"):
        periods.append(
            Period(row.take("name", str), row.take("months", int), row.take("source", str))
        )
        row.close()
    blocking = Blocking(
        required=table.take("required", bool),
        on=table.words("on", RIGHTS),
        until=table.take("until", str),
        periods=tuple(periods),
        source=table.take("source", str),
    )
    table.close()
    return blocking


def _contact_hours(table: Section) -> ContactHours:
    hours = ContactHours(
        channels=frozenset(table.words("channels", frozenset(CHANNELS))),
        windows=tuple(_window(row) for row in table.sections("windows")),
        holidays_of=table.take("holidays_of", str),
        source=table.take("source", str),
    )
    table.close()
    return hours


def _window(table: Section) -> Window:
    window = Window(
        weekdays=frozenset(table.take("weekdays", list)),
        opens=table.take("opens", time),
        closes=table.take("closes", time),
    )
    table.close()
    return window
