"""The pod network's address management: a subnet per node, as Flannel leases them, and unique addresses in it.

Upstream: CNI plugin `host-local`, Flannel's subnet leases.
"""

from __future__ import annotations

from ipaddress import IPv4Network

FIRST_HOST = 2


class PodAddresses:
    """Addresses of every sandbox of the cluster. Each node hands out its own subnet, the next free address first."""

    def __init__(self, pod_cidr: str, nodes: list[str]) -> None:
        subnets = IPv4Network(pod_cidr).subnets(new_prefix=24)
        self.subnets = {node: str(subnet) for node, subnet in zip(nodes, subnets, strict=False)}
        self.addresses: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self._last: dict[str, int] = {}

    def add(self, pod_uid: str, node: str) -> str:
        """CNI ADD: the address of a pod's sandbox on `node`; LookupError if none is free."""
        known = self.addresses.get(pod_uid)
        if known is not None:
            return known
        subnet = IPv4Network(self.subnets[node])
        hosts = subnet.num_addresses - FIRST_HOST - 1
        start = self._last.get(node, 0)
        for offset in range(hosts):
            place = (start + offset) % hosts
            address = str(subnet[FIRST_HOST + place])
            if address not in self._taken:
                self._last[node] = place + 1
                self._taken[address] = pod_uid
                self.addresses[pod_uid] = address
                return address
        raise LookupError(f"no IP addresses available in range set: {subnet[1]}-{subnet[-2]}")

    def delete(self, pod_uid: str) -> None:
        """CNI DEL: the address is free again."""
        address = self.addresses.pop(pod_uid, None)
        if address is not None:
            del self._taken[address]
