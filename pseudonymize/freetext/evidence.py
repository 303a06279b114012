"""What speaks against a name: things named like people, teams at play, inflected words."""

from typing import Final

import regex

from pseudonymize.freetext.lexicon import Listed, teams, word_set
from pseudonymize.freetext.naming import Naming, Strength

_TEAMS: Final = teams()
#: "el comercial Iván" is a man, "la comercial Juárez" a shop.
_MEN_OR_SHOPS: Final = frozenset({"comercial"})
_MASCULINE: Final = frozenset(
    {"el", "un", "del", "al", "mi", "su", "tu", "o", "do", "ao", "um", "meu", "seu"}
)
#: Endings of Spanish and Portuguese verbs; what is left makes an infinitive with these.
_VERB: Final = regex.compile(
    r"(?:amos|emos|imos|aron|ieron|aban?|iamos?|ian?|ando|i?endo|ados?|adas?|idos?|idas?|aran?|eran?"
    r"|ou|eu|iu|aram|eram|iram|avam?|asse[mn]?|esse[mn]?|issem?|ira[no]?|ara[no]?|era[no]?|[oae][sn]?)$"
)
_INFINITIVES: Final = ("ar", "er", "ir")
_NO_NAME: Final = regex.compile(
    r"(?:iad[oa]s?|ciones|cion|coes|cao|mente|ndome|ndose|ismo|istas?|idad|idade|iente|ientes|antes|aveis"
    r"|ables?|ibles?|ivel|iveis|mentos?|[aei]dor(?:es|as?)?|logia|(?:enc|anc)ias?|tion|tions|ness|ment|ments|ally)$"
)
_QUOTES: Final = " \"'«“‘`"
_LEAST_STEM: Final = 3
_LONG: Final = 7
_CALLED: Final = frozenset(
    ["llama", "llamaba", "llamado", "llamada", "chama", "chamado", "chamada", "named", "called"]
)
_MOST_CAPITALS: Final = 3
#: Endings of infinitives that no family name from abroad has, as it has -er.
_CERTAIN: Final = ("ar", "ecer")
_CLITIC: Final = regex.compile(r"(?:se)?(?:me|te|se|nos|l[aeo]s?)$")
_ONE_MORE: Final = frozenset({"una", "uno", "otra", "otro", "uma", "um", "outra", "outro", "one"})
_AND: Final = frozenset({"y", "e", "o", "and"})
_FEASTS: Final = word_set("feasts")
_NAMED_THINGS: Final = word_set("named_things")
_FESTIVE: Final = word_set("festive")
_SAINTS: Final = frozenset({"san", "santa", "santo", "sao", "st", "saint"})
#: "bom dia" is no feast.
_GREETS: Final = frozenset({"bom", "boa", "buen", "buena", "buenos", "buenas", "good"})
#: These tell of a match only right beside the team: "perdió la conexión en Getafe" does not.
_SCORED: Final = word_set("scored")
_BEFORE_TEAMS: Final = word_set("before_teams")
_EPIPHANY: Final = frozenset({"reyes", "reis"})
_UNTIL: Final = frozenset({"para", "por", "hasta", "desde", "antes", "de", "en", "ate", "em"})
_CHRISTMAS: Final = word_set("before_christmas")
_NAMED_FEASTS: Final = word_set("named_feasts")
_FEAST_TIMES: Final = word_set("feast_times")
_MARIAN: Final = word_set("marian_feasts")
_PRESENTS: Final = word_set("presents")
_EDITIONS: Final = word_set("editions")
_MODEL: Final = regex.compile(
    r"(?:[a-z]{1,3}-?\d{1,5}[a-z]{0,2}|[a-z]{2}\d{1,2}[a-z]\d{3,4}|\d{1,3}[a-z]{1,2})"
)
_CODE_TAIL: Final = regex.compile(r"[a-z]{1,3}-\d{1,5}[a-z]?")
_OF: Final = frozenset({"de", "del", "do", "da", "of", "la", "el"})


def is_inflected(naming: Naming, form: str) -> bool:
    """Tell whether a word that no list holds is a form of one that a list holds: "cotizo"."""
    if _NO_NAME.search(form) or _has_clitic(naming, form) or _is_doing(naming, form):
        return True
    if naming.reading.language == "en":
        past = form.endswith("ed") and len(form) >= _LONG
        return past or form.removesuffix("s") in naming.lexicon.words
    if form.removesuffix("s") in naming.lexicon.words and form.endswith("s"):
        return True
    for match in _VERB.finditer(form, overlapped=True):
        stem = form[: match.start()]
        if len(stem) >= _LEAST_STEM and any(
            stem + ending in naming.lexicon.words for ending in _INFINITIVES
        ):
            return True
    return False


def _is_doing(naming: Naming, form: str) -> bool:
    """Tell whether a word is an English verb with "-ing", and not "Weiming"."""
    bare = form.removesuffix("ing")
    words = naming.lexicon.words
    return bare != form and (bare in words or bare + "e" in words or bare[:-1] in words)


def _has_clitic(naming: Naming, form: str) -> bool:
    """Tell whether a word is a verb, "me" or "lo" behind it perhaps: "apúntame", "convalidar"."""
    if naming.reading.language == "en":
        return False
    bare = _CLITIC.sub("", form)
    endings = _INFINITIVES if bare != form else _CERTAIN
    if len(bare) >= _LONG - 1 and bare.endswith(endings) and not bare.endswith("mar"):
        return True
    words = naming.lexicon.words
    if bare == form or len(bare) <= _LEAST_STEM:
        return False
    return bare in words or bare + "r" in words or bare[:-1] + "r" in words


def is_thing(naming: Naming, form: str) -> bool:
    """Tell whether a word is one for a thing, a place of business or an institution."""
    cues = naming.lexicon.cues
    return form in cues.things or form in cues.devices or form in cues.guards


def is_called_thing(naming: Naming, cue: str, first: int) -> bool:
    """Tell whether a thing is called so, and nobody: "el negocio se llama Ángel del Pan"."""
    if cue.split()[-1] not in _CALLED:
        return False
    return not _NAMED_THINGS.isdisjoint(naming.forms[max(0, first - 4) : first - 1])


def is_things(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the words from `first` to `end` name the thing that stands beside them."""
    if naming.reading.language == "en" and _is_before_thing(naming, first, end):
        return True
    if first > 1 and naming.gap(first) == " & ":
        return is_things(naming, first - 1, first)  # "meal kit Jasmine & Basil"
    if not first or naming.gap(first).strip(_QUOTES):
        return False
    cues = naming.lexicon.cues
    before = naming.forms[first - 1]
    if naming.reading.text[naming.words[first - 1].end - 1] in "óÓ":
        return False  # "la cerró Bruno"
    if before in _MEN_OR_SHOPS and first > 1 and naming.forms[first - 2] in _MASCULINE:
        return False
    if before in cues.guards:
        return True
    if before in cues.things:
        return True
    if _is_labelled(naming, first):
        return True
    whole = end - first > 1 and naming.strengths[first] == Strength.GIVEN
    return not whole and (before in cues.devices or _is_described(naming, first))


def _is_before_thing(naming: Naming, first: int, end: int) -> bool:
    """Tell whether the thing follows, as it does in English: "the Madison table"."""
    if end - first > 1 or end >= len(naming.words) or naming.gap(end) != " ":
        return False
    return is_thing(naming, naming.forms[end])


def _is_labelled(naming: Naming, first: int) -> bool:
    """Tell whether a product's name goes on here: "Plan Familia Sol", "Abono Pareja Luna"."""
    at = first - 1
    while at > 0 and first - at <= _MOST_CAPITALS and naming.gap(at) == " ":
        if not naming.words[at].capital or naming.strengths[at] > Strength.WEAK:
            return False
        if is_thing(naming, naming.forms[at - 1]):
            return naming.words[first].capital
        at -= 1
    return False


def _is_described(naming: Naming, first: int) -> bool:
    """Tell whether one more word stands between thing and name: "sofá modular Milán"."""
    if first < 2 or naming.gap(first - 1) != " ":
        return False
    lexicon = naming.lexicon
    between = naming.forms[first - 1]
    is_plain = between in lexicon.words and between not in lexicon.cues.after and len(between) > 1
    is_plain = is_plain and not naming.words[first - 1].capital
    is_plain = is_plain and between not in lexicon.frequent
    is_plain = is_plain and between not in lexicon.cues.sure.lengths
    is_plain = is_plain and between not in lexicon.cues.soft.lengths
    return is_plain and is_thing(naming, naming.forms[first - 2])


def is_drunk(naming: Naming, first: int) -> bool:
    """Tell whether something to eat or drink is called so: "botellas de Santa Rita, una de …"."""
    if first < 2 or naming.forms[first - 1] not in _OF:
        return False
    foods = naming.lexicon.cues.foods
    if naming.forms[first - 2] in foods:
        return True
    near = naming.forms[max(0, first - 12) : first - 2]
    return naming.forms[first - 2] in _ONE_MORE and not foods.isdisjoint(near)


def is_model(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a product is named before its version: "la Aurora RF76", "Nova 6S"."""
    if end >= len(naming.words) or naming.gap(end) not in {" ", "-"}:
        return False
    local = naming.lexicon.names.get(naming.forms[end - 1], 0) & Listed.SURNAME
    if end - first > 1 and local and Strength.GIVEN in naming.strengths[first:end]:
        return False
    return naming.forms[end] in _EDITIONS or _is_model_code(naming, end)


def _is_model_code(naming: Naming, index: int) -> bool:
    """Tell whether a word of letters and few digits stands here, as models have: "HB5130"."""
    form = naming.forms[index]
    joined = naming.reading.folded[naming.words[index].start : naming.words[index].end + 5]
    code = _CODE_TAIL.match(joined) if form.isalpha() else None
    return _MODEL.fullmatch(code.group() if code else form) is not None


def is_holy(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a feast or a saint is meant: "Virgen del Carmen", "puente de San José"."""
    if end - first > 2 or not first or not naming.gap(first).isspace():
        return False
    if naming.forms[first] in _SAINTS and _is_festive(naming, first):
        return True
    if naming.forms[first] in _EPIPHANY and end - first == 1 and _is_epiphany(naming, first):
        return True
    if end - first == 1 and (_is_christmas(naming, first) or _is_articled_feast(naming, first)):
        return True
    last = first - 1
    while last > 0 and first - last <= 3 and naming.forms[last] in _OF:
        last -= 1
    if last < first - 1 and naming.forms[last] in _FEASTS:
        return True
    joined = naming.forms[last] in _AND and last > 1
    return joined and any(
        naming.forms[i] in _FEASTS and naming.forms[i - 1] not in _GREETS
        for i in range(max(1, last - 5), last)
    )


def _is_christmas(naming: Naming, index: int) -> bool:
    """Tell whether a feast is meant by a town or a name: "no Natal", "la cena de Reyes"."""
    if naming.forms[index] not in _NAMED_FEASTS:
        return False
    if naming.forms[index] == "natal" and naming.forms[index - 1] in _CHRISTMAS:
        return True
    of = index > 1 and naming.forms[index - 1] in _OF
    return of and naming.forms[index - 2] in _FEAST_TIMES


def _is_articled_feast(naming: Naming, index: int) -> bool:
    """Tell whether a day of the Virgin is meant: "antes de la Inmaculada", "por la Merced"."""
    if naming.forms[index] not in _MARIAN or naming.forms[index - 1] not in {"la", "el", "a"}:
        return False
    return index > 1 and naming.forms[index - 2] in _UNTIL


def _is_epiphany(naming: Naming, index: int) -> bool:
    """Tell whether a day of presents is meant: "pidió el turrón para Reyes"."""
    if naming.forms[index - 1] not in _UNTIL:
        return False
    if naming.forms[index - 1] in {"hasta", "ate"}:
        return True
    sentence = naming.words[index].sentence
    near = range(max(0, index - 14), min(len(naming.words), index + 8))
    given = naming.lexicon.cues.foods | _PRESENTS
    return any(naming.forms[i] in given and naming.words[i].sentence == sentence for i in near)


def _is_festive(naming: Naming, index: int) -> bool:
    """Tell whether feasts are spoken of: "la oferta de San Valentín, hasta San José"."""
    sentence = naming.words[index].sentence
    near = range(max(0, index - 14), min(len(naming.words), index + 8))
    return any(naming.forms[i] in _FESTIVE and naming.words[i].sentence == sentence for i in near)


def is_team(naming: Naming, first: int, end: int) -> bool:
    """Tell whether a town, saint or family name plays here: "contra o Santos", "bolão"."""
    if _TEAMS.isdisjoint(form.removesuffix("'s") for form in naming.forms[first:end]):
        return False
    sentence = naming.words[first].sentence
    near = range(max(0, first - 12), min(len(naming.words), end + 12))
    sports = naming.lexicon.cues.sports
    played = {naming.forms[i] for i in near if naming.words[i].sentence == sentence} & sports
    named = first > 0 and naming.forms[first - 1] in _BEFORE_TEAMS
    return bool(played - _SCORED) or (bool(played) and named)
