"""The pod network as kubelets see it (CNI ADD and DEL): addresses per node, and the namespaces in the fabric."""

from __future__ import annotations

from cluster_core.cni import bridge, flannel
from cluster_core.cni.host_local import PodAddresses
from cluster_core.dataplane import lan
from cluster_core.dataplane.fabric import Fabric
from cluster_core.dataplane.netfilter import Netfilter

CONFIG_FILE = "/etc/cni/net.d/10-flannel.conflist"
NO_SUBNET = "loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory"


class FlannelNetwork:
    """CNI plugin `flannel`: delegates to `bridge` and `host-local` once flanneld has written the node's subnet."""

    def __init__(self, fabric: Fabric, pod_cidr: str, nodes: list[str], needs_flanneld: bool = True) -> None:
        self.fabric = fabric
        self.needs_flanneld = needs_flanneld
        self.config_file = CONFIG_FILE if needs_flanneld else ""
        self.addresses = PodAddresses(pod_cidr, nodes)

    @property
    def subnets(self) -> dict[str, str]:
        """The pods' prefix of each node."""
        return self.addresses.subnets

    def add(self, pod_uid: str, node: str) -> str:
        """CNI ADD. LookupError: flanneld has not run yet, or no address is free."""
        if self.needs_flanneld and flannel.DEVICE not in self.fabric.stacks[node].interfaces:
            raise LookupError(NO_SUBNET)
        address = self.addresses.add(pod_uid, node)
        bridge.attach(self.fabric, node, pod_uid, address, self.subnets[node])
        return address

    def delete(self, pod_uid: str) -> None:
        """CNI DEL."""
        bridge.detach(self.fabric, pod_uid)
        self.addresses.delete(pod_uid)

    def netfilter(self, node: str) -> Netfilter:
        """The packet filter of a node's kernel."""
        return self.fabric.stacks[node].netfilter

    def power_off(self, node: str) -> None:
        """The machine goes off, and the namespaces of its pods are gone. Addresses stay taken: host-local keeps files on disk."""
        lan.power_off(self.fabric, node)
        for name in [name for name, port in self.fabric.sandboxes.items() if port.host == node]:
            del self.fabric.sandboxes[name]
            self.fabric.opened.pop(name, None)

    def power_on(self, node: str) -> None:
        """The machine boots."""
        lan.power_on(self.fabric, node)

    def unplug(self, node: str) -> None:
        """The switch port of a machine goes down; what is no machine of the LAN has none."""
        if node in self.fabric.switch:
            self.fabric.switch[node].up = False

    def plug(self, node: str) -> None:
        """The port is up again."""
        if node in self.fabric.switch:
            self.fabric.switch[node].up = True
