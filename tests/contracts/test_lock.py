"""The lock holds what pyproject.toml asks for; `make lock` brings it up to date."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "config" / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = {"runtime": PROJECT["project"]["dependencies"], **PROJECT["dependency-groups"]}


@pytest.mark.parametrize("part", ASKED)
def test_every_dependency_is_locked_in_the_range_asked_for(part: str) -> None:
    text = (REQUIREMENTS / f"{part}.txt").read_text(encoding="utf-8")
    pins = {canonicalize_name(name): version for name, version in _PIN.findall(text)}
    wanting = [
        str(need)
        for need in map(Requirement, ASKED[part])
        if not need.specifier.contains(pins.get(canonicalize_name(need.name), "0"))
    ]
    assert wanting == [], "run `make lock`"


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_lock_has_hashes_and_names_no_index(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(_PIN.findall(text)) <= text.count("--hash=sha256:")
    assert not re.search(r"https?://|file:|--index|--extra|--find-links", text)
