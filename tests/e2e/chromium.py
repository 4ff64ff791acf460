"""Finds a Chromium for the browser tests; when there is none, the tests fail with the list of what was tried."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tools import node

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
FOLDER = node.FRONTEND.parent / "var" / "chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
# The package unpacks its own system libraries only where it believes itself on the platform that it was made for.
PRINT_PATH = 'const c = (await import("@sparticuz/chromium")).default; console.log(await c.executablePath());'
BELIEVE = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable and the environment that it needs."""

    path: str
    environment: dict[str, str] = field(default_factory=dict)


def find(playwright_path: str) -> Chromium:
    """The first that runs: EXPLORER_CHROMIUM, the system's, Playwright's own, the npm package. Raises LookupError."""
    tried: list[str] = []
    given = os.environ.get("EXPLORER_CHROMIUM", "")
    candidates = [given, *(shutil.which(name) or f"{name} on the PATH" for name in SYSTEM), playwright_path]
    for path in filter(None, candidates):
        if _runs(Chromium(path)):
            return Chromium(path)
        tried.append(path)
    packaged = _packaged()
    if packaged is not None and _runs(packaged):
        return packaged
    tried.append(f"npm package {PACKAGE} {VERSION}")
    raise LookupError("no Chromium runs here; tried: " + "; ".join(tried))


def _runs(chromium: Chromium) -> bool:
    if not Path(chromium.path).exists():
        return False
    command = [chromium.path, "--version"]
    environment = {**os.environ, **chromium.environment}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def _packaged() -> Chromium | None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}\n')
    if node.npm("install", "--no-audit", "--no-fund", "--loglevel=error", f"{PACKAGE}@{VERSION}", cwd=FOLDER) != 0:
        return None
    environment = {**os.environ, **BELIEVE, "TMPDIR": str(FOLDER)}
    command = [str(node.NODE), "--input-type=module", "-e", PRINT_PATH]
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    return Chromium(done.stdout.strip(), {"LD_LIBRARY_PATH": str(FOLDER / "al2023" / "lib")})
