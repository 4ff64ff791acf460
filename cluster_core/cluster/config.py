"""What a cluster is made of. With a seed and a command log it determines the whole run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.kubelet.cri import runtime_of
from cluster_core.scheduler.configuration import read_configuration
from cluster_core.sim.limits import LimitExceeded, Limits

CONTROL_PLANE = "control-plane"
SHUTDOWN_MAX = 3_600
NAME_MAX = 253
STORAGE = ("hostpath", "nfs", "rbd")


@dataclass(frozen=True, slots=True)
class Machine:
    """One Node to be: its size as Kubernetes quantities, the labels and taints that it registers with."""

    name: str
    cpu: str
    memory: str
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """The config of a run. Sizes as Kubernetes quantities; `objects` are applied at time 0, `script` runs by itself.

    `machines`, if given, are the worker nodes instead of `nodes` equal ones. Without `kube_system` the control plane is no Node
    of its own and nothing runs in kube-system, as in the recorded clusters of the reference tests.

    `runtime` is that of the nodes: containerd, cri-o or docker (with a version: "containerd://2.1.4"), `node_runtimes` those of
    nodes that have another one. `shutdown_grace` and `shutdown_grace_critical` are
    the kubelets' shutdownGracePeriod and shutdownGracePeriodCriticalPods in seconds; kubeadm leaves both at 0.

    `storage` names the drivers that are installed from the beginning (`csi/manifests`): hostpath, nfs, rbd. kubeadm installs none, and
    no StorageClass.

    `scheduler` is the KubeSchedulerConfiguration of kube-scheduler; None: there is none, and pods wait until somebody else comes.

    qps and burst are the client limits of kube-controller-manager and kube-scheduler (--kube-api-qps, 0 = no limit).
    """

    nodes: int = 3
    node_cpu: str = "4"
    node_memory: str = "8Gi"
    node_pods: int = 110
    machines: tuple[Machine, ...] = ()
    kube_system: bool = True
    etcd_members: int = 3
    pod_cidr: str = "10.244.0.0/16"
    runtime: str = "containerd"
    node_runtimes: dict[str, str] = field(default_factory=dict)
    shutdown_grace: int = 0
    shutdown_grace_critical: int = 0
    storage: tuple[str, ...] = ()
    controller_qps: int = 20
    controller_burst: int = 30
    scheduler_qps: int = 50
    scheduler_burst: int = 100
    scheduler: dict[str, Any] | None = field(default_factory=dict)
    objects: tuple[dict[str, Any], ...] = ()
    script: tuple[dict[str, Any], ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 1 <= (len(self.machines) or self.nodes) <= self.limits.nodes:
            raise LimitExceeded("nodes", self.limits.nodes)
        read_configuration(self.scheduler or {})
        for runtime in (self.runtime, *self.node_runtimes.values()):
            runtime_of(runtime)
        strangers = [name for name in self.node_runtimes if name not in self.node_names()]
        if strangers:
            raise ValueError(f"node_runtimes: there is no node {strangers[0][:NAME_MAX]!r}")
        if not 0 <= self.shutdown_grace_critical <= self.shutdown_grace <= SHUTDOWN_MAX:
            raise ValueError("shutdown_grace_critical must not be more than shutdown_grace, which is at most an hour")
        unknown = [name for name in self.storage if name not in STORAGE]
        if unknown:
            raise ValueError(f"storage: {unknown[0]!r} is none of {', '.join(STORAGE)}")
        if self.etcd_members not in (1, 3, 5, 7):
            raise ValueError(
                "etcd members: 1, 3, 5 or 7 (an even count gains nothing: the quorum grows, the tolerance does not)"
            )

    def workers(self) -> list[Machine]:
        """The worker nodes."""
        if self.machines:
            return list(self.machines)
        return [Machine(f"node-{number}", self.node_cpu, self.node_memory) for number in range(1, self.nodes + 1)]

    def all_machines(self) -> list[Machine]:
        """The machines that are Nodes, the control plane first."""
        taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
        control_plane = Machine(CONTROL_PLANE, self.node_cpu, self.node_memory, {}, (taint,))
        return [*([control_plane] if self.kube_system else []), *self.workers()]

    def node_names(self) -> list[str]:
        """The Nodes, the control plane first."""
        return [machine.name for machine in self.all_machines()]

    def member_names(self) -> list[str]:
        """The etcd members."""
        return [f"etcd-{number}" for number in range(1, self.etcd_members + 1)]
