"""docs/settings.md has a row for every variable that is read, and for no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_READ = re.compile(r"env_(text|bool|int|folders|zone|secrets?)\(\s*\"([A-Z_]+)\"")
_ROW = re.compile(r"^\| `([A-Z_]+)`( \*file\*)? \|", re.MULTILINE)


def read_by_code() -> dict[str, set[str]]:
    """Return each variable with the kinds of reading in config/."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "config").rglob("*.py"):
        for kind, name in _READ.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(kind)
    return found


def rows() -> dict[str, bool]:
    """Return each documented variable and whether a file may hold it."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return {name: bool(as_file) for name, as_file in _ROW.findall(text)}


def test_every_variable_has_its_row() -> None:
    assert set(rows()) == set(read_by_code())


def test_the_rows_say_which_ones_a_file_may_hold() -> None:
    assert {n for n, as_file in rows().items() if as_file} == {
        name for name, kinds in read_by_code().items() if kinds & {"secret", "secrets"}
    }
