"""`make check`: what can be told about the code in a minute; `--fix` puts right what it can."""

import os
import subprocess
import sys
from pathlib import Path

_PYTHON = sys.executable
_MANAGE = (_PYTHON, "-W", "ignore", "manage.py")
_CHECKS: dict[str, tuple[str, ...]] = {
    "ruff": (_PYTHON, "-m", "ruff", "check", "--quiet"),
    "format": (_PYTHON, "-m", "ruff", "format", "--check", "--quiet"),
    "types": (_PYTHON, "-m", "mypy", "--no-error-summary", "."),
    "imports": (str(Path(_PYTHON).with_name("lint-imports")),),
    "migrations": (*_MANAGE, "makemigrations", "--check", "--dry-run"),
    "deployment": (*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "pure tests": (_PYTHON, "-m", "pytest", "-q", "-m", "not database and not long"),
}
_FIXES: dict[str, tuple[str, ...]] = {
    "ruff": (_PYTHON, "-m", "ruff", "check", "--quiet", "--fix"),
    "format": (_PYTHON, "-m", "ruff", "format", "--quiet"),
    "description": (*_MANAGE, "spectacular", "--file", "docs/openapi.yaml"),
}
# As behind TLS; the key is nobody's.
_DEPLOYED = {"PUBLIC_URL": "https://venia.example", "VENIA_MASTER_KEY": "A" * 43}


def main() -> int:
    """Run every check, tell each one's verdict, and return how many found something."""
    checks = _FIXES if "--fix" in sys.argv else _CHECKS
    failed = [name for name, command in checks.items() if not _passes(name, command)]
    print(f"Not in order: {', '.join(failed)}." if failed else "All in order.")
    return len(failed)


def _passes(name: str, command: tuple[str, ...]) -> bool:
    done = subprocess.run(
        command, env=os.environ | _DEPLOYED, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'ok  ' if passed else 'FAIL'} {name}", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
