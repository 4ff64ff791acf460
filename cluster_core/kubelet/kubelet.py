"""The kubelet of a node: registers the Node, watches the pods bound to it, and runs a worker for each.

`crash()` is the machine going down (containers die with it), `stop_program()` the kubelet alone: the runtime goes on.
Upstream: `pkg/kubelet/kubelet.go`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.api.volume_grown import VolumeGrown
from cluster_core.client.api_client import ApiClient
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.kubelet import (
    admission,
    container_start,
    file_system_growth,
    firewall,
    mirror_pods,
    probe_rest,
    pulling,
    termination,
)
from cluster_core.kubelet.allocation import Allocation
from cluster_core.kubelet.behaviour import lookup
from cluster_core.kubelet.container_state import ContainerState
from cluster_core.kubelet.containers import Containers
from cluster_core.kubelet.cri import runtime_of
from cluster_core.kubelet.csi_plugins import CsiPlugins
from cluster_core.kubelet.disk import NodeDisk
from cluster_core.kubelet.eviction import Eviction
from cluster_core.kubelet.file_system_growth import FileSystemsDue
from cluster_core.kubelet.image_names import reference
from cluster_core.kubelet.images import Images, Pull
from cluster_core.kubelet.memory import NodeMemory
from cluster_core.kubelet.messages import (
    NodeAlarm,
    NodeCheck,
    NodeRetry,
    PlegRelist,
    PodAlarm,
    PodRetry,
    PoweredOn,
    PullFinished,
    VolumesTold,
)
from cluster_core.kubelet.metering import GONE_MAX, last_meter, pod_meter
from cluster_core.kubelet.network import EverythingAnswers, PodNetwork, Reach
from cluster_core.kubelet.node_programs import LogWatch, NodePrograms, NoPrograms
from cluster_core.kubelet.node_registration import NodeRegistration
from cluster_core.kubelet.node_status import NodeSpec
from cluster_core.kubelet.pod_worker import PodWorker
from cluster_core.kubelet.resizing import Resizes
from cluster_core.kubelet.runtime import ContainerRecord, Runtime
from cluster_core.kubelet.script import FirstPods
from cluster_core.kubelet.shutdown import MachineReleased, Shutdown
from cluster_core.kubelet.static_pods import is_mirror, static_uid
from cluster_core.kubelet.volumes import Claims, Volumes
from cluster_core.kubelet.volumes_in_use import VolumesInUse
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import TopologyChanged
from cluster_core.sim.shelf import Recent
from cluster_core.usage.load import Traffic
from cluster_core.usage.meter import PodMeter

RELIST_US = US_PER_SECOND
RETRY_US = 10 * US_PER_SECOND
API_QPS, API_BURST = 50, 100


class Kubelet(InformerProcess):
    """The agent of one node. `network` is the cluster's CNI plugin; `static_pods` are manifests on the node's disk;
    `reach` answers what the programs in its pods ask of the network."""

    def __init__(
        self,
        sim: Any,
        node: NodeSpec,
        network: PodNetwork,
        static_pods: Iterable[Obj] = (),
        server: str = "apiserver",
        reach: Reach | None = None,
        claims: Claims | None = None,
        firsts: FirstPods | None = None,
        traffic: Traffic | None = None,
        programs: NodePrograms | None = None,
    ) -> None:
        super().__init__(sim, f"kubelet/{node.name}", node.name, f"system:node:{node.name}", server)
        self.node = node
        self.network = network
        self.reach = reach or EverythingAnswers()
        self.firsts = firsts or FirstPods()
        self.programs = programs or NoPrograms()
        self.log_watch = LogWatch(self.programs, node.name)
        self.static_pods = tuple(static_pods)
        self.writer = ApiClient(self, self.reader.user, server, API_QPS, API_BURST)
        self.events = EventRecorder(
            self, ApiClient(self, self.reader.user, server, API_QPS, API_BURST), "kubelet", node.name
        )
        self.random = sim.streams.stream(f"kubelet/{node.name}")
        self.runtime = Runtime(self._boot_id())
        self.containers = Containers(sim, self)
        self.allocations: dict[str, Allocation] = {}
        self.volumes = Volumes(claims or Claims())
        self.runtime_kind = runtime_of(node.runtime)
        present = {reference(image): lookup(image).size_bytes for image in node.images}
        self.images = Images(present, runtime=self.runtime_kind)
        self.workers: dict[str, PodWorker] = {}
        self.resting: dict[tuple[str, str, str], tuple[PodWorker, ContainerState, Any]] = {}
        self.gone: Recent[PodMeter] = Recent(maxlen=GONE_MAX)
        self.registration = NodeRegistration(self)
        self.traffic = traffic or Traffic()
        self.disk, self.memory = NodeDisk(self), NodeMemory(self)
        self.eviction, self.resizes, self.shutdown = Eviction(self), Resizes(self), Shutdown(self)
        self.plugins = CsiPlugins(self)
        self.in_use = VolumesInUse(self)
        self.epoch = 0
        self.synced = False
        self._dirty: dict[str, None] = {}
        self.relist_phase: int = self.random.randrange(RELIST_US)
        self.add_informer(Informer("pods", field_selector=f"spec.nodeName={node.name}"))

    def start(self) -> None:
        """Begin: register the node, watch pods, run the static ones."""
        firewall.program(self.network.netfilter(self.node.name))
        self.registration.begin()
        self.start_informers()
        for manifest in self.static_pods:
            mirror_pods.run_static(self, manifest)

    def kill_pod(self, namespace: str, name: str) -> bool:
        """Kill the processes of a pod's containers, as an operator with a shell on the node can. False: it is not here."""
        for worker in self.workers.values():
            meta = worker.pod["metadata"]
            if (meta["namespace"], meta["name"]) == (namespace, name):
                return self._kill_containers(worker)
        return False

    def shut_down(self, grace: int, critical: int) -> None:
        """systemd asks: the machine is to go off within `grace` seconds, the last `critical` of them for critical pods."""
        self.shutdown.prepare(grace, critical)

    def listening(self, pod_uid: str) -> list[tuple[int, str]]:
        """(port, container) of the open sockets of a pod of this node; none while the machine is down."""
        if self.containers.down:
            return []
        running = self.containers.listening_in(pod_uid, self.sim.now)
        return [*self.runtime.listening(pod_uid, self.sim.now), *running]

    def meters(self) -> list[PodMeter]:
        """The consumption facts of the pods of this node, and of the last ones that went."""
        return [*self.gone, *(pod_meter(worker) for worker in self.workers.values())]

    # What pod workers ask of their kubelet.

    def refusal(self, worker: PodWorker, claim: admission.Claim) -> admission.Refusal | None:
        """Why the node refuses a claim of a pod beside its other pods; None if it takes it."""
        others = [other.claim for other in self.workers.values() if other is not worker and other.active]
        return admission.refusal(claim, others, self.node.allocatable())

    def pod_alarm(self, uid: str, at: int, step: str, container: str, serial: int) -> None:
        """Wake a pod worker at `at` (µs)."""
        self.alarm(at, PodAlarm(self.epoch, uid, step, container, serial))

    def node_alarm(self, at: int, part: str, serial: int) -> None:
        """Wake a part of the kubelet that looks after the whole node (`NodeAlarm`) at `at` (µs)."""
        self.alarm(at, NodeAlarm(self.epoch, part, serial))

    def pod_ended(self) -> None:
        """Nothing of a pod runs any more: what it took is free."""
        self.resizes.retry()
        self.shutdown.pod_ended()

    def release_machine(self) -> None:
        """The machine may go off."""
        if "faults" in self.sim.processes:
            self.sim.schedule(self.sim.now, "faults", MachineReleased(self.node.name))

    def has_network(self) -> bool:
        """Whether the runtime has found the configuration of a network for pods on the node's disk."""
        wanted = self.network.config_file
        return not wanted or self.volumes.host.get(wanted) is not None

    def next_relist(self) -> int:
        """When the runtime is looked at next (µs)."""
        now: int = self.sim.now
        return now + RELIST_US - (now - self.relist_phase) % RELIST_US

    def mark_dirty(self, uid: str) -> None:
        """Something about a pod changed in the runtime: the next relist sees it."""
        if not self._dirty:
            self.alarm(self.next_relist(), PlegRelist(self.epoch))
        self._dirty[uid] = None

    def pull(self, pull: Pull) -> None:
        """Queue an image pull; they run one at a time."""
        self.images.queue.append(pull)
        if len(self.images.queue) == 1:
            self._begin_pull()

    def patch_status(self, worker: PodWorker, changed: Obj) -> None:
        """Write fields of a pod's status; those with lists are replaced as a whole."""
        meta = worker.pod["metadata"]
        if not meta.get("uid"):
            return
        self.request(
            self.writer,
            ("pod", "patched", worker.uid),
            "patch",
            "pods",
            namespace=meta["namespace"],
            name=meta["name"],
            body={"metadata": {"uid": meta["uid"]}, "status": changed},
            subresource="status",
            options={"patch_type": "merge"},
        )

    def confirm_deletion(self, worker: PodWorker) -> None:
        """Nothing of a deleted pod runs any more: the object may go."""
        meta = worker.pod["metadata"]
        options = {"grace_period": 0, "preconditions": {"uid": meta["uid"]}}
        token = ("pod", "deleted", worker.uid)
        self.request(
            self.writer, token, "delete", "pods", namespace=meta["namespace"], name=meta["name"], options=options
        )

    def forget(self, worker: PodWorker) -> None:
        """The pod is gone from the API and from the node."""
        self.programs.removing(worker)
        self.gone.append(last_meter(worker))
        for records in self.runtime.containers.get(worker.uid, {}).values():
            self.containers.remove(records[-1])
        self.runtime.remove(worker.uid)
        self.volumes.forget(worker.uid)
        self.allocations.pop(worker.uid, None)
        self.in_use.use(worker.uid, ())
        probe_rest.forget(self, worker.uid)
        self.workers.pop(worker.uid, None)
        self.plugins.changed(worker.pod)

    def container_ends(self, worker: PodWorker, state: ContainerState, record: ContainerRecord) -> None:
        """The main program of a container has ended, or is about to (at `exits_at`)."""
        known = self.workers.get(worker.uid)
        if self.down or known is None or record.exits_at is None:
            return
        own = known.states[state.name]
        if own.current is record:
            known.alarm(record.exits_at, "exited", own)

    # Messages.

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """A pod of this node came, changed or went."""
        if old is not None and (new is None or static_uid(old) != static_uid(new)):
            self._removed(old)
        if new is None:
            return
        worker = self.workers.get(static_uid(new))
        if worker is None:
            if not is_mirror(new):
                self._take_up(new)
        elif is_mirror(new):
            mirror_pods.changed(self, worker, new)
        else:
            worker.update(new)

    def on_sync(self, resource: str) -> None:
        """After the first list: what the runtime has and the API no longer knows is removed (the pod went while the kubelet was away)."""
        if self.synced:
            return
        self.synced = True
        for uid in list(self.runtime.sandboxes):
            if uid not in self.workers:
                self.network.delete(uid)
                self.runtime.remove(uid)
        self.resizes.retry()
        self.memory.look()
        self.eviction.grown()

    def on_result(self, token: Any, response: Response) -> None:
        """An API call has answered."""
        if token[0] == "event":
            self.events.answered(token, response)
        elif token[0] == "node":
            self.registration.answered(token[1], response)
        elif token[0] == "csi":
            self.plugins.answered(response)
        elif token[0] == "in-use":
            self.in_use.answered(token[1], response)
        elif token[0] == "claim":
            file_system_growth.answered(self, token[1], response)
        elif token[0] == "mirror":
            mirror_pods.created(self, token[1], response)
        elif token[2] in self.workers:
            self._pod_answered(self.workers[token[2]], token[1], response)

    def on_powered_on(self, _message: PoweredOn) -> None:
        """The first start of the machine."""
        self.start()

    def on_pod_alarm(self, message: PodAlarm) -> None:
        """A step of a pod is due."""
        worker = self.workers.get(message.uid)
        if worker is not None and message.epoch == self.epoch:
            worker.wake(message.step, message.container, message.serial)

    def on_pleg_relist(self, message: PlegRelist) -> None:
        """Pods with changes are looked at."""
        if message.epoch != self.epoch:
            return
        dirty, self._dirty = self._dirty, {}
        for uid in dirty:
            worker = self.workers.get(uid)
            if worker is not None:
                worker.observe()

    def on_pull_finished(self, message: PullFinished) -> None:
        """The pull at the head of the queue is over; the next one begins."""
        if message.epoch != self.epoch:
            return
        behaviour = lookup(self.images.queue[0].image)
        pull = self.images.finish(behaviour)
        self.eviction.grown()
        if not pull.error:
            pulling.arrived(self, pull.image)
        if self.images.queue:
            self._begin_pull()
        worker = self.workers.get(pull.uid)
        if worker is not None:
            container_start.pulled(worker, worker.states[pull.container], pull, behaviour.size_bytes)

    def on_node_alarm(self, message: NodeAlarm) -> None:
        """A part that looks after the whole node is due."""
        if message.epoch == self.epoch:
            getattr(self, message.part).wake(message.serial)

    def on_load_changed(self, _message: object) -> None:
        """Users ask for more or less."""
        self.memory.changed()

    def on_node_retry(self, message: NodeRetry) -> None:
        """Write about the node again."""
        if message.epoch == self.epoch:
            self.registration.retry()

    def on_node_check(self, message: NodeCheck) -> None:
        """See whether somebody has written over what was told about the node."""
        if message.epoch == self.epoch:
            self.registration.check()

    def on_volumes_told(self, message: VolumesTold) -> None:
        """Tell which volumes are in use."""
        if message.epoch == self.epoch:
            self.in_use.tell()

    def on_volume_grown(self, message: VolumeGrown) -> None:
        """A volume of a pod here may have become larger: its pods are looked at in their next sync."""
        file_system_growth.noticed(self, message.volume)

    def on_file_systems_due(self, message: FileSystemsDue) -> None:
        """Pods are synced: file systems grow to the size of their volumes."""
        if message.epoch == self.epoch:
            file_system_growth.grow(self, message.volume)

    def on_pod_retry(self, message: PodRetry) -> None:
        """Write about a pod again."""
        worker = self.workers.get(message.uid)
        if worker is None or message.epoch != self.epoch:
            return
        if worker.mirrored:
            worker.report()
        else:
            mirror_pods.create(self, worker)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """A fault began or ended: if the API server is within reach again, the node speaks up."""
        super().on_topology_changed(message)
        places = (self.server, self.sim.processes[self.server].host, self.host, self.name)
        if message.subject in places and self.sim.links.connected(self.sim, self.name, self.server):
            self.registration.again()

    def crash(self) -> None:
        """The machine goes down, and everything that ran on it."""
        self.stop_program()
        self.containers.crash()
        self.runtime.power_off(self.sim.now, self._boot_id())
        self.registration.rebooted = True

    def stop_program(self) -> None:
        """The kubelet stops, or is stopped, alone: what it kept in memory is lost, the containers run on."""
        super().crash()
        self.epoch += 1
        self.workers.clear()
        self.resting.clear()
        self._dirty.clear()
        self.synced = False
        self.images.queue.clear()
        self.registration.retrying = False
        self.plugins.forget()
        self.in_use.forget()

    def restart(self) -> None:
        """Begin again: register, list the pods, find in the runtime what runs."""
        super().restart()
        if self.containers.down:
            self.containers.restart()
        self.eviction.begin()
        self.resizes.begin()
        self.shutdown.begin()
        firewall.program(self.network.netfilter(self.node.name))
        self.registration.begin()
        for manifest in self.static_pods:
            mirror_pods.run_static(self, manifest)

    def _take_up(self, pod: Obj) -> None:
        worker = PodWorker(self, pod)
        self.workers[worker.uid] = worker
        worker.begin()

    def _removed(self, pod: Obj) -> None:
        worker = self.workers.get(static_uid(pod))
        if worker is None:
            return
        if is_mirror(pod):
            mirror_pods.create(self, worker)
        else:
            worker.removed()

    def _begin_pull(self) -> None:
        pull = self.images.begin(self.sim.now, lookup(self.images.queue[0].image), self.random)
        self.alarm(pull.ends_at, PullFinished(self.epoch))

    def _pod_answered(self, worker: PodWorker, what: str, response: Response) -> None:
        gone = response.reason in ("NotFound", "Conflict")
        if what == "patched":
            revision = response.body["metadata"]["resourceVersion"] if response.ok else 0
            worker.patched(response.ok or gone, int(revision))
        if not response.ok and not gone:
            self.alarm(self.sim.now + RETRY_US, PodRetry(self.epoch, worker.uid))

    def _kill_containers(self, worker: PodWorker) -> bool:
        now = self.sim.now
        running = [state for state in worker.states.values() if state.running(now)]
        for state in running:
            assert state.current is not None
            termination.die(worker, state, state.current, "Error")
        return bool(running)

    def _boot_id(self) -> str:
        return self.sim.streams.uid(f"boot/{self.node.name}")
