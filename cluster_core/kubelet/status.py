"""The status of a pod: phase and conditions from the states of its containers. Pure. Upstream: `pkg/kubelet/status/generate.go`,
`getPhase` of `pkg/kubelet/kubelet_pods.go`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import rfc3339
from cluster_core.kubelet.container_state import APP, EPHEMERAL, INIT, SIDECAR, ContainerState, container_status
from cluster_core.kubelet.lost_containers import with_ends
from cluster_core.kubelet.restarting import restarts

DISRUPTION = "DisruptionTarget"
RESIZES = ("PodResizePending", "PodResizeInProgress")
OURS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


@dataclass(slots=True)
class PodFacts:
    """What a pod worker knows that the containers do not: times in µs, addresses, whether the sandbox stands."""

    host_ip: str
    pod_ip: str
    start_time: int
    sandbox_ready: bool
    ended: bool = False
    reason: str = ""
    message: str = ""
    # The node has refused the pod: nothing of it ever ran.
    refused: bool = False
    # Why the kubelet itself ends the pod, as its condition DisruptionTarget says.
    disruption: str = ""
    # The pod as it was granted, and how far a resize is.
    resources: Obj = field(default_factory=dict)
    resize: list[Obj] = field(default_factory=list)
    # When the pod became Ready, no longer, again …
    turns: list[int] = field(default_factory=list)


def pod_status(pod: Obj, states: list[ContainerState], facts: PodFacts, old: Obj, now: int) -> Obj:
    """The whole status; `old` is the last one, of which transition times and the conditions of others are kept."""
    phase = pod_phase(pod, states, facts, now)
    inits = [state for state in states if state.role in (INIT, SIDECAR)]
    apps = [state for state in states if state.role == APP]
    initialized = all(_is_initialized(state, now) for state in inits)
    status: Obj = {"phase": phase}
    generation = pod["metadata"].get("generation")
    if generation:
        status["observedGeneration"] = generation
    status["conditions"] = _conditions(pod, states, facts, phase, old, now)
    status |= _addresses(facts, initialized or any(state.current for state in states))
    status["startTime"] = rfc3339(facts.start_time)
    if facts.reason:
        status |= {"reason": facts.reason, "message": facts.message}
    if facts.refused:
        return status | {"qosClass": _qos(pod)}
    idle = "PodInitializing" if inits else "ContainerCreating"
    if inits:
        status["initContainerStatuses"] = [container_status(state, now, "PodInitializing") for state in inits]
    status["containerStatuses"] = [container_status(state, now, idle) for state in apps]
    added = [container_status(state, now, idle) for state in states if state.role == EPHEMERAL]
    if added:
        status["ephemeralContainerStatuses"] = added
    status["qosClass"] = _qos(pod)
    status |= _granted(facts)
    return with_ends(status, initialized) if facts.ended else status


def pod_phase(pod: Obj, states: list[ContainerState], facts: PodFacts, now: int) -> str:
    """Pending, Running, Succeeded or Failed."""
    if facts.reason:
        return "Failed"
    apps = [state for state in states if state.role == APP]
    if facts.ended:
        return "Succeeded" if all(state.succeeded(now) for state in apps) else "Failed"
    inits = [state for state in states if state.role == INIT]
    if not all(state.current is not None for state in apps):
        failed = any(_has_failed_for_good(pod, state, now) for state in inits)
        return "Failed" if failed else "Pending"
    if any(state.running(now) or state.waiting or _starts_again(pod, state, now) for state in apps):
        return "Running"
    return "Succeeded" if all(state.succeeded(now) for state in apps) else "Failed"


def _starts_again(pod: Obj, state: ContainerState, now: int) -> bool:
    record = state.exited(now)
    return record is not None and restarts(pod, state.spec, state.role, record.exit_code)


def _has_failed_for_good(pod: Obj, state: ContainerState, now: int) -> bool:
    return state.exited(now) is not None and not state.succeeded(now) and not _starts_again(pod, state, now)


def is_ready(status: Obj) -> bool:
    """Whether a status has the condition Ready."""
    return any(item["type"] == "Ready" and item["status"] == "True" for item in status.get("conditions") or ())


def _is_initialized(state: ContainerState, now: int) -> bool:
    return state.running(now) and state.started if state.role == SIDECAR else state.succeeded(now)


def _granted(facts: PodFacts) -> Obj:
    """The resources of the pod as a whole."""
    requests = facts.resources.get("requests")
    found: Obj = {"allocatedResources": requests} if requests else {}
    return found | {"resources": facts.resources if facts.sandbox_ready or not facts.ended else {}}


def _addresses(facts: PodFacts, told: bool) -> Obj:
    """The pod's address is told with the first container, as upstream does: it comes from the runtime's status."""
    found: Obj = {"hostIP": facts.host_ip, "hostIPs": [{"ip": facts.host_ip}]}
    if facts.pod_ip and (told or facts.ended):
        found |= {"podIP": facts.pod_ip, "podIPs": [{"ip": facts.pod_ip}]}
    return found


def _conditions(pod: Obj, states: list[ContainerState], facts: PodFacts, phase: str, old: Obj, now: int) -> list[Obj]:
    containers = _containers_ready(states, phase, now)
    verdicts: dict[str, tuple[str, str, str]] = {
        "PodReadyToStartContainers": ("True" if facts.sandbox_ready else "False", "", ""),
        "Initialized": _initialized(states, phase, now),
        "Ready": _pod_ready(pod, containers, old),
        "ContainersReady": containers,
        "PodScheduled": ("True", "", ""),
    }
    if facts.refused:
        verdicts = {"PodScheduled": ("True", "", "")}
    before = {item["type"]: item for item in old.get("conditions") or ()}
    generation = pod["metadata"].get("generation")
    found = [_condition(kind, *verdicts[kind], before.get(kind), generation, now) for kind in OURS if kind in verdicts]
    if facts.disruption:
        verdict = ("True", "TerminationByKubelet", facts.disruption)
        found.insert(0, _condition(DISRUPTION, *verdict, before.get(DISRUPTION), generation, now))
    ours = {*OURS, *RESIZES, *([DISRUPTION] if facts.disruption else [])}
    others = (pod.get("status") or {}).get("conditions") or ()
    return facts.resize + found + [item for item in others if item["type"] not in ours]


def _condition(kind: str, value: str, reason: str, message: str, before: Obj | None, generation: Any, now: int) -> Obj:
    same = before is not None and before["status"] == value and before.get("lastTransitionTime")
    found: Obj = {"type": kind, "status": value, "lastProbeTime": None}
    found["lastTransitionTime"] = before["lastTransitionTime"] if same and before else rfc3339(now)
    if generation:
        found["observedGeneration"] = generation
    if reason:
        found["reason"] = reason
    if message:
        found["message"] = message
    return found


def _initialized(states: list[ContainerState], phase: str, now: int) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "True", "PodCompleted", ""
    waiting = [state.name for state in states if state.role in (INIT, SIDECAR) and not _is_initialized(state, now)]
    if not waiting or (phase == "Running" and not any(_is_open_init(state, now) for state in states)):
        return "True", "", ""
    return "False", "ContainersNotInitialized", f"containers with incomplete status: {_names(waiting)}"


def _is_open_init(state: ContainerState, now: int) -> bool:
    return state.role == INIT and not state.succeeded(now)


def _containers_ready(states: list[ContainerState], phase: str, now: int) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "False", "PodCompleted", ""
    if phase == "Failed":
        return "False", "PodFailed", ""
    unready = [s.name for s in states if s.role in (SIDECAR, APP) and not (s.running(now) and s.ready)]
    if unready:
        return "False", "ContainersNotReady", f"containers with unready status: {_names(unready)}"
    return "True", "", ""


def _pod_ready(pod: Obj, containers: tuple[str, str, str], old: Obj) -> tuple[str, str, str]:
    if containers[0] != "True":
        return containers
    have = {item["type"]: item["status"] for item in (pod.get("status") or {}).get("conditions") or ()}
    for gate in pod["spec"].get("readinessGates") or ():
        kind = gate["conditionType"]
        if kind not in have:
            text = f'corresponding condition of pod readiness gate "{kind}" does not exist.'
            return "False", "ReadinessGatesNotReady", text
        if have[kind] != "True":
            text = f'the status of pod readiness gate "{kind}" is not "True", but {have[kind]}'
            return "False", "ReadinessGatesNotReady", text
    return "True", "", ""


def _names(names: list[str]) -> str:
    return f"[{' '.join(names)}]"


def _qos(pod: Obj) -> str:
    """The API server says it at creation; of a static pod the kubelet works it out."""
    found = (pod.get("status") or {}).get("qosClass")
    return str(found) if found else qos_class(pod["spec"])
