"""The front end's checks: types, unit tests, and that the committed bundle is what the sources give.

`python tools/check_frontend.py` runs all; `python tools/check_frontend.py build` writes the bundle.
"""

from __future__ import annotations

import filecmp
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import node

BUNDLE = node.FRONTEND.parent / "explorer" / "static" / "explorer"
FILES = ("app.js", "app.css")


def is_fresh() -> bool:
    """Whether building the sources gives the committed files, byte for byte."""
    with tempfile.TemporaryDirectory() as folder:
        if node.npm("run", "--silent", "build", "--", "--logLevel", "warn", "--outDir", folder, "--emptyOutDir") != 0:
            return False
        _match, differ, missing = filecmp.cmpfiles(folder, BUNDLE, FILES, shallow=False)
    for name in differ + missing:
        print(f"explorer/static/explorer/{name} is not what frontend/ builds: run python tools/check_frontend.py build")
    return not (differ or missing)


def main() -> int:
    """Check, or build."""
    if node.install() != 0:
        print("the packages of frontend/ could not be installed: check the network (npm registry) and run again")
        return 1
    if sys.argv[1:] == ["build"]:
        return node.npm("run", "--silent", "build")
    steps = [node.npm("run", "--silent", "check"), node.npm("run", "--silent", "test"), 0 if is_fresh() else 1]
    return 1 if any(steps) else 0


if __name__ == "__main__":
    raise SystemExit(main())
