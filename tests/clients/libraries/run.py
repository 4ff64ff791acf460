"""Carry out the operations of one client library and print a JSON line for each: its name, and what went wrong ("" if nothing).

    python tests/clients/libraries/run.py kr8s KUBECONFIG

Runs in whatever Python has the library. A library's file beside this one has `operations(kubeconfig)`: pairs of a name and a function.
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Every operation, in order; one that fails does not keep the others from trying."""
    name, kubeconfig = sys.argv[1:3]
    # The folder must not hide the library of the same name.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE.resolve()]
    sys.path.insert(0, str(HERE.parents[2]))
    module = importlib.import_module(f"tests.clients.libraries.by_{name}")
    for title, operation in module.operations(kubeconfig):
        wrong = ""
        try:
            operation()
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)
            where = next((frame for frame in reversed(at) if frame.filename == module.__file__), at[-1])
            wrong = f"line {where.lineno}: {type(error).__name__}: {str(error)[:600]}"
        print(json.dumps({"operation": title, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    main()
