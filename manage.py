#!/usr/bin/env python3
"""Orrery's one entry point. Where Django is missing it makes `.venv`, installs the pinned requirements and starts again there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON_MIN = (3, 11)


def main() -> None:
    """Set up if need be, then run the command."""
    if sys.version_info < PYTHON_MIN:
        sys.exit("Orrery needs Python 3.11 or newer; this is " + sys.version.split()[0])
    set_up("requirements-dev.txt" if sys.argv[1:2] == ["test"] else "requirements.txt")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def set_up(requirements: str) -> None:
    """Be in the environment with these requirements installed; a changed file installs again."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = VENV / f".{requirements}"
    wanted = hashlib.sha256(
        b"".join((ROOT / name).read_bytes() for name in ("requirements.txt", requirements))
    ).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        if not python.exists():
            print("Making .venv …", flush=True)
            venv.create(VENV, with_pip=True)
        print(f"Installing {requirements} …", flush=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            sys.exit("The packages could not be installed. Check the network (PyPI) and run the same command again.")
        stamp.write_text(wanted)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), str(ROOT / "manage.py"), *sys.argv[1:]])


if __name__ == "__main__":
    main()
