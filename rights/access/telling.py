"""The report of one package in words: each section says what the law wants, for this person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from jurisdictions.load import laws as packs
from policies import registers
from rights.access import information
from rights.access import phrases as words
from rights.access.archive import Counted
from rights.access.phrases import say
from rights.access.report import (
    Part,
    Report,
    Section,
    asked_for_by,
    heading,
    items,
    paragraph,
    table,
)
from rights.access.tables import Row
from rights.models import RightsRequest
from rights.systems.declaration import OWN, System
from rights.words import say as said


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the report tells of what was written: counts, newest rows, and what was left out."""

    counted: Sequence[Counted]
    decisions: Sequence[Row]  # the newest, newest first
    inferences: Sequence[Row]
    more_decisions: int
    withheld: Sequence[tuple[str, str]]  # what, and why
    systems: Sequence[System]


def report(
    request: RightsRequest, gathered: Gathered, *, company: str, portable: bool, at: datetime
) -> Report:
    """Return the report of a package; a portable one tells of the data and not of their use."""
    locale = request.locale
    day = words.day(at, locale)
    lead = say("report.lead", locale, company=company, day=day, number=request.pk)
    laws = ", ".join(packs()[code].name for code in request.laws)
    about = [] if portable else _about_use(request, gathered)
    if portable:
        lead = say("report.portable", locale)
    return Report(
        title=say("report.title", locale),
        company=company,
        day=day,
        lead=[lead, say("report.law", locale, laws=laws)],
        sections=[
            *about,
            Section(say("report.contents", locale), _contents(gathered, request)),
            Section(say("report.withheld", locale), _withheld(gathered, request)),
            Section(say("report.rights", locale), _rights(request)),
            Section(say("report.authority", locale), _authority(request)),
        ],
    )


def _about_use(request: RightsRequest, gathered: Gathered) -> list[Section]:
    locale = request.locale
    return [
        Section(say("report.purposes", locale), list(_purposes(request))),
        Section(say("report.recipients", locale), _recipients(request)),
        Section(say("report.systems", locale), _systems(request, gathered)),
        Section(say("report.automated", locale), list(_automated(request, gathered))),
        Section(say("report.inferences", locale), _inferences(request, gathered)),
    ]


def _purposes(request: RightsRequest) -> Iterator[Part]:
    locale, laws = request.locale, request.laws
    topics = ("purposes", "data", "ground", "origin", "retention")
    register = registers.recipient_names()
    for one in information.used(request):
        purpose, notice = one.purpose, one.purpose.notices[-1].words[locale]
        state = say("report.runs" if one.runs else "report.rests", locale)
        basis = words.label("bases", one.basis, locale)
        data = [words.phrase("data_categories", key, locale) for key in purpose.data_categories]
        origins = [words.phrase("origins", key, locale) for key in purpose.origins]
        names = [register.get(key, key) for key in purpose.recipients]
        nobody = say("report.nobody", locale)
        yield heading(notice.title)
        yield paragraph(notice.summary)
        told = [
            (say("report.now", locale), state),
            (say("report.ground", locale), f"{basis} ({one.law} {one.article})"),
            (say("report.data", locale), words.listed(data, locale)),
            (say("report.origin", locale), words.listed(origins, locale)),
            (
                say("report.retention", locale),
                say("report.months", locale, months=purpose.retention_months),
            ),
            (say("report.given_to", locale), words.listed(names, locale) or nobody),
        ]
        profile = [say("report.profiling", locale)] if purpose.profiling else []
        yield items([*(f"{name}: {value}" for name, value in told), *profile])
    for topic in topics:
        yield from asked_for_by(information.articles(topic, laws), locale)


def _recipients(request: RightsRequest) -> list[Part]:
    assert request.subject_key is not None
    locale = request.locale
    told = [received(one, locale) for one in information.recipients(request.subject_key)]
    body = items(told) if told else paragraph(say("report.none_received", locale))
    articles = [information.articles(topic, request.laws) for topic in ("recipients", "transfers")]
    return [body, *asked_for_by("; ".join(filter(None, articles)), locale)]


def received(one: information.Received, locale: str) -> str:
    """Return who received the data, where, when last, and under which safeguard."""
    safeguard = (
        say("report.safeguard", locale, safeguard=one.safeguard.replace("_", " "))
        if one.safeguard
        else say("report.no_safeguard", locale)
    )
    country = words.label("countries", one.country, locale) if one.country else "?"
    known = {"name": one.name, "country": country, "safeguard": safeguard}
    if one.last_at is None:
        return say("report.processor", locale, **known)
    return say("report.received", locale, day=words.day(one.last_at, locale), **known)


def _systems(request: RightsRequest, gathered: Gathered) -> list[Part]:
    locale = request.locale
    held = {one.table.system for one in gathered.counted if one.rows}
    told = [
        _system(one, locale)
        if one.key in held
        else say("report.system_nothing", locale, title=one.title[locale])
        for one in gathered.systems
    ]
    return [items(told), *asked_for_by(information.articles("retention", request.laws), locale)]


def _system(one: System, locale: str) -> str:
    data = [words.phrase("data_categories", key, locale) for key in one.categories]
    term = one.retention
    retention = (
        say("report.keeps", locale, months=term.months, source=term.source)
        if term
        else say("report.no_term", locale)
    )
    return say(
        "report.system_held",
        locale,
        title=one.title[locale],
        data=words.listed(data, locale),
        retention=retention,
    )


def _automated(request: RightsRequest, gathered: Gathered) -> Iterator[Part]:
    locale = request.locale
    yield paragraph(say("report.automated_lead", locale))
    weighty = [row for row in gathered.decisions if _matters(row)]
    if not weighty:
        yield paragraph(say("report.automated_none", locale))
    if gathered.decisions:
        yield heading(say("report.decisions", locale))
        yield items([_decision(row, locale) for row in gathered.decisions])
    if gathered.more_decisions > 0:
        yield paragraph(say("report.more", locale, count=gathered.more_decisions))
    yield from asked_for_by(information.articles("automated", request.laws), locale)


def _matters(row: Row) -> bool:
    told = row["asked"].get("properties", {})
    return bool(told.get("automated") and told.get("significant_effect"))


def _decision(row: Row, locale: str) -> str:
    day = words.day(row["at"], locale)
    text = say("report.decision", locale, day=day, title=row["title"], sentence=row["sentence"])
    if row["factors"]:
        text = f"{text} {say('report.factors', locale, factors=', '.join(row['factors']))}"
    return text


def _inferences(request: RightsRequest, gathered: Gathered) -> list[Part]:
    locale = request.locale
    told = [
        say(
            "report.inferred",
            locale,
            day=words.day(row["at"], locale),
            what=row["what"],
            title=row["title"],
        )
        for row in gathered.inferences
    ]
    return [items(told) if told else paragraph(say("report.no_inferences", locale))]


def _contents(gathered: Gathered, request: RightsRequest) -> list[Part]:
    locale = request.locale
    head = [say(f"report.{name}", locale) for name in ("system", "table", "rows", "file")]
    titles = {one.key: one.title[locale] for one in gathered.systems}
    rows = [
        [
            titles.get(one.table.system, one.table.system),
            one.table.title[locale] if one.table.system == OWN else one.table.key,
            str(one.rows),
            f"{one.table.path}.json / .csv" if one.rows else "—",
        ]
        for one in gathered.counted
    ]
    articles = information.articles("copy", request.laws)
    return [table(head, rows), *asked_for_by(articles, locale)]


def _withheld(gathered: Gathered, request: RightsRequest) -> list[Part]:
    locale = request.locale
    told = [
        say("report.withheld_item", locale, what=what, why=why) for what, why in gathered.withheld
    ]
    articles = information.articles("withheld", request.laws)
    return [items(told), *asked_for_by(articles, locale)]


def _rights(request: RightsRequest) -> list[Part]:
    locale = request.locale
    page = f"{settings.PUBLIC_URL}/rights/new"
    told = [
        say("report.right", locale, right=said("rights", name, locale), article=article)
        for name, article in information.rights(request.laws)
    ]
    return [paragraph(say("report.rights_lead", locale, page=page)), items(told)]


def _authority(request: RightsRequest) -> list[Part]:
    locale, found = request.locale, []
    for name, page, law in information.authorities(request.laws):
        found.append(paragraph(say("report.complain", locale, authority=name, law=law)))
        if page:
            found.append(paragraph(say("report.complaint_page", locale, page=page)))
    return found
