"""Cards of the schedulers: the pools of their queues, who waits in them, and their last decisions."""

from __future__ import annotations

from typing import Any

from cluster_core.projection.queue_cards import DecidedCard, SchedulerCard, WaitingCard
from cluster_core.projection.source import Source
from cluster_core.scheduler.queue_report import report
from cluster_core.scheduler.scheduler import Scheduler

WAITING_MAX = 40
"""So many pods of a pool are told to viewers; the rest is counted."""

DECIDED_MAX = 20
POOLS = ("active", "backoff", "unschedulable", "gated")


def queue_cards(source: Source) -> dict[str, dict[str, Any]]:
    """The maps `schedulers`, `waiting` and `decided` of a keyframe."""
    schedulers: dict[str, SchedulerCard] = {}
    waiting: dict[str, WaitingCard] = {}
    decided: dict[str, DecidedCard] = {}
    for process in source.sim.processes.values():
        if not isinstance(process, Scheduler):
            continue
        told = report(process, WAITING_MAX)
        name = told["scheduler"]
        schedulers[name] = _scheduler(process, told)
        for pool in POOLS:
            waiting.update((one["pod"], _waiting(one, pool, told)) for one in told[pool])
        decided.update((one["pod"], _decided(one, name)) for one in told["decided"][:DECIDED_MAX])
    return {"schedulers": schedulers, "waiting": waiting, "decided": decided}


def _scheduler(process: Scheduler, told: dict[str, Any]) -> SchedulerCard:
    counts = {pool: told["counts"].get(pool, len(told[pool])) for pool in POOLS}
    return {
        "name": told["scheduler"],
        "process": process.name,
        "up": not process.down,
        "active": counts["active"],
        "backoff": counts["backoff"],
        "unschedulable": counts["unschedulable"],
        "gated": counts["gated"],
        "turns": process.attempts,
    }


def _decided(one: dict[str, Any], scheduler: str) -> DecidedCard:
    return {
        "pod": one["pod"],
        "scheduler": scheduler,
        "at": one["at"],
        "node": one["node"],
        "message": one["message"],
    }


def _waiting(one: dict[str, Any], pool: str, told: dict[str, Any]) -> WaitingCard:
    return {
        "pod": one["pod"],
        "scheduler": told["scheduler"],
        "pool": pool,
        "priority": one.get("priority", 0),
        "since": one.get("since", 0),
        "attempts": one.get("attempts", 0),
        "until": one.get("until"),
        "plugins": one.get("plugins", []),
        "waits_for": one.get("waits_for", []),
        "message": one.get("message", ""),
        "nominated": told["nominated"].get(one["pod"], ""),
    }
