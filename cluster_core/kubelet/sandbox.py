"""The sandbox of a pod: a pause container that holds the network namespace, and the address the CNI plugin gives it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cluster_core.kubelet import file_system_growth, mounting, stages
from cluster_core.kubelet.node_status import NO_NETWORK
from cluster_core.kubelet.runtime import Sandbox
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.pod_worker import PodWorker

SETUP_US = (140_000, 320_000)
RETRY_US = 12 * US_PER_SECOND


def begin(worker: PodWorker) -> None:
    """Start to make the sandbox: volumes are mounted, the pause container is started."""
    if worker.uid in worker.kubelet.runtime.sandboxes:
        worker.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        release(worker)
    mount(worker)


def mount(worker: PodWorker) -> None:
    """Set up the volumes; when all are there, the sandbox follows."""
    if worker.stage != stages.ADMITTED or not mounting.mounted(worker):
        return
    file_system_growth.mounted(worker)
    delay = worker.kubelet.random.randint(*SETUP_US)
    if worker.script.start is not None:
        delay = worker.script.start if worker.script.whole else min(delay, worker.script.start // 2)
    worker.alarm(worker.now + delay, "sandbox")


def mount_late(worker: PodWorker) -> None:
    """Two minutes have passed since the volumes were asked for."""
    if worker.stage == stages.ADMITTED:
        mounting.late(worker)


def create(worker: PodWorker) -> None:
    """The sandbox stands, if the network plugin has an address for it."""
    if worker.stage != stages.ADMITTED:
        return
    kubelet = worker.kubelet
    if not worker.host_network and not kubelet.has_network():
        worker.event("Warning", "NetworkNotReady", f"network is not ready: {NO_NETWORK}")
        worker.alarm(worker.now + RETRY_US, "sandbox")
        return
    name = container_id(worker.uid, "sandbox", worker.now)
    try:
        address = kubelet.node.ip if worker.host_network else kubelet.network.add(worker.uid, kubelet.node.name)
    except LookupError as failure:
        _failed(worker, name, str(failure))
        return
    attempt = 0
    kubelet.runtime.sandboxes[worker.uid] = Sandbox(name, address, worker.now, attempt)
    worker.facts.pod_ip, worker.facts.sandbox_ready = address, True
    worker.stage = stages.RUNNING
    worker.record("pod.sandbox-created", duration=worker.now - worker.facts.start_time)
    worker.record("pod.address-assigned", ip=address, host_network=worker.host_network)
    worker.sync()
    kubelet.resizes.changed(worker)
    if not worker.script.whole:
        # A script tells of the sandbox together with what runs in it.
        worker.report()


def release(worker: PodWorker) -> None:
    """The sandbox goes, and its address with it."""
    found = worker.kubelet.runtime.sandboxes.pop(worker.uid, None)
    worker.facts.sandbox_ready = False
    if found is not None and not worker.host_network:
        worker.kubelet.network.delete(worker.uid)


def container_id(uid: str, name: str, at: int) -> str:
    """A runtime's id: 64 hex digits."""
    return hashlib.sha256(f"{uid}/{name}/{at}".encode()).hexdigest()


def _failed(worker: PodWorker, name: str, failure: str) -> None:
    text = (
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "
        f'"{name}": plugin type="flannel" failed (add): {failure}'
    )
    worker.event("Warning", "FailedCreatePodSandBox", text)
    worker.record("pod.sandbox-failed", reason=failure)
    worker.alarm(worker.now + RETRY_US, "sandbox")
