"""Run a scenario file headless and print its transcript and state hash."""

from __future__ import annotations

import json
import re
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
SEED_MAX = 2**63 - 1


class Command(BaseCommand):
    """manage.py run_scenario FILE [--until 60s] [--seed N] [--lang en] [--json]."""

    help = "Run a scenario file headless; prints the transcript and the state hash."

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("file", help="a scenario file, or the id of one that ships")
        parser.add_argument(
            "--until", default="60s", help="virtual time to run to, such as 90s or 1m30s (default: 60s)"
        )
        parser.add_argument("--seed", help="another seed than the scenario's own")
        parser.add_argument("--lang", default="en", choices=catalogue.LANGUAGES, help="language of the transcript")
        parser.add_argument("--json", action="store_true", help="one JSON object: run, state hash and trace")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it."""
        until, seed = _until(options["until"]), _seed(options["seed"])
        try:
            found = _find(options["file"])
            seed = found.seed if seed is None else seed
            cluster = Cluster(config_from(found.config), seed)
            while cluster.now < until:
                if cluster.number >= EVENTS_MAX:
                    raise CommandError(
                        f"{options['file']}: stopped after {EVENTS_MAX:,} events, before {options['until']}"
                    )
                cluster.advance(until, EVENTS_MAX - cluster.number)
        except (scenario.ScenarioError, LimitExceeded, ValueError) as error:
            raise CommandError(f"{options['file']}: {_one_line(error)}") from error
        self.stdout.write(_as_json(found, cluster) if options["json"] else _transcript(found, cluster, options["lang"]))


def _until(text: str) -> int:
    try:
        found = duration(text)
    except ClockError as error:
        raise CommandError(f"--until: {error}") from error
    return found


def _seed(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > SEED_MAX:
        raise CommandError(f"--seed: {text[:40]!r} is not a whole number from 0 to {SEED_MAX}")
    return int(text)


def _find(name: str) -> scenario.Scenario:
    found = scenario.named(name)
    if found is not None:
        return found
    try:
        return scenario.load(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(one.id for one in scenario.all_scenarios())
        raise CommandError(f"{name}: {error.strerror or error}; scenarios that ship: {known}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _as_json(found: scenario.Scenario, cluster: Cluster) -> str:
    result = {
        "scenario": found.id,
        "seed": str(cluster.seed),
        "now": cluster.now,
        "event": cluster.number,
        "state_hash": cluster.state_hash(),
        "trace": [trace_card(entry, cluster.trace) for entry in cluster.trace.entries],
    }
    return json.dumps(result, ensure_ascii=False)


def _transcript(found: scenario.Scenario, cluster: Cluster, lang: str) -> str:
    """A line per trace entry: when, which event, who, and what it did, in words."""
    width = max((len(entry.actor) for entry in cluster.trace.entries), default=0)
    lines = [f"{found.title.get(lang, found.title['en'])} (seed {cluster.seed})"]
    for entry in cluster.trace.entries:
        place = f"{entry.at / 1e6:12.6f} s  #{entry.number:<7} {entry.actor:<{width}}"
        lines.append(f"{place}  {catalogue.sentence(lang, entry)}")
    lines.append(f"event {cluster.number}, {cluster.now / 1e6:.6f} s, state hash {cluster.state_hash()}")
    return "\n".join(lines)
