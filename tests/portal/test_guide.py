"""The guide names tests that exist, and has a row for every deceptive pattern."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "preference-center.md").read_text(encoding="utf-8")
PATTERNS = 16  # EDPB Guidelines 03/2022, version 2.0, annex I


def test_every_pattern_has_a_row_and_every_row_a_test() -> None:
    table = GUIDE.partition("## Deceptive patterns")[2].partition("## Words")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| [A-Z][a-z ]+: ", line)]
    assert len(rows) == PATTERNS
    assert all("`test_" in row for row in rows)


def test_the_tests_that_the_guide_names_exist() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"`(test_\w+)`", GUIDE))
    assert {name for name in named if f"def {name}(" not in written} == set()


def test_the_pictures_that_the_guide_shows_are_kept() -> None:
    shown = re.findall(r"\]\((images/[\w-]+\.png)\)", GUIDE)
    assert shown
    assert all((ROOT / "docs" / path).is_file() for path in shown)
