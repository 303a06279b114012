"""Cerbos, a policy decision point without any storage, where npm can bring it."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.bench import machine

_PACKAGE = "@cerbos/cerbos-linux-x64"
_PATIENCE = 120
# The purpose's rules in its own words; all that it knows of consent travels in the request.
_POLICY = """
apiVersion: api.cerbos.dev/v1
resourcePolicy:
  version: default
  resource: purpose
  rules:
    - actions: ["recommend"]
      effect: EFFECT_ALLOW
      roles: ["service"]
      condition:
        match:
          all:
            of:
              - expr: R.attr.granted == true
              - expr: R.attr.expires > R.attr.at
              - expr: R.attr.channel in R.attr.channels
    - actions: ["*"]
      effect: EFFECT_DENY
      roles: ["service"]
      condition:
        match:
          expr: R.attr.restricted == true
    - actions: ["recommend"]
      effect: EFFECT_DENY
      roles: ["service"]
      condition:
        match:
          expr: "!(R.attr.category in ['user.behavior', 'user.behavior.browsing_history'])"
"""


def program(folder: Path) -> Path | None:
    """Return the program, installed by npm into `folder`; None where that cannot be."""
    npm = shutil.which("npm")
    if npm is None or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return None
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", _PACKAGE]
    command += ["--prefix", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    found = folder / "node_modules" / _PACKAGE / "cerbos-linux-x64"
    return found if done.returncode == 0 and found.exists() else None


@contextmanager
def serving(found: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the policy; yield its process and port."""
    policies, port = folder / "policies", machine.free_port()
    policies.mkdir()
    (policies / "purpose.yaml").write_text(_POLICY, encoding="utf-8")
    command = [str(found), "server", "--log-level=error"]
    for setting in (
        f"server.httpListenAddr=127.0.0.1:{port}",
        f"server.grpcListenAddr=127.0.0.1:{machine.free_port()}",
        f"storage.disk.directory={policies}",
        "telemetry.disabled=true",
    ):
        command += ["--set", setting]
    environment = {**os.environ, "GOMAXPROCS": "1"}
    # It writes a line for each request that was under way when a connection closed.
    with machine.running(command, port, environment, quiet=True) as process:
        yield process, port


def body(numbers: list[int]) -> bytes:
    """Return one request about several resources, of which three in four are granted."""
    resources = [{"resource": _resource(n), "actions": ["recommend"]} for n in numbers]
    principal = {"id": "shop", "roles": ["service"]}
    return json.dumps({"principal": principal, "resources": resources}).encode()


def is_right(numbers: list[int], answered: bytes) -> bool:
    """Return whether each resource was allowed as its attributes say."""
    effects = [r["actions"]["recommend"] for r in json.loads(answered)["results"]]
    return effects == ["EFFECT_ALLOW" if _granted(n) else "EFFECT_DENY" for n in numbers]


def _granted(number: int) -> bool:
    return number % 4 != 3


def _resource(number: int) -> dict[str, object]:
    attributes = {
        "granted": _granted(number),
        "expires": 2_000_000_000,
        "at": 1_800_000_000,
        "channel": "web",
        "channels": ["web", "app"],
        "restricted": False,
        "category": "user.behavior.browsing_history",
    }
    return {"kind": "purpose", "id": f"B-{number}", "attr": attributes}
