"""The service keys of the demo company, kept so that every start shows the same ones."""

import json
from datetime import datetime
from pathlib import Path

from audit import operations, queries
from audit.keys import SCOPES
from config import folders

_WANTED = {"service_key": SCOPES, "check_key": frozenset({"policies:check"})}


def demo_keys(folder: Path, *, at: datetime) -> dict[str, str]:
    """
    Return the whole keys by the names they have in demo.json.

    They are kept in `folder`/demo-keys.json (mode 0600); one that is no longer valid is replaced.
    """
    path = folder / "demo-keys.json"
    kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    valid = {name: text for name, text in kept.items() if queries.caller(text)}
    for name, scopes in _WANTED.items():
        if name not in valid:
            issued = operations.issue_key(f"demo {name}", scopes=scopes, actor="system", at=at)
            valid[name] = issued.text
    if valid != kept:
        folders.write_private(path, json.dumps(valid))
    return valid
