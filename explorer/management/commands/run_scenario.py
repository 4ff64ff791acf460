"""Run a scenario file headless and print its transcript and state hash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cluster_core.cluster.cluster import Cluster
from cluster_core.projection.view import trace_card
from cluster_core.sim.limits import LimitExceeded
from explorer import catalogue, scenario
from explorer.clock import ClockError, duration
from explorer.runs import config_from

EVENTS_MAX = 5_000_000


class Command(BaseCommand):
    """manage.py run_scenario FILE [--until 60s] [--seed N] [--json]."""

    help = "Run a scenario file headless; prints the transcript and the state hash."

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("file", help="a scenario file, or the id of one that ships")
        parser.add_argument("--until", default="60s")
        parser.add_argument("--seed", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it."""
        try:
            found = self._find(options["file"])
            until = duration(options["until"])
        except (scenario.ScenarioError, ClockError, OSError) as error:
            raise CommandError(str(error)) from error
        seed = found.seed if options["seed"] is None else options["seed"]
        try:
            cluster = Cluster(config_from(found.config), seed)
            cluster.advance(until, EVENTS_MAX)
        except (LimitExceeded, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        if options["json"]:
            entries = [trace_card(entry, cluster.trace) for entry in cluster.trace.entries]
            result = {
                "seed": str(seed),
                "now": cluster.now,
                "event": cluster.number,
                "state_hash": cluster.state_hash(),
            }
            self.stdout.write(json.dumps({**result, "trace": entries}, ensure_ascii=False))
            return
        for entry in cluster.trace.entries:
            self.stdout.write(f"{entry.at / 1e6:12.6f} s  #{entry.number:<7} {catalogue.sentence('en', entry)}")
        self.stdout.write(f"event {cluster.number}, {cluster.now / 1e6:.6f} s, state hash {cluster.state_hash()}")

    @staticmethod
    def _find(name: str) -> scenario.Scenario:
        found = scenario.named(name)
        return found if found is not None else scenario.load(Path(name).read_text(encoding="utf-8"))
