"""The composition root: every process of a cluster, and the boot that leads to a quiet one at time 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.server import ApiServer
from cluster_core.client.controller import ControllerManager
from cluster_core.cluster import log_store, probe
from cluster_core.cluster.command import STREAM_STEPS, Command
from cluster_core.cluster.config import CONTROL_PLANE, ClusterConfig, Machine
from cluster_core.cluster.faults import Faults
from cluster_core.cluster.joining import Machines
from cluster_core.cluster.kube_system import Kubeadm, static_pods
from cluster_core.cluster.lan import OUTSIDE_NAMES, add_machine, build_lan
from cluster_core.cluster.load import Users
from cluster_core.cluster.log_files import LogFiles
from cluster_core.cluster.log_store import LogStores
from cluster_core.cluster.logs import Log, container_log
from cluster_core.cluster.metric_sources import MetricSources
from cluster_core.cluster.node_programs import WorldPrograms
from cluster_core.cluster.reach import WorldReach
from cluster_core.cluster.scheduler_programs import SchedulerPrograms
from cluster_core.cluster.script import Script
from cluster_core.cluster.streams import ClientStreams
from cluster_core.cluster.usage import Target, WorldSources, series
from cluster_core.cni.network import FlannelNetwork
from cluster_core.controllers import CONTROLLERS
from cluster_core.csi.attacher import Attacher
from cluster_core.csi.provisioner import Provisioner
from cluster_core.csi.resizer import Resizer
from cluster_core.csi.sidecars import Sidecars
from cluster_core.dataplane.plan import lan_prefix, node_address
from cluster_core.dns.coredns import CoreDns
from cluster_core.etcd.member import Member
from cluster_core.etcd.mvcc import Store
from cluster_core.flannel.flanneld import Flanneld, LeaseWatch
from cluster_core.kubectl.api_call import OutsideClients
from cluster_core.kubectl.kubectl import Kubectl
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.messages import PoweredOn
from cluster_core.kubelet.node_status import NodeSpec
from cluster_core.kubelet.script import FirstPods
from cluster_core.kubelet.session import Session
from cluster_core.kubelet.volumes import Claims
from cluster_core.kubeproxy.kube_proxy import KubeProxy
from cluster_core.kubeproxy.service_watch import ServiceWatch
from cluster_core.log_collection.collector import FluentBit
from cluster_core.log_collection.query import Query
from cluster_core.metrics_adapter.adapter import MetricsAdapter
from cluster_core.metrics_server.server import MetricsServer
from cluster_core.projection.cards import Journey
from cluster_core.projection.network import NodeNetwork, node_network
from cluster_core.projection.packets import journey_card
from cluster_core.scheduler.scheduler import NAME, Scheduler
from cluster_core.sim.kernel import US_PER_SECOND, Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace
from cluster_core.usage.load import Traffic

JOIN_US = 10 * US_PER_SECOND
BOOT_US = 180 * US_PER_SECOND
BOOT_EVENTS_MAX = 2_000_000


class World:
    """All processes of one cluster. One pickle of it is a checkpoint (the trace stays outside)."""

    def __init__(self, config: ClusterConfig, seed: int, trace: Trace) -> None:
        self.config = config
        self.sim = Simulation(Streams(seed), Links(), trace, config.limits.pending_events)
        self.sim.now = -BOOT_US
        self.commands_entered = 0
        sim, members = self.sim, config.member_names()
        self.members = [Member(sim, name, name, members) for name in members]
        self.apiserver = ApiServer(sim, "apiserver", CONTROL_PLANE, members, config.limits)
        names = config.node_names()
        self.network = FlannelNetwork(
            build_lan(names, config.pod_cidr), config.pod_cidr, names, needs_flanneld=config.kube_system
        )
        self.claims = Claims()
        self.firsts = FirstPods()
        self.log_stores = LogStores()
        self.programs = WorldPrograms(sim, self.log_stores, SchedulerPrograms(self))
        self.traffic = Traffic()
        self.kubelets = [self._kubelet(number, machine) for number, machine in enumerate(config.all_machines())]
        self.manager = ControllerManager(
            sim, "kube-controller-manager", CONTROL_PLANE, config.controller_qps, config.controller_burst
        )
        for controller in CONTROLLERS:
            self.manager.add_controller(controller(self.manager))
        self.csi = Sidecars(sim, CONTROL_PLANE, self.claims, (Provisioner, Attacher, Resizer))
        if config.scheduler is not None:
            rates = (config.scheduler_qps, config.scheduler_burst)
            Scheduler(sim, NAME, CONTROL_PLANE, *rates, given=config.scheduler)
        self._network_agents(names if config.kube_system else [])
        self.coredns = CoreDns(sim, CONTROL_PLANE, OUTSIDE_NAMES)
        self.kubectl = Kubectl(sim)
        self.clients = OutsideClients(sim)
        self.streams = ClientStreams(sim, self)
        self.faults = Faults(sim, config, self.network)
        self.users = Users(sim, self)
        self.machines = Machines(sim, self)
        self.metrics_server = MetricsServer(sim, WorldSources(self))
        self.apiserver.extensions.groups["metrics.k8s.io"] = self.metrics_server
        adapter = MetricsAdapter(MetricSources(self))
        self.apiserver.extensions.groups |= {"custom.metrics.k8s.io": adapter, "external.metrics.k8s.io": adapter}
        add_ons = [self.leases, self.services, self.coredns] if config.kube_system else []
        self.kubeadm = Kubeadm(sim, config, add_ons)
        self.script = Script(sim, config.script)

    @property
    def schedulers(self) -> list[Scheduler]:
        """Every scheduler that there is or was, kube-scheduler first."""
        return [process for process in self.sim.processes.values() if isinstance(process, Scheduler)]

    @property
    def scheduler(self) -> Scheduler:
        """kube-scheduler. LookupError: the cluster has none."""
        found = self.sim.processes.get(NAME)
        if not isinstance(found, Scheduler):
            raise LookupError("the cluster has no kube-scheduler")
        return found

    @property
    def revision(self) -> int:
        """etcd's revision as the API server knows it."""
        return self.apiserver.cache.revision

    def objects(self, resource: str) -> dict[str, Obj]:
        """The objects of a resource by key, as the API shows them."""
        return self.apiserver.cache.of(resource)

    def stored(self) -> Iterator[tuple[str, Obj]]:
        """Every key and value of the most advanced etcd member."""
        yield from self.store().items()

    def store(self) -> Store:
        """The store of the most advanced etcd member."""
        return max(self.members, key=lambda candidate: candidate.store.revision).store

    def answer(self, index: int) -> list[dict[str, Any]] | None:
        """What was printed for a command, None while it runs."""
        for answers in (
            self.faults.answers,
            self.clients.answers,
            self.streams.answers,
            self.users.answers,
            self.machines.answers,
        ):
            if index in answers:
                return answers[index]
        invocation = self.kubectl.invocations.get(index)
        return invocation.results if invocation is not None and invocation.done else None

    def targets(self, fault: str) -> list[str] | None:
        """What a fault may be aimed at."""
        return self.faults.targets(fault)

    def send_packet(self, source: str, target: str, protocol: str, port: int, attempt: int = 0) -> Journey:
        """Where a packet goes that is sent now, and its answer; nothing changes by it. `attempt` gives other draws.

        Source: pod/<ns>/<name>, node/<name>, lan-client, router, internet; target: those, service/<ns>/<name>, an address, a name.
        LookupError: there is no such source or target.
        """
        found = probe.send(self, source, target, protocol, port, attempt)
        return journey_card(self, source, found.target, protocol, port, found.trace)

    def container_log(
        self, namespace: str, pod: str, container: str = "", previous: bool = False, since: int = 0
    ) -> Log:
        """What a container has written until now, from line `since` on; nothing changes by it. ApiError in upstream's words."""
        return container_log(self, namespace, pod, container, previous, since)

    def session(self, identity: str) -> Session | None:
        """A session that a command `exec` or `attach` has opened (its id is "session-" and the command's index); read it, change nothing."""
        return self.streams.sessions.get(identity)

    def session_idle(self, identity: str) -> bool:
        """Whether the programs of a session wait for input or for time, or it has ended."""
        return self.streams.is_idle(identity)

    def usage(self, target: Target, begin: int, end: int, step: int) -> list[dict[str, Any]]:
        """Consumption over time of a node, or of pods and their containers (`cluster.usage.series`). LookupError: no such node."""
        return series(self, target, begin, end, step)

    def last_scrape(self) -> int | None:
        """When metrics-server looked last (µs); None if none runs or none has looked twice."""
        scrapes = self.metrics_server.scrapes()
        return scrapes.last if scrapes is not None else None

    def search_logs(self, query: Query, limit: int) -> dict[str, Any]:
        """The newest lines that the cluster's log store holds of those that match (`cluster.log_store.search`); nothing changes by it."""
        return log_store.search(self, query, limit)

    def node_network(self, node: str) -> NodeNetwork:
        """What is programmed in the kernel of a node (or of router, lan-client, internet) now. LookupError: no such machine."""
        return node_network(self, node)

    def add_machine(self, machine: Machine) -> Kubelet:
        """A new machine on the LAN with everything of a node on its disk; it is off."""
        number = len(self.kubelets)
        add_machine(self.network.fabric, number, machine.name, lan_prefix(len(self.config.node_names())))
        self.network.addresses.add_node(machine.name)
        self.kubelets.append(self._kubelet(number, machine))
        self._add_agents([machine.name] if self.config.kube_system else [])
        return self.kubelets[-1]

    def _network_agents(self, names: list[str]) -> None:
        """flanneld and kube-proxy of every node, and the watches that they share."""
        self.leases = LeaseWatch(self.sim, CONTROL_PLANE)
        self.services = ServiceWatch(self.sim, CONTROL_PLANE)
        self.flannelds: list[Flanneld] = []
        self.collectors: list[FluentBit] = []
        self.kube_proxies: list[KubeProxy] = []
        self._add_agents(names)

    def _add_agents(self, names: list[str]) -> None:
        """The programs of nodes, which run when a pod of theirs does."""
        fabric, cidr = self.network.fabric, self.config.pod_cidr
        self.flannelds += [Flanneld(self.sim, name, fabric, self.leases, cidr) for name in names]
        self.collectors += [FluentBit(self.sim, name, LogFiles(self, name)) for name in names]
        self.kube_proxies += [KubeProxy(self.sim, name, fabric, self.services, cidr) for name in names]

    def _kubelet(self, number: int, machine: Machine) -> Kubelet:
        spec = NodeSpec(
            machine.name,
            node_address(number),
            machine.cpu,
            machine.memory,
            self.config.node_pods,
            pod_cidr=self.network.subnets[machine.name],
            runtime=self.config.node_runtimes.get(machine.name, self.config.runtime),
            labels=machine.labels,
            taints=machine.taints,
        )
        return Kubelet(
            self.sim,
            spec,
            self.network,
            static_pods(self.config, machine.name),
            reach=WorldReach(self),
            claims=self.claims,
            firsts=self.firsts,
            traffic=self.traffic,
            programs=self.programs,
        )


def boot(config: ClusterConfig, seed: int, trace: Trace) -> World:
    """A cluster that has started and come to rest: virtual time 0, event 0, nothing in the trace."""
    world = begin_boot(config, seed)
    continue_boot(world, BOOT_EVENTS_MAX)
    return end_boot(world, trace)


def begin_boot(config: ClusterConfig, seed: int) -> World:
    """Every program of a cluster, started before time 0."""
    world = World(config, seed, Trace(config.limits.trace_entries))
    world.apiserver.start()
    world.kubeadm.begin()
    world.manager.start_informers()
    world.csi.start_informers()
    for scheduler in world.schedulers:
        scheduler.start_informers()
    # Machines are switched on one after the other, so that their heartbeats do not beat as one.
    for kubelet in world.kubelets:
        joins = 0 if kubelet.node.name == CONTROL_PLANE else world.sim.streams.stream("boot").randrange(JOIN_US)
        kubelet.alarm(world.sim.now + joins, PoweredOn())
    return world


def continue_boot(world: World, budget: int) -> bool:
    """Run at most `budget` events of the boot; whether the cluster is at rest."""
    return world.sim.advance(0, budget) < budget


def end_boot(world: World, trace: Trace) -> World:
    """Call the moment of rest the start; the scenario's objects and script come in from here on."""
    world.sim.begin_history(trace)
    world.script.begin()
    if world.config.objects:
        direct(world, Command("apply", {"objects": list(world.config.objects)}, index=-1).parsed())
    return world


RECEIVERS = {
    "load": "load",
    "join": "machines",
    "fault": "faults",
    "request": "clients",
    **dict.fromkeys(STREAM_STEPS, "streams"),
}


def direct(world: World, command: Command) -> None:
    """Hand a command to the program that carries it out; a command has no cause but its user."""
    target = RECEIVERS.get(command.kind, "kubectl")
    world.sim.schedule(world.sim.now, target, command).cause = 0
