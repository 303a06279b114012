"""How `make` makes its own environment: tried on a small project with one dependency."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.database  # it installs from the index, so it is not for `make check`


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose lock holds the installer and one small package."""
    folder = tmp_path_factory.mktemp("project")
    requirements = folder / "config" / "requirements"
    requirements.mkdir(parents=True)
    shutil.copy(ROOT / "config" / "bootstrap.py", folder / "config")
    shutil.copy(ROOT / "config" / "requirements" / "bootstrap.txt", requirements)
    (requirements / "small.txt").write_text(locked("idna"))
    return folder


def locked(name: str) -> str:
    """Return the lines of our lock that pin `name`."""
    lock = (ROOT / "config" / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{name}==.*\n(?:    --hash=.*\n)+", lock, re.MULTILINE)
    assert found
    return found[0].rstrip().removesuffix("\\")


def run(project: Path, words: str = "import idna; print('ready')") -> tuple[str, str]:
    """Run the bootstrap and return what was said on stdout and stderr; it must succeed."""
    command = [sys.executable, "-I", "config/bootstrap.py", "small", "--", "-c", words]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


def test_it_installs_the_lock_once_and_then_runs_at_once(project: Path) -> None:
    said, told = run(project)
    assert said == "ready"
    assert "installing bootstrap, small" in told
    assert run(project) == ("ready", "")


@pytest.mark.parametrize("python", ["", "2.7"], ids=["half built", "of another Python"])
def test_an_environment_that_is_not_whole_or_not_ours_is_made_anew(
    project: Path, python: str
) -> None:
    run(project)
    stamp = project / ".venv" / "made-from.json"
    known = json.loads(stamp.read_text())
    known["made_by"]["python"] = python
    stamp.write_text(json.dumps(known) if python else "")
    (project / ".venv" / "left-over").touch()
    assert ".venv for Python" in run(project)[1]
    assert not (project / ".venv" / "left-over").exists()


def test_a_changed_lock_is_installed_into_what_is_there(project: Path) -> None:
    run(project)
    requirements = project / "config" / "requirements" / "small.txt"
    requirements.write_text(locked("idna") + "\n" + locked("six"))
    said, told = run(project, "import idna, six; print('both')")
    assert said == "both"
    assert "installing" in told
    assert ".venv for Python" not in told


def test_a_package_with_another_hash_is_refused(project: Path) -> None:
    run(project)
    requirements = project / "config" / "requirements" / "small.txt"
    kept = requirements.read_text()
    requirements.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, locked("vine")))
    command = [sys.executable, "-I", "config/bootstrap.py", "small", "--", "-c", "pass"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    requirements.write_text(kept)
    assert done.returncode == 1
    assert "could not be installed" in done.stderr
