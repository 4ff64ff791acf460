"""What a container finds when its programs start: its root and its mounts, the files of the runtime, its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.kubelet.container_state import INIT, ContainerState
from cluster_core.kubelet.environment import environment_of
from cluster_core.kubelet.pod_outside import PodOutside
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.volumes import Source
from cluster_core.shell.files import FILE, FileError, Files, Mount, Node, Tree
from cluster_core.shell.images import layer
from cluster_core.shell.userland import Application, Identity, Userland

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker


def make_userland(kubelet: Kubelet, worker: PodWorker, state: ContainerState, record: ContainerRecord) -> Userland:
    """Files, identity and environment of a container. MissingReference: its environment cannot be made."""
    behaviour, spec, now = record.behaviour, state.spec, kubelet.sim.now
    facts, get = worker.named_facts(), kubelet.reach.get
    mounts = kubelet.volumes.mounts(worker.uid, worker.pod, spec, source_of(kubelet, worker), now)
    root = Tree(layer(behaviour.flavour, behaviour.programs, behaviour.files))
    files = Files([Mount("/", root), *mounts])
    user = str(
        (spec.get("securityContext") or worker.pod["spec"].get("securityContext") or {}).get("runAsUser") or "root"
    )
    identity = Identity(
        facts["hostname"], facts["podIP"], kubelet.node.name, behaviour.flavour, cpus=max(1, parse_cpu(kubelet.node.cpu) // 1000),
        memory=parse_bytes(kubelet.node.memory), user="root" if user == "0" else user,
    )  # fmt: skip
    application = Application(
        behaviour.listens, behaviour.ready_after, behaviour.exits_after, behaviour.exit_code, behaviour.term_after,
        behaviour.logs, named=not behaviour.shell,
    )  # fmt: skip
    land = Userland(files, identity, PodOutside(worker, state.name, waits=state.role == INIT), application=application)
    land.now, land.booted_at = now, min(0, now)
    land.environment = environment_of(
        worker.pod, spec, facts, kubelet.reach.services(worker.pod["metadata"]["namespace"]), get
    )
    land.environment.setdefault("HOME", "/root")
    _own_files(kubelet, worker, files, facts)
    land.directory = str(spec.get("workingDir") or "/")
    if land.directory != "/":
        try:
            files.make_directory(land.directory, now, parents_too=True)
        except FileError:
            land.directory = "/"
    return land


def source_of(kubelet: Kubelet, worker: PodWorker) -> Source:
    """What the files of a pod's volumes are made of."""

    def facts() -> dict[str, str]:
        return {**worker.named_facts(), "token": kubelet.reach.token(worker.pod)}

    return Source(kubelet.reach.get, kubelet.reach.written_at, facts)


def _own_files(kubelet: Kubelet, worker: PodWorker, files: Files, facts: dict[str, str]) -> None:
    """What the kubelet and the runtime write into every container."""
    hosts = [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
    ]
    hosts.append(f"{facts['podIP']}\t{facts['hostname']}")
    for alias in worker.pod["spec"].get("hostAliases") or ():
        hosts.append(f"{alias['ip']}\t" + "\t".join(alias.get("hostnames") or ()))
    meta = worker.pod["metadata"]
    texts = {
        "/etc/hosts": "\n".join(hosts) + "\n",
        "/etc/hostname": facts["hostname"] + "\n",
        "/etc/resolv.conf": kubelet.reach.resolv_conf(meta["namespace"], meta["name"]),
    }
    for path, text in texts.items():
        if files.at(path)[0].path == "/":
            files.put(path, Node(FILE, text.encode(), mtime=kubelet.sim.now))
