"""Where a control loop stands with one key: observe, compare, act or wait."""

from __future__ import annotations

from typing import Any

from cluster_core.projection.workload_cards import LoopCard


def loop_card(controller: Any, key: str) -> LoopCard:
    """What the loop of `controller` (cluster_core/client/controller.py) does with a key at this moment."""
    past, turn = controller.pasts.get(key), controller.host.turns.get((controller.name, key))
    writes = _writes(turn)
    return {
        "phase": _phase(controller, key, past, writes),
        "turns": past.turns if past is not None else 0,
        "at": past.at if past is not None else 0,
        "number": past.number if past is not None else 0,
        "stage": turn.stage + 1 if writes else 0,
        "stages": len(turn.plan.stages) if writes else 0,
        "writes": writes,
        "failures": controller.queue.failures.get(key, 0),
        "retry_at": past.retry_at if past is not None else None,
        "refused": past.refused if past is not None else None,
    }


def _phase(controller: Any, key: str, past: Any, writes: list[dict[str, Any]]) -> str:
    """A turn looks and decides within one event: it compares at that event, and acts until its writes have answered."""
    if past is not None and past.number == controller.host.sim.number:
        return "compare"
    if writes:
        return "act"
    return "observe" if key in controller.queue.queue or key in controller.queue.dirty else "wait"


def _writes(turn: Any) -> list[dict[str, Any]]:
    """The actions of the stage under way, equal ones as one with a count; conclusions are reports of the status."""
    if turn is None or turn.waiting == 0 or turn.concluded or turn.stage >= len(turn.plan.stages):
        return []
    counts: dict[tuple[str, str], int] = {}
    for action in turn.plan.stages[turn.stage]:
        resource = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
        counts[(action.verb, resource)] = counts.get((action.verb, resource), 0) + 1
    return [{"verb": verb, "resource": resource, "count": count} for (verb, resource), count in counts.items()]
