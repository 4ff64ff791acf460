"""The logs of containers, as `kubectl logs` gets them from their kubelet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.api.errors import ApiError, bad_request, not_found
from cluster_core.api.request import Obj
from cluster_core.kubelet.container_log import LogLine
from cluster_core.kubelet.container_state import ContainerState
from cluster_core.kubelet.runtime import ContainerRecord

if TYPE_CHECKING:
    from cluster_core.cluster.world import World
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker


@dataclass(slots=True)
class Log:
    """Lines of one start of a container (`container_id`), oldest first. `next` is the number to ask from for what comes later;
    `ended`: nothing comes any more."""

    lines: list[LogLine]
    next: int
    container_id: str
    ended: bool


def container_log(
    world: World, namespace: str, pod: str, container: str = "", previous: bool = False, since: int = 0
) -> Log:
    """The lines from number `since` on of what a container has written until now. Raises `ApiError` in upstream's words."""
    obj = world.objects("pods").get(f"{namespace}/{pod}")
    if obj is None:
        raise not_found("pods", pod)
    name = chosen_container(obj, pod, container)
    worker, state = find(world, obj, name)
    record = _record(obj, worker, state, name, previous)
    now = world.sim.now
    lines = [line for line in lines_of(record, now) if line.number >= since]
    return Log(lines, lines[-1].number + 1 if lines else since, record.id, not record.running(now))


def find(world: World, pod: Obj, container: str) -> tuple[PodWorker, ContainerState]:
    """The worker and the container of a pod that is bound. ApiError 400: nobody runs it yet; 500: its node does not answer."""
    node = pod["spec"].get("nodeName", "")
    kubelet: Kubelet | None = next((one for one in world.kubelets if one.node.name == node), None)
    if kubelet is None:
        raise bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
    if kubelet.down:
        where = f"https://{kubelet.node.ip}:10250/containerLogs/{pod['metadata']['namespace']}/{pod['metadata']['name']}/{container}"
        raise ApiError(
            500, "InternalError", f'Get "{where}": dial tcp {kubelet.node.ip}:10250: connect: connection refused'
        )
    for worker in kubelet.workers.values():
        meta = worker.pod["metadata"]
        if (meta["namespace"], meta["name"]) == (pod["metadata"]["namespace"], pod["metadata"]["name"]):
            if container in worker.states:
                return worker, worker.states[container]
    raise bad_request(
        f'container "{container}" in pod "{pod["metadata"]["name"]}" is waiting to start: ContainerCreating'
    )


def chosen_container(pod: Obj, name: str, container: str) -> str:
    """The container that is meant: the only one, or the one with the annotation for it."""
    spec = pod["spec"]
    inits = [one["name"] for one in spec.get("initContainers") or ()]
    names = [one["name"] for one in spec["containers"]]
    if container:
        if container not in [*names, *inits, *(one["name"] for one in spec.get("ephemeralContainers") or ())]:
            raise bad_request(f"container {container} is not valid for pod {name}")
        return container
    if len(names) == 1:
        return str(names[0])
    listed = f"[{' '.join(names)}]"
    tail = f" or one of the init containers: [{' '.join(inits)}]" if inits else ""
    raise bad_request(f"a container name must be specified for pod {name}, choose one of: {listed}{tail}")


def _record(pod: Obj, worker: PodWorker, state: ContainerState, name: str, previous: bool) -> ContainerRecord:
    record = state.current
    if previous:
        record = worker.kubelet.runtime.previous(worker.uid, name)
        if record is None and state.current is not None and state.waiting is not None:
            record = state.current
        if record is None:
            raise bad_request(f'previous terminated container "{name}" in pod "{pod["metadata"]["name"]}" not found')
    if record is None:
        reason = state.waiting[0] if state.waiting is not None else _idle_reason(worker)
        if reason in ("ErrImagePull", "ImagePullBackOff"):
            raise bad_request(
                f'container "{name}" in pod "{pod["metadata"]["name"]}" is waiting to start: trying and failing to pull image'
            )
        raise bad_request(f'container "{name}" in pod "{pod["metadata"]["name"]}" is waiting to start: {reason}')
    return record


def _idle_reason(worker: PodWorker) -> str:
    return "PodInitializing" if worker.pod["spec"].get("initContainers") else "ContainerCreating"


def lines_of(record: ContainerRecord, now: int) -> list[LogLine]:
    """What a server says when it is up is known from its behaviour; what was written since comes after it."""
    found: list[LogLine] = []
    course = record.behaviour
    if not course.runs:
        at = record.started_at + course.ready_after
        found = [LogLine(number, at, "stdout", text) for number, text in enumerate(course.logs) if at <= now]
    if record.log is not None:
        offset = 0 if course.runs else len(course.logs)
        found += [line._replace(number=line.number + offset) for line in record.log.lines if line.at <= now]
    return found
