"""Pins every dependency by version and hash: `make lock`, or `make lock UPGRADE=--upgrade`."""

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_FOLDER = Path("config/requirements")
_GROUPS = ("text", "vault", "development")
_ALIKE_EVERYWHERE = (
    *("--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"),
    # Neither a path nor an index of the machine that locked.
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> None:
    """Write the lock; each part agrees with those before it."""
    _compile("bootstrap", _FOLDER / "bootstrap.in")
    _compile("runtime", "pyproject.toml")
    earlier: list[str | Path] = ["-c", _FOLDER / "runtime.txt"]
    for group in _GROUPS:
        _compile(group, "--group", group, *earlier)
        earlier += ["-c", _FOLDER / f"{group}.txt"]


def _compile(part: str, *source: str | Path) -> None:
    target = _FOLDER / f"{part}.txt"
    command = [sys.executable, "-I", "-m", "uv", "pip", "compile", *_ALIKE_EVERYWHERE]
    given = [*map(str, source), *sys.argv[1:], "-o", str(target)]
    print(f"{target} …", file=sys.stderr, flush=True)
    if subprocess.run([*command, *given], cwd=_ROOT).returncode:
        sys.exit(f"{target} is unchanged; the reason stands above.")


if __name__ == "__main__":
    main()
