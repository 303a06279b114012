"""
Names of people, from the words that announce them and from lists.

A cue such as "me llamo" makes a name of whatever follows. Without one, a name must be listed and
either be unmistakable or stand beside another. Capitals help where the text uses them; transcripts
without any are read by lists and cues alone.
"""

from collections.abc import Iterator
from typing import Final

from pseudonymize.freetext.announcing import Cue, cue_before
from pseudonymize.freetext.brands import (
    is_firm_of,
    is_make,
    is_paid_with,
    is_promoted,
    is_robot,
    is_sold_under_title,
)
from pseudonymize.freetext.clauses import (
    HONOURS,
    TITLES,
    is_bare_subject,
    is_kin,
    is_nickname,
    is_titled_thing,
)
from pseudonymize.freetext.compounds import compound_length
from pseudonymize.freetext.evidence import is_called_thing, is_holy, is_model, is_team, is_things
from pseudonymize.freetext.extents import Trust, name_end
from pseudonymize.freetext.lexicon import Listed, word_set
from pseudonymize.freetext.namesakes import (
    is_copied,
    is_day_off,
    is_flavour,
    is_in_state,
    is_month_ahead,
    is_one_of_many,
    is_renamed,
    is_served,
    is_titled_dish,
)
from pseudonymize.freetext.naming import COUNTRIES, PARTICLES, Naming, Strength
from pseudonymize.freetext.nouns import (
    is_bare_noun,
    is_branch_of,
    is_counted,
    is_kin_word,
    is_noun,
    is_office,
    is_supply,
    is_town_of,
)
from pseudonymize.freetext.offers import is_offered, is_performer
from pseudonymize.freetext.openings import is_heard, is_owner, is_posted, is_spoken_to, signs
from pseudonymize.freetext.products import is_hair
from pseudonymize.freetext.reading import Reading
from pseudonymize.freetext.spans import Hit
from pseudonymize.freetext.standing import (
    acts,
    is_company_in,
    is_guarded,
    is_shortened,
    is_strange_before,
    stands_alone,
)

_SHORT: Final = 3
#: Characters between a name and what belongs to it.
_APART: Final = 3
#: What is said with the name even among friends: "Sor Teresa".
_IN_ORDERS: Final = frozenset({"sor", "fray"})
#: Who says these is somebody, whatever the name means: "soy Amparo del pedido".
_SELF: Final = frozenset(
    ["soy", "yo soy", "habla", "le habla", "sou", "sou a", "fala", "quem fala e", "this is", "i am"]
)
#: Words of agreement that are nouns or adjectives behind an article.
_AGREEING: Final = word_set("agreeing")
_ARTICLES: Final = frozenset({("el",), ("un",), ("los",), ("del",), ("al",), ("o",), ("um",)})
#: These lead to firms as well as to people.
_LOOSE: Final = word_set("leads_to_firms")
_SCORES: Final[dict[Trust, float]] = {
    "sure": 0.85,
    "field": 0.8,
    "soft": 0.72,
    "faint": 0.62,
    "none": 0.6,
}


def persons_in(reading: Reading) -> list[Hit]:
    """Return the names of people in a reading, worked out once."""
    if "persons" not in reading.memo:
        reading.memo["persons"] = list(_search(reading))
    found: list[Hit] = reading.memo["persons"]
    return found


def follows_person(reading: Reading, start: int) -> bool:
    """Tell whether a name ends right before `start`, a comma or bracket between them at most."""
    between = reading.folded[max(0, start - _APART) : start]
    end = start - len(between) + len(between.rstrip(" ,("))
    if "person_ends" not in reading.memo:
        reading.memo["person_ends"] = {hit.end for hit in persons_in(reading)}
    return end < start and end in reading.memo["person_ends"]


def find_persons(reading: Reading) -> Iterator[Hit]:
    """Yield names of people."""
    yield from persons_in(reading)


def _search(reading: Reading) -> Iterator[Hit]:
    naming = Naming.of(reading)
    index = 0
    while index < len(naming.words):
        cue = cue_before(naming, index)
        end = _announced(naming, cue) if cue else 0
        if cue and end:
            yield _hit(naming, cue.next, end, cue)
            index = end
            continue
        end = _unannounced(naming, index)
        if end and not is_guarded(naming, index, end):
            yield _hit(naming, index, end, None)
        index = end or index + 1


def _hit(naming: Naming, first: int, end: int, cue: Cue | None) -> Hit:
    if not cue and is_strange_before(naming, first):
        first -= 1
    while first and naming.gap(first) == "-" and naming.words[first - 1].form.isalpha():
        first -= 1  # "Sac-Nicté"
    start, stop = naming.words[first].start, naming.words[end - 1].end
    if naming.forms[end - 1].endswith(("'s", "’s")):
        stop -= 2
    if cue and cue.phrase in _IN_ORDERS:
        start = naming.words[cue.next - 1].start
    if cue:
        return Hit(start, stop, "PERSON", _SCORES[cue.trust], "cue", cue.phrase)
    certain = any(s == Strength.GIVEN for s in naming.strengths[first:end])
    score = 0.6 if certain or end - first > 1 else 0.5
    return Hit(start, stop, "PERSON", score, "listed", "name")


def _announced(naming: Naming, cue: Cue) -> int:
    """Return where the announced name ends, 0 if none is announced."""
    first = cue.next
    end = name_end(naming, first, cue.trust)
    if not end or (naming.forms[first] in PARTICLES and end - first < 2):
        return 0
    if _is_refused(naming, cue, first, end):
        return 0
    best = max(naming.strengths[first:end])
    if cue.trust == "soft" and best == Strength.WEAK and naming.case(first) != "mixed":
        is_word = naming.forms[first] in naming.lexicon.words and not _is_family_who(naming, first)
        return end if end - first > 1 or naming.is_given(first) or not is_word else 0
    return end if best >= Strength.UNKNOWN or cue.trust in {"sure", "field"} else 0


def _is_refused(naming: Naming, cue: Cue, first: int, end: int) -> bool:
    """Tell whether what a cue announces is a thing, a day or an office."""
    phrase = cue.phrase
    if is_kin_word(naming, first) or _is_sold(naming, phrase, first, end):
        return True
    if is_office(naming, phrase, first, end) or is_called_thing(naming, phrase, first):
        return True
    if is_day_off(naming, first) or is_month_ahead(naming, first):
        return True
    if cue.trust == "faint" and end - first == 1 and naming.forms[first] in COUNTRIES:
        return True
    if phrase in _AGREEING and naming.forms[first - 2 : first - 1] in _ARTICLES:
        return True  # "el vale Amor de Madre"
    if is_renamed(naming, phrase, first) or is_served(naming, phrase, first):
        return True
    if cue.trust in {"soft", "faint"} and _is_nobody(naming, phrase, first, end):
        return True
    return cue.trust == "faint" and (
        not stands_alone(naming, first, end)
        or is_things(naming, first, end)
        or is_copied(naming, first)
        or is_flavour(naming, first)
    )


def _is_sold(naming: Naming, title: str, first: int, end: int) -> bool:
    """Tell whether a title is a product's or a shop's: "queso Don Pedro", "Dr. Squatch soap"."""
    if is_titled_thing(naming, first - 1):
        return True
    if title in TITLES | HONOURS and is_sold_under_title(naming, first, end):
        return True
    if title in TITLES and is_counted(naming, first - 1):
        return True
    if title not in HONOURS:
        return False
    plain = max(naming.strengths[first:end]) == Strength.WORD  # "Don Algodón"
    return (
        (plain and not compound_length(naming, first, first))
        or is_titled_dish(naming, first)
        or is_promoted(naming, first - 1)
        or is_make(naming, first - 1, end)
        or is_one_of_many(naming, first, end)
    )


def _is_family_who(naming: Naming, first: int) -> bool:
    """Tell whether a family name that is a word does something: "la contadora choque pide"."""
    after = naming.forms[first + 1 : first + 2]
    local = naming.lexicon.names.get(naming.forms[first], 0) & Listed.SURNAME
    return bool(local) and bool(after) and after[0] in naming.lexicon.cues.speaks


def _is_nobody(naming: Naming, cue: str, first: int, end: int) -> bool:
    """Tell whether a noun, a town, a firm or a product stands behind a cue of no great trust."""
    return (
        (is_noun(naming, first, end) and cue not in _SELF)
        or is_hair(naming, first, end)
        or is_supply(naming, cue, first, end)
        or is_in_state(naming, cue, first)
        or is_bare_noun(naming, first, end)
        or is_town_of(naming, cue, first, end)
        or is_branch_of(naming, first, end)
        or is_model(naming, first, end)
        or is_holy(naming, first, end)
        or not naming.branded.isdisjoint(range(first, end))
        or is_company_in(naming, first, end)
        or is_firm_of(naming, first, end)
        or is_paid_with(naming, cue, first)
        or is_robot(naming, first)
        or is_performer(naming, first, end)
        or is_offered(naming, first, end)
        or (cue in _LOOSE and is_make(naming, first, end))
        or is_team(naming, first, end)
    )


def _unannounced(naming: Naming, first: int) -> int:
    """Return where a name without a cue ends, 0 if there is none."""
    if first in naming.branded or naming.forms[first] in COUNTRIES:
        return 0
    may_be_name = naming.strengths[first] >= Strength.UNKNOWN  # most words may not
    if may_be_name and (
        is_bare_subject(naming, first)
        or is_kin(naming, first, first + 1)
        or is_spoken_to(naming, first)
    ):
        return first + 1
    if is_nickname(naming, first) or is_owner(naming, first) or is_heard(naming, first):
        return first + 1
    if signs(naming, first) or is_posted(naming, first):
        return first + 1
    if naming.is_initial(first) and is_shortened(naming, first):
        return name_end(naming, first, "soft")
    if not may_be_name:
        return 0
    if naming.strengths[first] == Strength.UNKNOWN and not _may_open(naming, first):
        return 0
    end = name_end(naming, first, "none")
    if not end:
        return 0
    if stands_alone(naming, first, end) or acts(naming, first, end) or is_kin(naming, first, end):
        return end
    return 0


def _may_open(naming: Naming, first: int) -> bool:
    """Tell whether an unlisted word may begin a name that no cue announces."""
    if naming.case(first) == "mixed":
        return naming.is_unlisted_name(first)
    return len(naming.forms[first]) > _SHORT and naming.opens_sentence(first)
