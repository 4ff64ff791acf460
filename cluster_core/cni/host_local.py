"""The pod network's address management: a subnet per node, as Flannel leases them, and unique addresses in it.

Upstream: CNI plugin `host-local`, Flannel's subnet leases.
"""

from __future__ import annotations

from cluster_core.dataplane.address import prefix, to_text
from cluster_core.sim.shelf import Shelf

FIRST_HOST = 2
SUBNET_LENGTH = 24
SUBNET_SIZE = 1 << (32 - SUBNET_LENGTH)


class PodAddresses:
    """Addresses of every sandbox of the cluster. Each node hands out its own subnet, the next free address first."""

    def __init__(self, pod_cidr: str, nodes: list[str]) -> None:
        self._first, _, length = prefix(pod_cidr)
        self._subnets_max = 1 << (SUBNET_LENGTH - length)
        self.subnets: dict[str, str] = {}
        for node in nodes[: self._subnets_max]:
            self.add_node(node)
        self.addresses: Shelf[str, str] = Shelf()
        self._taken: Shelf[str, str] = Shelf()
        self._last: Shelf[str, int] = Shelf()

    def has_room(self) -> bool:
        """Whether there is a subnet for one node more."""
        return len(self.subnets) < self._subnets_max

    def add_node(self, node: str) -> str:
        """The next subnet, for a node."""
        self.subnets[node] = f"{to_text(self._first + len(self.subnets) * SUBNET_SIZE)}/{SUBNET_LENGTH}"
        return self.subnets[node]

    def add(self, pod_uid: str, node: str) -> str:
        """CNI ADD: the address of a pod's sandbox on `node`; LookupError if none is free."""
        known = self.addresses.get(pod_uid)
        if known is not None:
            return known
        first, _, length = prefix(self.subnets[node])
        size = 1 << (32 - length)
        hosts = size - FIRST_HOST - 1
        start = self._last.get(node, 0)
        for offset in range(hosts):
            place = (start + offset) % hosts
            address = to_text(first + FIRST_HOST + place)
            if address not in self._taken:
                self._last[node] = place + 1
                self._taken[address] = pod_uid
                self.addresses[pod_uid] = address
                return address
        last = to_text(first + size - 2)
        raise LookupError(f"no IP addresses available in range set: {to_text(first + 1)}-{last}")

    def delete(self, pod_uid: str) -> None:
        """CNI DEL: the address is free again."""
        address = self.addresses.pop(pod_uid, None)
        if address is not None:
            del self._taken[address]
