"""Files and functions stay small enough to be read whole, and nothing is named after nothing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "audit",
    "config",
    "consent",
    "jurisdictions",
    "policies",
    "portal",
    "pseudonymize",
    "rights",
    "tests",
)
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60
NAMELESS = {"utils", "helpers", "common", "core", "misc", "manager", "util"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MOST_LINES_OF_A_FUNCTION, node.name


def test_no_module_is_named_after_nothing() -> None:
    assert not {path.stem for path in SOURCES} & NAMELESS
