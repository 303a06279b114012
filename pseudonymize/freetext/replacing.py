"""What stands in the place of a span."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pseudonymize.freetext.naming import PARTICLES
from pseudonymize.freetext.reading import Reading, fold
from pseudonymize.freetext.record import Record
from pseudonymize.freetext.spans import Span

Mode = Literal["mask", "pseudonym", "label"]

_MASK: Final = "*****"
_VERSION: Final = b"venia.freetext.1"
_DIGITS: Final = 8


class KeyNeeded(ValueError):
    """Pseudonyms were asked for without a key."""

    code = "pseudonym_key_needed"


@dataclass(frozen=True, slots=True)
class Secret:
    """What makes pseudonyms unguessable, and the scope in which they are the same."""

    key: bytes = field(repr=False)
    scope: str = "text"


def replaced(
    text: str,
    spans: Sequence[Span],
    *,
    mode: Mode,
    secret: Secret | None,
    record: Record | None = None,
) -> str:
    """
    Return `text` with each of `spans` (ordered, not overlapping) replaced.

    :raises KeyNeeded: for pseudonyms without a secret.
    """
    if mode == "pseudonym" and not (secret and secret.key):
        raise KeyNeeded("Pseudonyms need a key; ask for mode mask or label instead.")
    people = _people(text, spans, record) if mode == "pseudonym" else {}
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += text[position : span.start], _stand_in(text, span, mode, secret, people)
        position = span.end
    return "".join((*pieces, text[position:]))


def _stand_in(
    text: str, span: Span, mode: Mode, secret: Secret | None, people: dict[frozenset[str], str]
) -> str:
    if mode == "mask" or (mode == "pseudonym" and secret is None):
        return _MASK
    if mode == "label" or secret is None:
        return f"[{span.type}]"
    mention = text[span.start : span.end]
    if span.type == "PERSON":
        tokens = name_tokens(mention)
        canonical = people.get(tokens, " ".join(sorted(tokens)))
    else:
        canonical = "".join(filter(str.isalnum, fold(mention)))
    return f"[{span.type}_{pseudonym(secret, span.type, canonical)}]"


def pseudonym(secret: Secret, type_: str, canonical: str) -> str:
    """Return eight hexadecimal digits of the keyed digest of a canonical value within a scope."""
    parts = (secret.scope.encode(), type_.encode(), canonical.encode())
    message = _VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.new(secret.key, message, hashlib.sha256).hexdigest()[:_DIGITS]


def name_tokens(mention: str) -> frozenset[str]:
    """Return the words of a name, folded, without "de la" and the like."""
    words = (w.form.removesuffix("'s") for w in Reading(mention, "en", ()).words)
    return frozenset(word for word in words if word not in PARTICLES)


def _people(text: str, spans: Iterable[Span], record: Record | None) -> dict[frozenset[str], str]:
    """
    Give every mention of one person one canonical name: "Ana" that of the only "Ana Ruiz".

    A mention that fits two fuller ones stays by itself.
    """
    mentions = {name_tokens(text[s.start : s.end]) for s in spans if s.type == "PERSON"}
    if record and record.name_tokens:
        mentions.add(record.name_tokens)
    fullest = [m for m in mentions if not any(m < other for other in mentions)]
    canonical: dict[frozenset[str], str] = {}
    for mention in mentions:
        fuller = [other for other in fullest if mention <= other]
        person = fuller[0] if len(fuller) == 1 else mention
        canonical[mention] = " ".join(sorted(person))
    return canonical
