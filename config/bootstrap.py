"""
Makes `.venv` from the hashed lock, then becomes the command that was asked for.

Runs on nothing but the standard library: `python -I config/bootstrap.py runtime -- manage.py up`
(`-I`, or our own `http.py` would hide Python's).
The installer, `uv`, is itself pinned by hash and comes by `pip`. When the lock, the Python and
the folder are the same as last time, nothing is done. A `.venv` of another Python, moved from
elsewhere or left half-built is made anew.
"""

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "config" / "requirements"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PIP = (str(PYTHON), "-I", "-m", "pip")
STAMP = ENVIRONMENT / "made-from.json"

# What pip is told about indexes on this machine, and how uv calls it.
_PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def main(arguments: list[str]) -> NoReturn:
    """Install the parts named before `--`, then run `.venv`'s Python with what stands after it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    at = arguments.index("--")
    parts, command = arguments[:at], arguments[at + 1 :]
    with _one_at_a_time():
        _install(parts)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *command])


def _install(parts: list[str]) -> None:
    found = _stamp()
    if found is None:
        _make_environment()
    installed = found["parts"] if found else {}
    if all(installed.get(part) == _digest(part) for part in ["bootstrap", *parts]):
        return
    STAMP.unlink(missing_ok=True)
    wanted = sorted({"bootstrap", *installed, *parts})
    print(f"Environment: installing {', '.join(wanted)} …", file=sys.stderr, flush=True)
    bootstrap = str(REQUIREMENTS / "bootstrap.txt")
    _run([*PIP, "install", "-q", "--no-deps", "--require-hashes", "-r", bootstrap])
    files = [str(REQUIREMENTS / f"{part}.txt") for part in wanted]
    uv = [str(PYTHON), "-I", "-m", "uv", "pip", "sync", "--python", str(PYTHON), "--require-hashes"]
    _run([*uv, *([] if sys.stderr.isatty() else ["-q"]), *files], _uv_environment())
    _write_stamp({part: _digest(part) for part in wanted})


def _make_environment() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Environment: .venv for Python {version} …", file=sys.stderr, flush=True)
    if ENVIRONMENT.is_symlink():
        ENVIRONMENT.unlink()
    elif ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True).create(ENVIRONMENT)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The folder .venv cannot be made here ({error}).")


def _stamp() -> dict[str, dict[str, str]] | None:
    """Return what `.venv` was made from, or None when it is not whole or not ours."""
    try:
        stamp: dict[str, dict[str, str]] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if stamp.get("made_by") == _made_by() and PYTHON.exists() else None


def _write_stamp(parts: dict[str, str]) -> None:
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps({"made_by": _made_by(), "parts": parts}), encoding="utf-8")
    draft.replace(STAMP)


def _made_by() -> dict[str, str]:
    return {"python": sys.version, "base": sys.base_prefix, "folder": str(ENVIRONMENT)}


def _digest(part: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{part}.txt").read_bytes()).hexdigest()


def _uv_environment() -> dict[str, str]:
    """Return our environment with pip's settings of this machine as uv understands them."""
    listed = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True)
    known = dict(os.environ)
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in _PIP_TO_UV:
            known.setdefault(_PIP_TO_UV[key], " ".join(shlex.split(value)).replace("\n", " "))
    # The hashes of the lock decide what is taken, so it does not matter which index offers it.
    known.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    if not os.access(Path.home(), os.W_OK):
        known.setdefault("UV_CACHE_DIR", str(ROOT / ".cache" / "uv"))
    return known


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, cwd=ROOT)
    if done.returncode:
        sys.exit("The packages could not be installed; the reason stands above. Then try again.")


class _one_at_a_time:
    """Two commands started together: the second waits for the first one's installation."""

    def __enter__(self) -> None:
        try:
            (ROOT / ".cache").mkdir(exist_ok=True)
            self.file = (ROOT / ".cache" / "bootstrap.lock").open("w")
        except OSError as error:
            sys.exit(f"This folder cannot be written to ({error}); copy the project elsewhere.")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


if __name__ == "__main__":
    main(sys.argv[1:])
