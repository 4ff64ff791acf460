"""The worker of one pod: brings what runs on the node to what the Pod object says, step by step, on alarms.

Upstream: `pkg/kubelet/pod_workers.go`, `kuberuntime_manager.go` (SyncPod).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.kubelet import (
    admitting,
    container_start,
    ephemeral,
    metering,
    mounting,
    resizing,
    sandbox,
    spec_changes,
    termination,
)
from cluster_core.kubelet.admission import claim_of
from cluster_core.kubelet.allocation import granted, pod_resources
from cluster_core.kubelet.container_state import APP, EPHEMERAL, INIT, ContainerState, roles
from cluster_core.kubelet.disk import storage_limits
from cluster_core.kubelet.restarting import restarts
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.script import script_of
from cluster_core.kubelet.stages import ADMITTED, ENDED, REJECTED, RUNNING, STOPPED, TERMINATING
from cluster_core.kubelet.static_pods import is_mirror, static_uid
from cluster_core.kubelet.status import PodFacts, is_ready, pod_status
from cluster_core.sim.shelf import Fixed

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet


class PodWorker:
    """One pod on this node. `pod` is the newest object; `told` the status the API server has acknowledged."""

    def __init__(self, kubelet: Kubelet, pod: Obj) -> None:
        self.kubelet = kubelet
        self.pod = pod
        self.uid = static_uid(pod)
        self.stage = ADMITTED
        self.script = script_of(pod, kubelet.firsts)
        allocated = granted(pod, kubelet.allocations.get(self.uid))
        self.claim = claim_of(allocated)
        self.states = roles(allocated)
        self.told = Fixed(pod.get("status") or {})
        self.patching: Obj | None = None
        self.stale = False
        self.acknowledged = 0
        self.gone = False
        self.mirrored = not is_mirror(pod)
        self.terminating_at = 0
        self.kill_at = 0
        self.mounts_tried = 0
        self.mount_problems: dict[str, str] = {}
        self.ending: tuple[str, str] | None = None
        self.limits_storage = storage_limits(pod)
        self.facts = PodFacts(kubelet.node.ip, "", self._start_time(), False, resources=pod_resources(allocated))

    @property
    def now(self) -> int:
        """Virtual time in µs."""
        return self.kubelet.sim.now

    @property
    def object_name(self) -> str:
        """The pod as the trace names it."""
        meta = self.pod["metadata"]
        return f"pod/{meta['namespace']}/{meta['name']}"

    @property
    def full_name(self) -> str:
        """The pod as kubelet messages name it: name_namespace(uid)."""
        meta = self.pod["metadata"]
        return f"{meta['name']}_{meta['namespace']}({self.uid})"

    @property
    def host_network(self) -> bool:
        """Whether the pod has the network of the node."""
        return bool(self.pod["spec"].get("hostNetwork"))

    @property
    def deleting(self) -> bool:
        """Whether somebody wants the pod to go."""
        return self.gone or bool(self.pod["metadata"].get("deletionTimestamp"))

    @property
    def forced(self) -> bool:
        """Whether the object was deleted without waiting for its containers."""
        return self.deleting and self.pod["metadata"].get("deletionGracePeriodSeconds") == 0

    @property
    def active(self) -> bool:
        """Whether the pod takes resources of the node."""
        return self.stage in (ADMITTED, RUNNING, TERMINATING)

    def begin(self) -> None:
        """Take up the pod: admit it and make its sandbox, or adopt what the runtime already has of it."""
        self._adopt()
        if self.pod["metadata"].get("deletionTimestamp"):
            container_start.count_ready(self)
            termination.begin(self)
        elif self.told.get("phase") in ("Succeeded", "Failed"):
            self.stage = ENDED
            self.facts.reason, self.facts.message = self.told.get("reason", ""), self.told.get("message", "")
            self.facts.refused = bool(self.facts.reason) and "containerStatuses" not in self.told
        elif self.kubelet.runtime.sandbox(self.uid) is not None:
            self.stage = RUNNING
            mounting.use(self)
            container_start.readopt(self)
            self.sync()
            self.report()
            spec_changes.undertake(self)
        elif self._ended_for_good():
            termination.end(self)
        else:
            admitting.admit(self)

    def update(self, pod: Obj) -> None:
        """The object changed: what matters to a running pod is its deletion, and that nobody else says whether it is ready."""
        before, self.pod = self.pod, pod
        if not pod["metadata"].get("deletionTimestamp"):
            if self.stage == RUNNING and pod["spec"].get("ephemeralContainers"):
                ephemeral.begin(self)
            if pod["spec"] is not before["spec"]:
                spec_changes.undertake(self)
            if self._overruled():
                self.told = Fixed(pod["status"])
                self.report()
            return
        if self.stage in (TERMINATING, STOPPED):
            termination.shorten(self)
        else:
            termination.begin(self)

    def removed(self) -> None:
        """The object is gone: what still runs is stopped, without telling anybody."""
        self.gone = True
        if self.stage in (ENDED, STOPPED, REJECTED):
            self.kubelet.forget(self)
        elif self.stage != TERMINATING:
            termination.begin(self)

    def sync(self) -> None:
        """Do the next thing: one container start at a time, init containers first."""
        if self.stage != RUNNING or any(state.starting for state in self.states.values()):
            return
        for state in self.states.values():
            if state.role in (APP, EPHEMERAL) or self._init_passed(state):
                continue
            if self.stage == RUNNING:
                self._turn(state)
            return
        for state in self.states.values():
            if state.role == APP:
                self._turn(state)
                if state.starting:
                    return
        if self._ended_for_good():
            termination.end(self)

    def observe(self) -> None:
        """The relist saw a change: tell it, then act on it."""
        if self.stage == RUNNING:
            self.report()
            self.sync()

    def observe_soon(self) -> None:
        """A change for the next relist; at once for a scripted pod, whose times are exact."""
        if self.script.is_set:
            self.observe()
        else:
            self.kubelet.mark_dirty(self.uid)

    def report(self) -> None:
        """Write the status if it differs from what was told. One write at a time: what changes meanwhile goes with the next."""
        if self.gone or not self.mirrored:
            return
        if self.patching is not None:
            self.stale = True
            return
        status = pod_status(self.pod, list(self.states.values()), self.facts, self.told, self.now)
        changed = {name: value for name, value in status.items() if self.told.get(name) != value}
        if changed:
            self._note_readiness(status)
            self.patching = status
            self.kubelet.patch_status(self, changed)
        elif self.stage == STOPPED:
            self.kubelet.confirm_deletion(self)

    def patched(self, ok: bool, revision: int) -> None:
        """The API server has answered a status write; `revision` is that of the object it made."""
        self.acknowledged = max(self.acknowledged, revision)
        if self.patching is None:
            return
        if ok:
            self.told = Fixed(self.told | self.patching)
        self.patching, stale, self.stale = None, self.stale, False
        if ok and (stale or self.stage == STOPPED):
            self.report()

    def named_facts(self) -> dict[str, str]:
        """What the downward API and the files of a container tell of the pod."""
        meta, spec = self.pod["metadata"], self.pod["spec"]
        host = self.kubelet.node.name if self.host_network else str(spec.get("hostname") or meta["name"])[:63]
        return {
            "hostname": host,
            "podIP": self.facts.pod_ip,
            "hostIP": self.facts.host_ip,
            "nodeName": self.kubelet.node.name,
        }

    def record(self, message_id: str, container: str = "", **params: object) -> None:
        """A trace entry about this pod."""
        who = {"container": container} if container else {}
        self.kubelet.record(message_id, object=self.object_name, node=self.kubelet.node.name, **who, **params)

    def event(self, kind: str, reason: str, message: str, container: str = "") -> None:
        """A Kubernetes Event about this pod, or one of its containers."""
        path = ""
        if container:
            field = {APP: "containers", EPHEMERAL: "ephemeralContainers"}.get(
                self.states[container].role, "initContainers"
            )
            path = f"spec.{field}{{{container}}}"
        self.kubelet.events.event(self.pod, kind, reason, message, path)

    def alarm(self, at: int, step: str, state: ContainerState | None = None) -> None:
        """Wake this worker at `at` (µs) with `on_<step>`; void if the container's serial has moved on."""
        name, serial = (state.name, state.serial) if state is not None else ("", 0)
        self.kubelet.pod_alarm(self.uid, max(at, self.now), step, name, serial)

    def wake(self, step: str, container: str, serial: int) -> None:
        """An alarm is due."""
        state = self.states.get(container)
        if state is not None and state.serial != serial:
            return
        if state is not None and step != "sync":
            container_start.STEPS[step](self, state)
        else:
            STEPS[step](self)

    def should_restart(self, state: ContainerState, record: ContainerRecord) -> bool:
        """Whether the restart policy wants an ended container to run again."""
        return restarts(self.pod, state.spec, state.role, record.exit_code)

    def _overruled(self) -> bool:
        """Whether somebody (the node controller, while this node was silent) has told another readiness than the kubelet."""
        newer = int(self.pod["metadata"].get("resourceVersion") or 0) > self.acknowledged
        told_by_us = self.stage == RUNNING and self.patching is None and "startTime" in self.told
        return newer and told_by_us and is_ready(self.pod.get("status") or {}) != is_ready(self.told)

    def _start_time(self) -> int:
        given = (self.pod.get("status") or {}).get("startTime")
        return parse(given) if given else self.kubelet.sim.now

    def _adopt(self) -> None:
        runtime = self.kubelet.runtime
        standing = runtime.sandbox(self.uid)
        for state in self.states.values():
            state.current, state.previous = (find(self.uid, state.name) for find in (runtime.latest, runtime.previous))
            state.exit_seen = state.ended_starts(self.now)
            if standing is None and state.role == INIT and state.current is not None:
                # A new sandbox begins again with the init containers.
                state.previous, state.current = state.current, None
        if standing is not None:
            self.facts.pod_ip, self.facts.sandbox_ready = standing.ip, True

    def _init_passed(self, state: ContainerState) -> bool:
        if state.role == INIT:
            return state.succeeded(self.now)
        return state.running(self.now) and state.started

    def _turn(self, state: ContainerState) -> None:
        """One container: start it, start it again after its back-off once its end has been seen, or leave it."""
        record = state.current
        if record is None:
            if state.pull_error == "":
                container_start.begin(self, state)
        elif state.exit_seen == record.attempt + 1:
            if state.again or self.should_restart(state, record):
                container_start.restart(self, state, record)
            elif state.role == INIT and record.exit_code != 0:
                termination.end(self)

    def _ended_for_good(self) -> bool:
        apps = [state for state in self.states.values() if state.role == APP]
        records = [state.exited(self.now) for state in apps]
        return all(r is not None and not self.should_restart(s, r) for s, r in zip(apps, records, strict=True))

    def _note_readiness(self, status: Obj) -> None:
        if is_ready(self.told) != (after := is_ready(status)):
            metering.note_turn(self, after)
            self.kubelet.memory.changed()
            self.kubelet.plugins.changed(self.pod)
            self.record("pod.ready" if after else "pod.not-ready", duration=self.now - self.facts.start_time)


STEPS: dict[str, Callable[[PodWorker], None]] = {
    "sandbox": sandbox.create,
    "mount": sandbox.mount,
    "mount_late": sandbox.mount_late,
    "sync": PodWorker.sync,
    "deadline": termination.deadline,
    "resize": resizing.actuate,
    "resized": resizing.completed,
}
