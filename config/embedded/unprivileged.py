"""
Runs PostgreSQL's programs as somebody who is not root, since they refuse to run as root.

Where we are not root, they run as we do. As root, in a user namespace in which we are user 1:
no folder is opened and no user is made. Where namespaces are forbidden, as an existing
unprivileged user, with the programs copied to where that user can read them.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.processes import CannotStart

_NAMESPACE = ("unshare", "--user", "--map-user=1", "--map-group=1")
_CANDIDATES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True, slots=True)
class Runner:
    """How to run one of the programs in `programs`, and as whom."""

    programs: Path
    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    @property
    def uid(self) -> int | None:
        """The other user that the programs run as, if it is another."""
        return self.user.pw_uid if self.user else None

    def command(self, program: str) -> list[str | Path]:
        """Return the beginning of the command that runs `program`."""
        return [*self.prefix, self.programs / program]

    def give(self, path: Path) -> Path:
        """Make `path` belong to the user that the programs run as."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
        return path


def runner(installation: Path, data: Path) -> Runner:
    """
    Return how PostgreSQL's programs of `installation` can be run on this machine.

    :raises CannotStart: when we are root and there is no way to be less.
    """
    if os.geteuid() != 0:
        return Runner(installation / "bin")
    if _works([*_NAMESPACE, "true"]):
        return Runner(installation / "bin", _NAMESPACE)
    return as_user(installation, data)


def as_user(installation: Path, data: Path) -> Runner:
    """
    Return how to run the programs as an existing unprivileged user, from a copy below `data`.

    :raises CannotStart: when there is no such user, or it cannot reach `data`.
    """
    for user in _known_users():
        prefix = _switch(user)
        data.chmod(0o711)  # the user passes through; every file of ours in it is 0600
        if _works([*prefix, "test", "-x", str(data)]):
            return Runner(_copy(installation, data / "programs") / "bin", prefix, user)
    raise CannotStart(
        "PostgreSQL does not run as root, and no other user can reach "
        f"{data}; run as an ordinary user, set VENIA_DATA to a folder such as /var/lib/venia, "
        "or name a PostgreSQL in DATABASE_URL."
    )


def _switch(user: pwd.struct_passwd) -> tuple[str, ...]:
    who = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return ("setpriv", *who, "--pdeathsig=INT")


def _known_users() -> list[pwd.struct_passwd]:
    known = {user.pw_name: user for user in pwd.getpwall()}
    return [known[name] for name in _CANDIDATES if name in known and known[name].pw_uid]


def _copy(installation: Path, target: Path) -> Path:
    copied = target / installation.parent.name / installation.name
    if not copied.exists():
        libraries = installation.parent.with_name(installation.parent.name + ".libs")
        shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        shutil.copytree(installation, copied, dirs_exist_ok=True, symlinks=True)
    return copied


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
