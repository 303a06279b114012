"""Which systems the demo company has, told to every process by two variables."""

import os
from pathlib import Path

FILE = "demo-systems.toml"  # in the data folder, once the shop is open


def variables(folder: Path, database: str) -> dict[str, str]:
    """
    Return the variables that declare the demo's systems; none where there are none.

    `database` is the application's address: the shop's tables lie beside ours. What an operator
    has named stays as it is.
    """
    declared = folder / FILE
    named = os.environ.get("VENIA_SYSTEMS") or not database or not declared.exists()
    if named:
        return {}
    return {"VENIA_SYSTEMS": str(declared), "SYSTEM_SECRET_SHOP": database}
