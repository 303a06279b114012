"""
Templates of letters that a lawyer can edit: text with listed variables, and nothing else.

The first line is the subject; an empty line ends a paragraph. `{variable}` is replaced by its
text. A paragraph that begins with `[if variable]` stands only where the variable is not empty,
with `[if not variable]` only where it is. Nothing here can call, loop or read anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLES: Mapping[str, str] = {
    "company": "who answers",
    "number": "the number of the request",
    "name": "the person's name, as typed; may be empty",
    "today": "the day of the letter",
    "received_on": "the day of receipt",
    "rights": "the rights that the letter is about, as one enumeration",
    "law": "the name of the law",
    "articles": "the articles by which the date is counted",
    "due_on": "the last day of the answer",
    "supply_by": "the last day for supplying what is missing; empty where the law sets none",
    "execute_by": "the last day for carrying out; empty where the law sets none",
    "words": "what the officer writes: reasons, the answer, what is missing",
    "outcomes": "what became of each right, where several ended differently",
    "changes": "what is corrected: old and new, one after the other; empty for other rights",
    "ready": "not empty where a copy of the data waits on the own page",
    "granted": "not empty where everything was granted",
    "partial": "not empty where a part was granted",
    "ground": "the ground of refusal, in words",
    "ground_source": "the articles of that ground",
    "authority": "the supervisory authority",
    "complaint_page": "where a complaint is filed; empty where we know no page",
    "complaint_by": "the last day of a complaint; empty where the law sets none",
    "own_page": "the address of the person's own page, once",
    "goes": "what an erasure destroys, by system; empty for other rights",
    "stays": "what it leaves, with ground, source and time",
    "models": "models that learnt from the person's data and cannot unlearn",
    "suppressed": "that the address is remembered so as not to be used; may be empty",
    "stop_until": "the last day on which the erasure can be stopped; empty once it began",
    "blocked_until": "the last day of the blocking that the law wants first; empty without one",
    "blocking_source": "the articles of that blocking",
}
_PLACE = re.compile(r"\{([^{}]*)\}")
_CONDITION = re.compile(r"\[if (not )?([a-z_]+)\]\s*")


class LetterRejected(Exception):
    """A template asks for something that no letter has."""

    field = "text"

    def __init__(self, code: str, sentence: str, **named: str) -> None:
        self.code, self.named = code, named
        super().__init__(f"{sentence} The variables are: {', '.join(VARIABLES)}.")


@dataclass(frozen=True, slots=True)
class Text:
    """A letter in words: its subject and its paragraphs."""

    subject: str
    paragraphs: tuple[str, ...]

    @property
    def plain(self) -> str:
        """Return the paragraphs as the text of a mail."""
        return "\n\n".join(self.paragraphs) + "\n"


def rendered(template: str, values: Mapping[str, str]) -> Text:
    """
    Return a letter in words. What is filled in is never read as a template again.

    :raises LetterRejected: for a variable that is not in `VARIABLES`, or a stray brace.
    """
    subject, _, body = template.strip().partition("\n")
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", body) if block.strip()]
    kept = [block for block in (_chosen(block, values) for block in blocks) if block]
    paragraphs = [_filled(block, values).strip() for block in kept]
    return Text(_filled(subject.strip(), values), tuple(filter(None, paragraphs)))


def check(template: str) -> None:
    """:raises LetterRejected: when a template could not be filled."""
    rendered(template, dict.fromkeys(VARIABLES, "x"))
    rendered(template, dict.fromkeys(VARIABLES, ""))


def _chosen(block: str, values: Mapping[str, str]) -> str:
    found = _CONDITION.match(block)
    if found is None:
        return block
    wanted = bool(_value(found[2], values)) is (found[1] is None)
    return block[found.end() :] if wanted else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    if set("{}") & set(_PLACE.sub("", text)):
        raise LetterRejected("letter_brace", "A brace stands alone.")
    return _PLACE.sub(lambda place: _value(place[1], values), text)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in VARIABLES:
        raise LetterRejected("letter_variable", f"There is no variable {name!r}.", name=name)
    return values.get(name, "")
