"""Schedulers as programs in pods: a container of a kube-scheduler image is a scheduler, with the configuration of its `--config` file
and the rights of its service account. Anybody may run one beside the default scheduler, or in its place.

Upstream: "Configure Multiple Schedulers" of the documentation. Real Kubernetes' replicas of a scheduler elect a leader by a Lease;
here the container that began first works, and when it ends another one takes over at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.api.yaml import ManifestError, load_document
from cluster_core.cluster.config import CONTROL_PLANE
from cluster_core.kubelet.pod_worker import PodWorker
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.volume_files import NotMountable, files_of
from cluster_core.scheduler.configuration import ConfigurationError, read_configuration
from cluster_core.scheduler.scheduler import NAME, Scheduler

if TYPE_CHECKING:
    from cluster_core.cluster.world import World

PROGRAM = "kube-scheduler"
FLAG = "--config"
MIRROR = "kubernetes.io/config.source"


class SchedulerPrograms:
    """Starts and stops schedulers with their containers. `leaders`: the container that each one runs in, by process name."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leaders: dict[str, str] = {}

    def begin(self, worker: PodWorker, record: ContainerRecord) -> str:
        """A container of a scheduler has started; why its program ends at once, or ""."""
        name = process_name(worker.pod)
        process = self.world.sim.processes.get(name)
        if name == NAME:
            self.leaders[name] = record.id
            if process is not None and process.down:
                process.restart()
            return ""
        try:
            given = configuration_of(worker, record.name)
            read_configuration(given)
        except (ConfigurationError, ManifestError, NotMountable) as error:
            return str(error)
        if process is None or process.down or not self._runs(name, self.leaders.get(name, "")):
            self.leaders[name] = record.id
            self._start(name, worker, given)
        return ""

    def end(self, worker: PodWorker, record: ContainerRecord) -> None:
        """A container of a scheduler has ended. If it was the one that worked, another one takes over."""
        name = process_name(worker.pod)
        if self.leaders.get(name) != record.id:
            return
        del self.leaders[name]
        process = self.world.sim.processes.get(name)
        if process is not None and not process.down:
            process.crash()
        follower = next(self._containers(name), None)
        if follower is not None:
            self.begin(*follower)

    def _start(self, name: str, worker: PodWorker, given: Obj) -> None:
        world, node = self.world, worker.kubelet.node.name
        process = world.sim.processes.get(name)
        if process is None:
            meta, account = worker.pod["metadata"], worker.pod["spec"].get("serviceAccountName", "default")
            user = f"system:serviceaccount:{meta['namespace']}:{account}"
            config = world.config
            made = Scheduler(world.sim, name, node, config.scheduler_qps, config.scheduler_burst, user, given)
            made.start_informers()
            return
        if not process.down:
            process.crash()
        assert isinstance(process, Scheduler)
        process.host = node
        process.configure(given, read_configuration(given))
        process.restart()

    def _runs(self, name: str, container: str) -> bool:
        return any(record.id == container for _, record in self._containers(name))

    def _containers(self, name: str) -> Iterator[tuple[PodWorker, ContainerRecord]]:
        """The running containers of a scheduler, on machines that are on, by node."""
        for kubelet in self.world.kubelets:
            if self.world.sim.processes[f"containerd/{kubelet.node.name}"].down:
                continue
            for worker in kubelet.workers.values():
                for state in worker.states.values():
                    record = state.current
                    if record is None or record.behaviour.program != PROGRAM or not state.running(worker.now):
                        continue
                    if process_name(worker.pod) == name:
                        yield worker, record


def process_name(pod: Obj) -> str:
    """The process that a scheduler's pod is: kube-scheduler for the static pod of the control plane, else by namespace and workload."""
    meta = pod["metadata"]
    annotations, labels = meta.get("annotations") or {}, meta.get("labels") or {}
    if annotations.get(MIRROR) == "file" and meta["name"] == f"{NAME}-{CONTROL_PLANE}":
        return NAME
    owner = next((one for one in meta.get("ownerReferences") or () if one.get("controller")), None)
    workload = owner["name"] if owner is not None else meta["name"]
    return f"scheduler/{meta['namespace']}/{workload.removesuffix('-' + labels.get('pod-template-hash', ''))}"


def configuration_of(worker: PodWorker, container: str) -> Obj:
    """The KubeSchedulerConfiguration that a container's command names; empty without one.

    ConfigurationError: the file is not there, or is no object. NotMountable, ManifestError: it cannot be read.
    """
    spec = next(one for one in worker.pod["spec"]["containers"] if one["name"] == container)
    path = _flag([*(spec.get("command") or ()), *(spec.get("args") or ())])
    if not path:
        return {}
    content = _file(worker, spec, path)
    if content is None:
        raise ConfigurationError(f"open {path}: no such file or directory")
    found = load_document(content.decode(errors="replace"))
    if not isinstance(found, dict):
        raise ConfigurationError("couldn't get version/kind; json parse error")
    return found


def _flag(words: list[str]) -> str:
    for place, word in enumerate(words):
        if word.startswith(f"{FLAG}="):
            return word.removeprefix(f"{FLAG}=")
        if word == FLAG and place + 1 < len(words):
            return words[place + 1]
    return ""


def _file(worker: PodWorker, container: Obj, path: str) -> bytes | None:
    """A file that a container has by one of its volumes."""
    volumes = {volume["name"]: volume for volume in worker.pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        rest = path.removeprefix(mount["mountPath"].rstrip("/"))
        if rest == path or mount["name"] not in volumes or (rest and not rest.startswith("/")):
            continue
        inside = "/".join(part for part in (mount.get("subPath", ""), rest.strip("/")) if part)
        files = files_of(worker.pod, volumes[mount["name"]], worker.named_facts(), worker.kubelet.reach.get)
        return files.get(inside)
    return None
