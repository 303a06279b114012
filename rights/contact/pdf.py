"""A letter as PDF: tagged for readers, with its fonts inside, made without any system library."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import typst

from rights.contact.wording import Text

TEMPLATE = Path(__file__).parent / "letter.typ"
_LANGUAGE = {"es": ("es", "ES"), "pt-BR": ("pt", "BR"), "en": ("en", "GB")}


def pdf(text: Text, *, locale: str, sender: str, day: str, at: datetime) -> bytes:
    """
    Return a letter as PDF. The same letter at the same moment gives the same bytes.

    The words come to the typesetter as data, so that nothing in them is ever read as markup.
    """
    language, region = _LANGUAGE[locale]
    told = {
        "subject": text.subject,
        "paragraphs": text.paragraphs,
        "sender": sender,
        "day": day,
        "language": language,
        "region": region,
    }
    made = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"letter": json.dumps(told)},
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def digest(made: bytes) -> str:
    """Return the SHA-256 of a PDF, by which a copy of it is recognised for ever."""
    return hashlib.sha256(made).hexdigest()
