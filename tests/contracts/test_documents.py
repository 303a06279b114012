"""The documents lead where they say, and name only files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]+))?\)")
_FILE = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|toml|md))`")


def _anchors(path: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target, anchor in _LINK.findall(document.read_text(encoding="utf-8")):
        path = (document.parent / target) if target else document
        assert path.exists(), target
        assert not anchor or anchor in _anchors(path), anchor


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    for path in _FILE.findall((ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
