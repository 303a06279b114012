"""Chromium for the tests of the pages: found on the machine, or installed where that is allowed."""

import os
import shutil
import subprocess
import sys

REQUIRED = os.environ.get("CI", "").lower() == "true"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def path() -> str | None:
    """Return the program to run, or None; Ubuntu's `chromium-browser` may be a mere stub."""
    for name in _NAMES:
        found = shutil.which(name)
        if found and _succeeds(found, "--version"):
            return found
    return None


def available() -> bool:
    """Return whether Chromium is there; install it first where we are root on Debian or alike."""
    if path():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium for the browser part …", file=sys.stderr, flush=True)
    _succeeds(*_APT, "update")
    _succeeds(*_APT, "install", "-y", "--no-install-recommends", "chromium")
    return path() is not None


def _succeeds(*command: str) -> bool:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=os.environ | quiet, capture_output=True, check=False)
    return done.returncode == 0
