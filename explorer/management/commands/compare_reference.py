"""Play a recording of a real control plane and say what agrees, and each difference."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cluster_core.sim.limits import LimitExceeded
from explorer.reference.comparing import replayed
from explorer.reference.recording import RecordingError, load

DIFFERENT, NO_RECORDING, OUR_FAULT = 1, 2, 3


class Command(BaseCommand):
    """manage.py compare_reference DIR [--json]: 0 if everything agrees, 1 if something differs, 2 if DIR cannot be played, 3 if we
    failed."""

    help = "Play a recording of a real control plane and compare; prints what agrees and each difference."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("folder", metavar="DIR", help="a folder with scenario.yaml, nodes.yaml and trace.jsonl.gz")
        parser.add_argument("--json", action="store_true", help='one JSON object: "recording", "agrees", "differences"')

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare."""
        try:
            report = replayed(load(Path(options["folder"])))
        except (RecordingError, LimitExceeded) as error:
            raise CommandError(" ".join(str(error).split()), returncode=NO_RECORDING) from error
        except Exception as error:
            # What is in a recording may be stranger than anybody thought; `--traceback` shows where.
            words = f"{options['folder']}: the comparison failed: {type(error).__name__}: {error}"
            raise CommandError(words, returncode=OUR_FAULT) from error
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) if options["json"] else report.as_text())
        if report.differences:
            sys.exit(DIFFERENT)
