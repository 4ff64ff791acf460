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
    if not any(is_installed(name) for name in {requirements, "requirements-dev.txt"}):
        if not python.exists():
            print("Making .venv …", flush=True)
            venv.create(VENV, with_pip=True)
        print(f"Installing {requirements} …", flush=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            sys.exit("The packages could not be installed. Check the network (PyPI) and run the same command again.")
        stamp(requirements).write_text(wanted(requirements))
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), str(ROOT / "manage.py"), *sys.argv[1:]])


def is_installed(requirements: str) -> bool:
    """Whether what the file asks for now was installed. The development file includes the other one."""
    return stamp(requirements).exists() and stamp(requirements).read_text() == wanted(requirements)


def stamp(requirements: str) -> Path:
    """Where it is noted what was installed."""
    return VENV / f".{requirements}"


def wanted(requirements: str) -> str:
    """A digest of what the file asks for."""
    names = sorted({"requirements.txt", requirements})
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in names)).hexdigest()


if __name__ == "__main__":
    main()
