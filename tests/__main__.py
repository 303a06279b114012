"""`python -m tests`: sees to Chromium, then runs the suite; with `--long` the long tests."""

import sys

import pytest

from tests import chromium

# Tests wait for pages, disks and processes half of their time. Not one for each core: where only a
# share of the processor is granted, a machine still shows all its cores, and clocks run out.
_PROCESSES = 2


def main(arguments: list[str]) -> int:
    """Run the suite, without the browser part where there is no Chromium; return pytest's code."""
    is_long = "--long" in arguments
    kind = "long" if is_long else "not long"
    rest = [argument for argument in arguments if argument != "--long"]
    if not is_long:
        rest += ["-n", str(_PROCESSES), "--dist", "loadfile"]
    if chromium.available():
        return pytest.main(["-m", kind, *rest])
    if chromium.REQUIRED:
        sys.exit("Chromium is needed with CI=true and cannot be installed here.")
    print("The browser part is left out: there is no Chromium, and it may not be installed here.")
    return pytest.main(["-m", f"{kind} and not browser", *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
