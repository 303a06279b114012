"""The words that announce a name, and how far they are to be trusted."""

from dataclasses import dataclass
from typing import Final

import regex

from pseudonymize.freetext.addresses import address_ends
from pseudonymize.freetext.compounds import compound_length
from pseudonymize.freetext.errands import COUNTERS, fetcher
from pseudonymize.freetext.evidence import is_inflected
from pseudonymize.freetext.extents import Trust, name_end
from pseudonymize.freetext.lexicon import Phrases, phrase_at
from pseudonymize.freetext.naming import KIN, Naming, Strength
from pseudonymize.freetext.openings import NAME_LABELS, asked_name
from pseudonymize.freetext.standing import AND, is_strange

_TO_NAME: Final = regex.compile(r"[\s.:,(«\"'¿¡*/=-]{0,4}")
_PARTICIPLE: Final = regex.compile(r"[ai]d[oa]s?$|(?:hech|escrit|vist|abiert)[oa]s?$|feit[oa]$|ed$")
_HOLIDAYS: Final = frozenset({"feriado", "feriados"})
_DATIVE: Final = regex.compile(r"l[eo]s?|\w{2,}(?:[aei]r|[aeiou]|ndo)(?:se)?les?")
_CLOCK: Final = regex.compile(
    r"(?:\[?[\d/.-]{6,10},?\s)?\[?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s?(?:[ap]\.?\s?m\.?)?\]?"
    r"\s?[-–|]?\s?"
)


_LONGEST_CLOCK: Final = 40
_ARTICLES: Final = frozenset({"el", "la", "o", "a"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue that ends before word `next`."""

    trust: Trust
    next: int
    phrase: str


def _phrase_at(naming: Naming, index: int) -> Cue | None:
    cues = naming.lexicon.cues
    levels: tuple[tuple[Trust, Phrases], ...] = (
        ("sure", cues.sure),
        ("soft", cues.soft),
        ("soft", cues.spoken),
        ("faint", cues.faint),
    )
    found: Cue | None = None
    longest = 0
    if index in naming.branded or _ends_address(naming, index):
        return None
    for trust, phrases in levels:
        length = phrase_at(phrases, naming.forms, index)
        if length > longest and index + length < len(naming.words):
            longest = length
            phrase = " ".join(naming.forms[index : index + length])
            found = Cue(trust, index + length, phrase)
    if found and found.trust == "faint" and _is_agent(naming, index):
        found = Cue("soft", found.next, f"{naming.forms[index - 1]} {found.phrase}")
    elif found and found.trust == "faint" and _is_dative(naming, found):
        found = Cue("soft", found.next, found.phrase)
    return _through_gap(naming, found) if found else None


def _ends_address(naming: Naming, index: int) -> bool:
    """Tell whether "Dr" is the drive at the end of a street, and no doctor."""
    return naming.words[index].end in address_ends(naming.reading)


def _is_agent(naming: Naming, index: int) -> bool:
    """Tell whether a participle stands before "by": "realizada por", "carried out by"."""
    if naming.forms[index] not in {"por", "pelo", "pela", "by"} or not index:
        return False
    before = naming.forms[max(0, index - 2) : index]
    strong = naming.case(index) == "mixed" or naming.strengths[index + 1] >= Strength.FAMILY
    return strong and any(_PARTICIPLE.search(form) and form not in _HOLIDAYS for form in before)


def _is_dative(naming: Naming, cue: Cue) -> bool:
    """Tell whether "le" announced whom "a" names: "le devolvimos 20 € a Yoltzin"."""
    first = cue.next
    if cue.phrase != "a" or naming.reading.language != "es":
        return False
    if naming.strengths[first] != Strength.UNKNOWN or is_inflected(naming, naming.forms[first]):
        return False
    if naming.case(first) == "mixed" and not naming.words[first].capital:
        return False
    clause = naming.forms[max(0, first - 9) : first - 1]
    return any(_DATIVE.fullmatch(form) for form in clause)


def _coordinated(naming: Naming, index: int) -> Cue | None:
    """Read "Ana y Xoel" with the trust of Ana: what a name is joined to is a name."""
    if not 0 < index < len(naming.words) - 1:
        return None
    if naming.strengths[index - 1] < Strength.FAMILY or naming.gap(index) != " ":
        return None
    mixed = naming.case(index) == "mixed"
    following = index + 1
    is_name = naming.is_unlisted_name(following) or naming.is_given(following)
    is_name = is_name or (not mixed and is_strange(naming, following))
    if not is_name or (mixed and not naming.words[following].capital):
        return None
    return Cue("soft", following, naming.forms[index])


def _speaker(naming: Naming, index: int) -> Cue | None:
    """Read who speaks in a line of a chat: "[21:45] Filemón: ya pagué"."""
    if index + 1 >= len(naming.words):
        return None
    start = naming.words[index + 1].start
    line = naming.reading.folded.rfind("\n", 0, start) + 1
    if start - line > _LONGEST_CLOCK:
        return None
    if _CLOCK.fullmatch(naming.reading.folded, line, start) is None:
        return None
    if (naming.forms[index + 1],) in naming.lexicon.cues.soft.known:
        return None  # "00:07 Agent: hello"
    end = name_end(naming, index + 1, "sure")
    if not end or not naming.reading.folded.startswith(":", naming.words[end - 1].end):
        return None
    return Cue("sure", index + 1, "hh:mm")


def _is_articled(naming: Naming, cue: Cue) -> bool:
    """Tell whether kin and an article announce a name: "minha nora, a Jussara, no (41) …"."""
    after = cue.next + 1
    if after >= len(naming.words) or naming.forms[cue.next] not in _ARTICLES:
        return False
    if cue.phrase.rpartition(" ")[2] not in KIN or naming.gap(after) != " ":
        return False
    if naming.gap(cue.next) not in {" ", ", "}:
        return False
    if naming.case(after) == "mixed":
        return naming.words[after].capital and naming.strengths[after] >= Strength.UNKNOWN
    return naming.strengths[after] == Strength.GIVEN


def _through_gap(naming: Naming, cue: Cue) -> Cue | None:
    if _is_articled(naming, cue):
        cue = Cue(cue.trust, cue.next + 1, cue.phrase)
    gap = naming.gap(cue.next)
    if cue.trust in {"sure", "soft"} and _is_of_somebody(naming, cue.next):
        cue = Cue(cue.trust, cue.next + 1, cue.phrase)
    if gap == " ":
        return None if cue.trust == "sure" and len(cue.phrase) == 1 else cue
    if not _TO_NAME.fullmatch(gap) or "\n" in gap:
        return None
    if cue.trust == "soft" and ":" in gap:
        return Cue("field", cue.next, cue.phrase)
    if gap == "." and len(cue.phrase) == 1 and len(naming.forms[cue.next]) == 1:
        return None  # "D.N.I." is no title
    if "." in gap and (cue.trust == "faint" or len(cue.phrase) > 6):
        return None
    if cue.trust == "sure" and len(cue.phrase) == 1 and "." not in gap:
        return None  # "d" and "c" are titles only when abbreviated
    return cue


def _is_of_somebody(naming: Naming, index: int) -> bool:
    """Tell whether "de" stands before a given name: "vehículo asegurado de Kelly Johana"."""
    after = index + 1
    if naming.forms[index] not in {"de", "do", "da"} or after >= len(naming.words):
        return False
    if compound_length(naming, index, index) or naming.words[index].capital:
        return False  # "senhor da Conceição", "De Luca Paz"
    alone = after + 1 >= len(naming.words) or naming.strengths[after + 1] < Strength.WEAK
    if naming.is_surname(after) and alone:
        return False  # "titular De Jesús"
    return naming.strengths[after] == Strength.GIVEN


def cue_before(naming: Naming, index: int) -> Cue | None:
    """Return the cue that the words from `index` are, be it a phrase, an "and" or a clock."""
    form = naming.forms[index]
    asked = asked_name(naming, index) if form in NAME_LABELS else 0
    if asked:
        return Cue("sure", asked, form)
    fetched = fetcher(naming, index) if form in COUNTERS else 0
    if fetched:
        return Cue("field", fetched, form)
    cue = _phrase_at(naming, index) if form in naming.lexicon.cues.first_words else None
    if cue or form in AND:
        return cue or _coordinated(naming, index)
    return _speaker(naming, index) if form.isdigit() else None
