"""A machine that joins a running cluster: the command `join`, what `kubeadm join` on a new machine comes to.

Real Kubernetes gives the new kubelet its certificate by a bootstrap token and a CertificateSigningRequest; here it has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster_core.api import names
from cluster_core.api.quantity import parse
from cluster_core.cluster.config import Machine
from cluster_core.dataplane.plan import NODES_IN_FIRST_NET, lan_prefix
from cluster_core.sim.process import Process

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

AMOUNT_MAX, LABELS_MAX = 10**15, 32


class JoinError(ValueError):
    """A machine that cannot join; says why."""


def check_join(params: dict[str, Any]) -> Machine:
    """The machine that a command asks for: {name, cpu, memory, labels?}. JoinError."""
    name = params.get("name")
    wrong = names.subdomain(name) if isinstance(name, str) else ("must be a text",)
    if wrong:
        raise JoinError(f"join: 'name': {wrong[0]}")
    for field in ("cpu", "memory"):
        _check_amount(field, params.get(field))
    labels = params.get("labels") or {}
    if not isinstance(labels, dict) or len(labels) > LABELS_MAX:
        raise JoinError(f"join: 'labels' must be at most {LABELS_MAX} names with texts")
    for key, value in labels.items():
        wrong = names.qualified(key) or (names.label_value(value) if isinstance(value, str) else ("must be text",))
        if wrong:
            raise JoinError(f"join: label {str(key)[:80]!r}: {wrong[0]}")
    return Machine(str(name), params["cpu"], params["memory"], dict(labels))


def _check_amount(field: str, given: Any) -> None:
    try:
        amount = parse(given) if isinstance(given, str) else 0
    except ValueError as error:
        raise JoinError(f"join: {field!r}: {error}") from error
    if not 0 < amount <= AMOUNT_MAX:
        raise JoinError(f"join: {field!r} must be a quantity of more than 0 and at most 1P")


class Machines(Process):
    """Who puts new machines on the LAN. `answers` by the command's index: [{"object", "message", "error"}]."""

    def __init__(self, sim: Any, world: World) -> None:
        super().__init__(sim, "machines", "workstation")
        self.world = world
        self.answers: dict[int, list[dict[str, Any]]] = {}

    def on_command(self, command: Any) -> None:
        """Switch a new machine on; its kubelet registers the Node."""
        machine = check_join(command.params)
        self.record("command.given", kind="join", index=command.index, name=machine.name, cpu=machine.cpu)
        why = refusal(self.world, machine.name)
        if not why:
            self.world.add_machine(machine).start()
        answer = {"object": f"node/{machine.name}", "message": why or f"node/{machine.name} joins"}
        self.answers[command.index] = [{**answer, "error": why and "Conflict"}]


def refusal(world: World, name: str) -> str:
    """Why a machine of this name cannot join now, or ""."""
    if f"kubelet/{name}" in world.sim.processes or name in world.network.fabric.stacks:
        return f"there is a machine {name!r} already"
    there = len(world.kubelets)
    if there - world.config.kube_system >= world.config.limits.nodes:
        return f"limit reached: at most {world.config.limits.nodes} nodes"
    if lan_prefix(len(world.config.node_names())) == lan_prefix(0) and there >= NODES_IN_FIRST_NET:
        return f"the LAN has room for {NODES_IN_FIRST_NET} machines"
    return "" if world.network.addresses.has_room() else "no pod subnet is left"
