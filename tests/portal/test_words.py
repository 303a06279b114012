"""Every word of every page exists in the three languages, compiled as it is written."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
LANGUAGES = ("es", "pt_BR", "en")
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext"}
_IN_TEMPLATES = re.compile(r"\b(?:n?gettext)\((?:u)?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_SLOT = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> GNUTranslations:
    path = ROOT / "portal" / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return GNUTranslations(file)


def written(language: str) -> dict[str, list[str]]:
    """Return each message of a .po file with its translations, as they are written."""
    path = ROOT / "portal" / "locale" / language / "LC_MESSAGES" / "django.po"
    found: dict[str, list[str]] = {}
    message = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, text = line.partition(" ")
        if name == "msgid":
            message = ast.literal_eval(text)
        elif name.startswith("msgstr") and message:
            found.setdefault(message, []).append(ast.literal_eval(text))
    return found


def in_python() -> Iterator[str]:
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS:
                yield ast.literal_eval(node.args[0])


def in_templates() -> Iterator[str]:
    for path in [*(ROOT / "templates").glob("*.html"), *(ROOT / "templates" / "portal").rglob("*")]:
        if path.is_file():
            for found in _IN_TEMPLATES.findall(templatize(path.read_text(encoding="utf-8"))):
                yield ast.literal_eval(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_pages_say_is_in_the_catalogue(language: str) -> None:
    said = {*in_python(), *in_templates()}
    assert len(said) > 150
    assert said - set(written(language)) == set(), "run manage.py makemessages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_missing_or_loses_a_slot(language: str) -> None:
    for message, texts in written(language).items():
        for text in texts:
            assert text, message
            assert set(_SLOT.findall(text)) == set(_SLOT.findall(message)), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = catalogue(language)
    for message, texts in written(language).items():
        if len(texts) == 1:
            assert compiled.gettext(message) == texts[0], "run manage.py compilemessages"
        else:
            assert [compiled.ngettext(message, message, n) for n in (1, 2)] == texts


@pytest.mark.parametrize("language", ["es", "pt_BR"])
def test_sentences_are_short(language: str) -> None:
    for texts in written(language).values():
        for sentence in re.split(r"[.:!?]\s", texts[0]):
            assert len(sentence.split()) <= 25, sentence
