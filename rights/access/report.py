"""
The readable part of a package: a PDF with everything that the law wants to be said.

Tagged for readers (PDF/UA-1), its fonts inside. It shows the newest entries; the files have all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from rights.access.phrases import say

TEMPLATE = Path(__file__).parent / "report.typ"
_LANGUAGE = {"es": ("es", "ES"), "pt-BR": ("pt", "BR"), "en": ("en", "GB")}

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a title of its own."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report in words."""

    title: str
    company: str
    day: str
    lead: Sequence[str]
    sections: Sequence[Section]


def paragraph(text: str) -> Part:
    """Return a paragraph."""
    return {"kind": "paragraph", "text": text}


def heading(text: str) -> Part:
    """Return a title inside a section."""
    return {"kind": "heading", "text": text}


def items(texts: Sequence[str]) -> Part:
    """Return a list."""
    return {"kind": "list", "items": list(texts)}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Part:
    """Return a table with a head that readers announce."""
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows]}


def asked_for_by(articles: str, locale: str) -> list[Part]:
    """Return which articles want a section, in small letters; nothing where none does."""
    if not articles:
        return []
    return [{"kind": "small", "text": say("report.source", locale, articles=articles)}]


def pdf(report: Report, *, locale: str, at: datetime) -> bytes:
    """Return the report as PDF. The same report at the same moment gives the same bytes."""
    language, region = _LANGUAGE[locale]
    told = {
        "title": report.title,
        "company": report.company,
        "day": report.day,
        "lead": list(report.lead),
        "language": language,
        "region": region,
        "sections": [
            {"title": section.title, "parts": list(section.parts)}
            for section in report.sections
            if section.parts
        ],
    }
    made = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"report": json.dumps(told)},
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
