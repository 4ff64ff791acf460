"""Faults that a user injects: programs crash and come back, links are cut. Each is an event, so replay and "why?" know them."""

from __future__ import annotations

from typing import Any

from cluster_core.cluster.config import ClusterConfig
from cluster_core.cni.network import FlannelNetwork
from cluster_core.sim.links import Rule
from cluster_core.sim.process import Process, TopologyChanged

PULLED_PLUG = ("kubelet", "kube-proxy", "flannel")


class Faults(Process):
    """The hand that breaks things. `answers` by the command's index in the log."""

    def __init__(self, sim: Any, config: ClusterConfig, network: FlannelNetwork) -> None:
        super().__init__(sim, "faults", "workstation")
        self.config = config
        self.network = network
        self.answers: dict[int, list[dict[str, Any]]] = {}
        self.active: dict[str, int] = {}

    def targets(self, fault: str) -> list[str] | None:
        """What a fault may be aimed at; None if anything (the object decides)."""
        if fault.startswith("node-"):
            return [name for name in self.config.node_names() if f"kubelet/{name}" in self.sim.processes]
        if fault.startswith("member-"):
            return self.config.member_names()
        if fault in ("partition", "heal"):
            return [*self.config.node_names(), *self.config.member_names()]
        return None

    def on_command(self, command: Any) -> None:
        """Carry out one fault."""
        fault, target = command.params["fault"], command.params.get("target", "apiserver")
        self.record("command.given", kind="fault", index=command.index, fault=fault, target=target)
        error = getattr(self, "_" + fault.replace("-", "_"))(target) or ""
        message = error or f"{fault} {target}"
        self.answers[command.index] = [{"object": target, "message": message, "error": "NotFound" if error else ""}]
        if not error:
            self._note(fault, target)

    def _note(self, fault: str, target: str) -> None:
        ended = fault.endswith("-up") or fault == "heal"
        self.record("fault.ended" if ended else "fault.started", fault=fault, target=target)
        if ended:
            self.active.pop(target, None)
        elif fault != "pod-kill":
            self.active[target] = self.sim.now

    def _node_down(self, target: str) -> None:
        for agent in PULLED_PLUG:
            self._crash(f"{agent}/{target}")
        self.network.power_off(target)
        self._tell(target)

    def _node_up(self, target: str) -> None:
        self.network.power_on(target)
        for agent in PULLED_PLUG:
            self._restart(f"{agent}/{target}")
        self._tell(target)

    def _member_down(self, target: str) -> None:
        self._crash(target)
        self._tell(target)

    def _member_up(self, target: str) -> None:
        self._restart(target)
        self._tell(target)

    def _apiserver_down(self, _target: str) -> None:
        self._member_down("apiserver")

    def _apiserver_up(self, _target: str) -> None:
        self._member_up("apiserver")

    def _partition(self, target: str) -> None:
        self.sim.links.rules.append(Rule(f"partition/{target}", target, "*", "drop"))
        self.network.unplug(target)
        self._tell(target)

    def _heal(self, target: str) -> None:
        rules = self.sim.links.rules
        rules[:] = [rule for rule in rules if rule.name != f"partition/{target}"]
        self.network.plug(target)
        self.sim.links.release(self.sim)
        self._tell(target)

    def _pod_kill(self, target: str) -> str | None:
        namespace, _, name = target.rpartition("/")
        for process in self.sim.processes.values():
            kill = getattr(process, "kill_pod", None)
            if kill is not None and not process.down and kill(namespace or "default", name):
                return None
        return f'pods "{name}" not found on any running node'

    def _crash(self, name: str) -> None:
        process = self.sim.processes.get(name)
        if process is not None and not process.down:
            process.crash()

    def _restart(self, name: str) -> None:
        process = self.sim.processes.get(name)
        if process is not None and process.down:
            process.restart()

    def _tell(self, subject: str) -> None:
        for name, process in self.sim.processes.items():
            if hasattr(process, "on_topology_changed"):
                self.sim.schedule(self.sim.now, name, TopologyChanged(subject))
