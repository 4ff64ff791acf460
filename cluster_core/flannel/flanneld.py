"""flanneld of a node: takes its subnet from the Node object, makes flannel.1, tells its VTEP in annotations, and follows the
leases of the other nodes. Upstream: flannel `main.go`, `pkg/backend/vxlan/vxlan_network.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient
from cluster_core.client.informer import Informer
from cluster_core.client.shared_watch import SharedReader, SharedWatch
from cluster_core.cni import flannel
from cluster_core.cni.flannel import Lease
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netns import Netns
from cluster_core.flannel.lease import lease_annotations, lease_of
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import Message
from cluster_core.sim.shelf import Shelf

RETRY_US = 5 * US_PER_SECOND
USER = "system:serviceaccount:kube-flannel:flannel"


class LeaseWatch(SharedWatch):
    """The watch of Nodes that the flannelds share. `leases` by node, None once a Node is gone."""

    def __init__(self, sim: Any, host: str) -> None:
        super().__init__(sim, "flannel-watch", host, USER, [Informer("nodes")])
        self.leases: dict[str, Lease | None] = {}

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Only what a lease is made of counts: conditions and heartbeats are not told on."""
        if old is None or new is None or _shown(old) != _shown(new):
            name = self.key_of(resource, new or old or {})
            self.leases[name] = lease_of(new) if new is not None else None
            super().on_change(resource, old, new)

    def key_of(self, resource: str, obj: Obj) -> str:
        """The node's name."""
        return str(obj["metadata"]["name"])

    def node(self, name: str) -> Obj | None:
        """A Node as the watch knows it."""
        return self.informers["nodes"].get(name)


def _shown(node: Obj) -> Any:
    return node["spec"].get("podCIDR"), node["metadata"].get("annotations")


class WriteAnnotations(Message):
    """Time to write the annotations again."""

    __slots__ = ("epoch",)
    handler = "on_write_annotations"

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch


class Flanneld(SharedReader):
    """The process `flannel/<node>`. `leases` are those it has programmed; its own is `lease`."""

    def __init__(self, sim: Any, node: str, fabric: Fabric, watch: LeaseWatch, network: str) -> None:
        super().__init__(sim, f"flannel/{node}", node, watch)
        self.client = ApiClient(self, USER, watch.server)
        self.nodes = watch
        self.node = node
        self.fabric = fabric
        self.network = network
        self.lease: Lease | None = None
        self.leases: Shelf[str, Lease] = Shelf()
        self.vtep_mac = _random_mac(sim.streams.stream(f"flannel/{node}").getrandbits(40))

    @property
    def stack(self) -> Netns:
        """The network stack of the node."""
        return self.fabric.stacks[self.node]

    def take(self, since: int) -> None:
        """Program the leases that changed; the first time, all."""
        if self.lease is None:
            self._begin()
        for name in self.nodes.changed_since(since):
            if name != self.node and self.lease is not None:
                self._follow(name)

    def on_answer(self, token: Any, response: Response) -> None:
        """The annotations are written, or will be tried again."""
        if not response.ok:
            self.alarm(self.sim.now + RETRY_US, WriteAnnotations(self.epoch))

    def on_write_annotations(self, message: WriteAnnotations) -> None:
        """Try again."""
        if message.epoch == self.epoch:
            self._write_annotations()

    def crash(self) -> None:
        """The program ends. The device, routes and rules stay in the kernel, until the machine goes down too."""
        super().crash()
        self.lease, self.leases = None, Shelf()

    def _begin(self) -> None:
        """The node has a subnet: make the device and the rules, if no earlier flanneld did, and tell the others."""
        node = self.nodes.node(self.node)
        subnet = node["spec"].get("podCIDR") if node is not None else None
        if not subnet:
            self.taken = -1
            return
        self.lease = Lease(self.node, subnet, self.stack.address_of("eth0"), self.vtep_mac)
        if flannel.DEVICE not in self.stack.interfaces:
            flannel.create_device(self.stack, self.lease)
            flannel.program_rules(self.stack, self.lease, self.network)
            self.record("flannel.device-created", object=f"node/{self.node}", device=flannel.DEVICE, subnet=subnet)
        if node is not None and lease_of(node) != self.lease:
            self._write_annotations()

    def _follow(self, name: str) -> None:
        lease, known = self.nodes.leases.get(name), self.leases.get(name)
        if lease is known or lease == known:
            return
        if known is not None:
            flannel.remove_lease(self.stack, known)
            del self.leases[name]
            self.record("flannel.route-removed", object=f"node/{self.node}", subnet=known.subnet, node=name)
        if lease is not None:
            flannel.add_lease(self.stack, lease)
            self.leases[name] = lease
            params = {"subnet": lease.subnet, "via": lease.vtep, "node": name}
            self.record("flannel.route-added", object=f"node/{self.node}", device=flannel.DEVICE, **params)

    def _write_annotations(self) -> None:
        body = {"metadata": {"annotations": lease_annotations(self.stack.address_of("eth0"), self.vtep_mac)}}
        options = {"patch_type": "merge"}
        self.request(self.client, "annotations", "patch", "nodes", name=self.node, body=body, options=options)


def _random_mac(bits: int) -> str:
    """A locally administered MAC, as the kernel draws one for a new device. A restarted flanneld keeps that of its annotation."""
    data = bits.to_bytes(5, "big")
    return ":".join(f"{byte:02x}" for byte in (0x0E, *data))
