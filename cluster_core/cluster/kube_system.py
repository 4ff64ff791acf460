"""What `kubeadm init` leaves behind: namespaces, the API's Service, DNS, kube-proxy, the static pods of the control plane; and the pod
network that is applied after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.client.informer import InformerProcess
from cluster_core.cluster.config import CONTROL_PLANE, ClusterConfig
from cluster_core.cluster.kubeadm_rbac import add_on_roles, administrator
from cluster_core.cluster.manifests import VERSION, manifest
from cluster_core.cluster.metrics_add_on import metrics_objects, metrics_roles
from cluster_core.cluster.storage_add_ons import storage_objects
from cluster_core.dataplane.plan import node_address
from cluster_core.sim.process import Message

RETRY_US = 500_000
# A kubelet may not give its Node such labels: kubeadm does it (phase mark-control-plane).
MARKS = {"node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": ""}


@dataclass(slots=True)
class Retry(Message):
    """Time to try an object again."""

    handler = "on_retry"

    place: int


class Kubeadm(ClientProcess):
    """Creates the first objects, one after the other; the programs of the add-ons begin once their roles are there."""

    def __init__(self, sim: Any, config: ClusterConfig, add_ons: list[InformerProcess]) -> None:
        super().__init__(sim, "kubeadm", CONTROL_PLANE)
        self.client = ApiClient(self, "kubernetes-admin", self.server)
        self.root = ApiClient(self, "kubernetes-super-admin", self.server)
        self.objects = first_objects(config)
        self.marks = config.kube_system
        self.add_ons = add_ons
        self.roles = len(_roles(config))

    def begin(self) -> None:
        """Create the first object."""
        self._create(0)

    def on_retry(self, message: Retry) -> None:
        """Try again."""
        if message.place < len(self.objects):
            self._create(message.place)
        else:
            self._mark(message.place)

    def on_answer(self, token: Any, response: Response) -> None:
        """The next one, or the same again."""
        if not response.ok and response.reason != "AlreadyExists":
            self.alarm(self.sim.now + RETRY_US, Retry(token))
            return
        if self.add_ons and token == self.roles:
            for process in self.add_ons:
                process.start_informers()
        if token + 1 < len(self.objects):
            self._create(token + 1)
        elif token + 1 == len(self.objects) and self.marks:
            self._mark(token + 1)

    def _mark(self, place: int) -> None:
        body, options = {"metadata": {"labels": MARKS}}, {"patch_type": "merge"}
        self.request(self.client, place, "patch", "nodes", name=CONTROL_PLANE, body=body, options=options)

    def _create(self, place: int) -> None:
        resource, obj = self.objects[place]
        namespace = obj["metadata"].get("namespace", "")
        client = self.client if place else self.root
        self.request(client, place, "create", resource, namespace=namespace, body=obj)


def first_objects(config: ClusterConfig) -> list[tuple[str, Obj]]:
    """What the administrator may do (written with super-admin.conf), the Service `kubernetes`, CoreDNS."""
    found: list[tuple[str, Obj]] = [administrator(), *_roles(config)]
    found.append(("services", _api_service()))
    if not config.kube_system:
        return found
    found.append(("endpoints", _api_endpoints()))
    found.append(("endpointslices.discovery.k8s.io", _api_endpoint_slice()))
    for name in ("coredns", "kube-proxy", "kube-flannel"):
        found.extend(manifest(name, config))
    return [*found, *metrics_objects(), *storage_objects(config.storage)]


def _roles(config: ClusterConfig) -> list[tuple[str, Obj]]:
    return [*add_on_roles(), *metrics_roles()] if config.kube_system else []


def static_pods(config: ClusterConfig, node: str) -> list[Obj]:
    """The manifests in /etc/kubernetes/manifests of a machine: the control plane's programs."""
    if not config.kube_system or node != CONTROL_PLANE:
        return []
    programs = ["kube-apiserver", "kube-controller-manager"]
    programs += ["kube-scheduler"] if config.scheduler is not None else []
    found = [_static(name, f"registry.k8s.io/{name}:{VERSION}", "control-plane") for name in programs]
    found.extend(_static(name, "registry.k8s.io/etcd:3.6.8-0", "control-plane") for name in config.member_names())
    return found


def _object(api_version: str, kind: str, name: str, labels: dict[str, str] | None = None) -> Obj:
    meta: Obj = {"name": name, "namespace": "kube-system"}
    return {"apiVersion": api_version, "kind": kind, "metadata": {**meta, "labels": labels} if labels else meta}


def _static(name: str, image: str, tier: str) -> Obj:
    return {
        **_object("v1", "Pod", name, {"component": name, "tier": tier}),
        "spec": {
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "containers": [{"name": name, "image": image, "resources": {"requests": {"cpu": "50m"}}}],
        },
    }


def _api_service() -> Obj:
    labels = {"component": "apiserver", "provider": "kubernetes"}
    ports = [{"name": "https", "port": 443, "targetPort": 6443}]
    meta = {"name": "kubernetes", "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"clusterIP": "10.96.0.1", "ports": ports}}


def _api_endpoints() -> Obj:
    """Where the API server listens, as older clients read it; its slice is not made by mirroring."""
    labels = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    ports = [{"name": "https", "port": 6443, "protocol": "TCP"}]
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": labels},
        "subsets": [{"addresses": [{"ip": node_address(0)}], "ports": ports}],
    }


def _api_endpoint_slice() -> Obj:
    """Where the API server listens. Real API servers write this slice and the Endpoints themselves, and take what ends out."""
    meta = {
        "name": "kubernetes",
        "namespace": "default",
        "labels": {"kubernetes.io/service-name": "kubernetes"},
    }
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": meta,
        "addressType": "IPv4",
        "endpoints": [{"addresses": [node_address(0)], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    }
