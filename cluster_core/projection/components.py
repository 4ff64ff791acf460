"""Component cards: every program of the cluster with its role, queue and what it has in hand."""

from __future__ import annotations

from typing import Any

from cluster_core.projection.cards import ComponentCard
from cluster_core.projection.source import Source

ROLES = {
    "apiserver": "apiserver",
    "kube-scheduler": "scheduler",
    "coredns": "dns",
    "kubectl": "kubectl",
}
AGENTS = {"kubelet": "kubelet", "kube-proxy": "kube-proxy", "flannel": "flannel"}


def component_cards(source: Source) -> dict[str, ComponentCard]:
    """All components by process name; the loops of the controller manager one by one."""
    cards: dict[str, ComponentCard] = {}
    processes: dict[str, Any] = dict(source.sim.processes)
    for name, process in processes.items():
        if name == "kube-controller-manager":
            cards.update(_controllers(process))
        elif name.startswith("etcd-"):
            cards[name] = _card(process, "etcd", 0, process.card())
        elif name in ROLES:
            cards[name] = _card(process, ROLES[name], *_detail(name, process))
        elif name.partition("/")[0] in AGENTS:
            cards[name] = _card(process, AGENTS[name.partition("/")[0]], 0, {})
    return cards


def _card(process: Any, role: str, queue: int, detail: dict[str, Any]) -> ComponentCard:
    return {
        "name": process.name,
        "role": role,
        "host": process.host,
        "up": not process.down,
        "queue": queue,
        "detail": detail,
    }


def _detail(name: str, process: Any) -> tuple[int, dict[str, Any]]:
    if name == "apiserver":
        return 0, process.card()
    if name == "kube-scheduler":
        queue = process.queue
        detail = {
            "active": len(queue.active),
            "backoff": len(queue.backoff),
            "unschedulable": len(queue.unschedulable),
            "turns": process.attempts,
        }
        return len(queue), detail
    if name == "kubectl":
        open_commands = sum(not invocation.done for invocation in process.invocations.values())
        return open_commands, {"commands": len(process.invocations)}
    return 0, {}


def _controllers(manager: Any) -> dict[str, ComponentCard]:
    cards = {}
    for name, controller in manager.controllers.items():
        in_hand = next(iter(controller.queue.processing), "")
        detail = {
            "turns": controller.turns,
            "retries": controller.retries,
            "key": in_hand,
            "coalesced": controller.queue.coalesced,
            "watches": ", ".join(controller.resources),
        }
        queue = len(controller.queue) + len(controller.queue.processing)
        card = _card(manager, "controller", queue, detail)
        card["name"] = name
        cards[name] = card
    return cards
