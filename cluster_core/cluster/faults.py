"""Faults that a user injects: programs crash and come back, links are cut. Each is an event, so replay and "why?" know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.cluster.config import ClusterConfig
from cluster_core.cni.network import FlannelNetwork
from cluster_core.kubelet.shutdown import MachineReleased
from cluster_core.sim.links import Rule
from cluster_core.sim.process import Message, Process, TopologyChanged

POWER_OFF_US, REBOOT_US = 2_000_000, 30_000_000
# What dies with a machine. Only its kubelet comes back by itself; that starts the containers of the others.
PULLED_PLUG = ("kubelet", "kube-proxy", "flannel")


@dataclass(slots=True)
class PowerSwitched(Message):
    """A machine goes off or on."""

    handler = "on_power_switched"

    node: str
    on: bool


class Faults(Process):
    """The hand that breaks things. `answers` by the command's index in the log; `leaving` are the machines that shut down, and whether
    they come back."""

    def __init__(self, sim: Any, config: ClusterConfig, network: FlannelNetwork) -> None:
        super().__init__(sim, "faults", "workstation")
        self.config = config
        self.network = network
        self.answers: dict[int, list[dict[str, Any]]] = {}
        self.active: dict[str, int] = {}
        self.leaving: dict[str, bool] = {}
        self._graces = (0, 0)

    def targets(self, fault: str) -> list[str] | None:
        """What a fault may be aimed at; None if anything (the object decides)."""
        if fault.startswith("node-"):
            return self._nodes()
        if fault.startswith("member-"):
            return self.config.member_names()
        if fault in ("partition", "heal"):
            return [*self._nodes(), *self.config.member_names()]
        return None

    def _nodes(self) -> list[str]:
        """The machines with a kubelet, those that joined later too."""
        return [name.removeprefix("kubelet/") for name in self.sim.processes if name.startswith("kubelet/")]

    def on_command(self, command: Any) -> None:
        """Carry out one fault."""
        fault, target = command.params["fault"], command.params.get("target", "apiserver")
        self._graces = shutdown_graces(command.params, self.config)
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
        self.leaving.pop(target, None)
        for agent in PULLED_PLUG:
            self._crash(f"{agent}/{target}")
        self.network.power_off(target)
        self._tell(target)

    def _node_shutdown(self, target: str) -> str | None:
        """The machine is shut down in order: systemd asks the kubelet first, which holds it as long as it is told to."""
        return self._shut_down(target, back=False)

    def _node_reboot(self, target: str) -> str | None:
        """The same, and the machine starts again."""
        return self._shut_down(target, back=True)

    def _shut_down(self, target: str, back: bool) -> str | None:
        kubelet = self.sim.processes[f"kubelet/{target}"]
        if self._is_off(target):
            return f"the machine of {target} is off"
        self.leaving[target] = back
        if kubelet.down:
            self.on_machine_released(MachineReleased(target))
        else:
            getattr(kubelet, "shut_down")(*self._graces)  # noqa: B009
        return None

    def _is_off(self, node: str) -> bool:
        return self.sim.processes[f"containerd/{node}"].down

    def on_machine_released(self, message: MachineReleased) -> None:
        """The kubelet holds the machine no longer: what is left of the system is stopped."""
        if message.node in self.leaving:
            self.alarm(self.sim.now + POWER_OFF_US, PowerSwitched(message.node, on=False))

    def on_power_switched(self, message: PowerSwitched) -> None:
        """A machine goes off at the end of its shutdown, or comes back after it."""
        back = self.leaving.get(message.node)
        if message.on:
            if self._is_off(message.node) and self.leaving.pop(message.node, False):
                self._node_up(message.node)
                self._note("node-up", message.node)
        elif back is not None:
            self._node_down(message.node)
            self.record("fault.started", fault="node-down", target=message.node)
            if back:
                self.leaving[message.node] = True
                self.alarm(self.sim.now + REBOOT_US, PowerSwitched(message.node, on=True))

    def _node_up(self, target: str) -> None:
        self.leaving.pop(target, None)
        self.network.power_on(target)
        self._restart(f"kubelet/{target}")
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


def shutdown_graces(params: dict[str, Any], config: ClusterConfig) -> tuple[int, int]:
    """shutdownGracePeriod and shutdownGracePeriodCriticalPods of the kubelets in seconds: those of the command, else of the run."""
    grace = params.get("grace_period", config.shutdown_grace)
    return grace, min(grace, params.get("critical", config.shutdown_grace_critical))
