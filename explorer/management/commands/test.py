"""Everything that is checked: format, lint, types, import contracts, the front end, tests, a real browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """manage.py test [pytest arguments]: with arguments, only pytest runs."""

    help = "Run all checks, or pytest with the given arguments."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Take all arguments as they are."""
        try:
            self.handle(*argv[2:])
        except CommandError as error:
            self.stderr.write(str(error))
            sys.exit(1)

    def handle(self, *args: Any, **_options: Any) -> None:
        """Run the steps; fail at the end with a list of what failed."""
        steps = [["pytest", *args]] if args else self._steps()
        failed = []
        for step in steps:
            started = time.monotonic()
            self.stdout.write(f"── {' '.join(step)}")
            self.stdout.flush()
            code = subprocess.run([*self._program(step[0]), *step[1:]], cwd=settings.BASE_DIR, check=False).returncode
            self.stdout.write(f"   {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.1f} s")
            if code != 0:
                failed.append(" ".join(step))
        if failed:
            raise CommandError("failed: " + "; ".join(failed))

    @staticmethod
    def _steps() -> list[list[str]]:
        return [
            ["ruff", "check", "."],
            ["ruff", "format", "--check", "."],
            ["mypy", "--strict"],
            ["lint-imports"],
            ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
            ["python", "tools/check_frontend.py"],
            ["pytest", "-q", "-m", "not slow and not e2e"],
            # A process of its own: an asynchronous test after a synchronous Playwright test fails.
            ["pytest", "-q", "-m", "e2e and not slow"],
        ]

    @staticmethod
    def _program(name: str) -> list[str]:
        if name == "python":
            return [sys.executable]
        beside = shutil.which(name, path=str(settings.BASE_DIR / ".venv" / "bin"))
        return [beside or name]
