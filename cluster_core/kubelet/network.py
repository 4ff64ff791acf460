"""What a kubelet asks of the network plugin of its cluster (CNI ADD and DEL), and what programs in its pods ask of the world."""

from __future__ import annotations

from typing import Protocol

from cluster_core.api.request import Obj, Request
from cluster_core.dataplane.netfilter import Netfilter
from cluster_core.shell.outside import Answer, Connection, Echo, Lookup


class PodNetwork(Protocol):
    """A CNI plugin as the kubelet sees it. `config_file` is what the runtime looks for on the node's disk before there is a network
    for pods; "" if it is built in."""

    config_file: str

    def add(self, pod_uid: str, node: str) -> str:
        """Join a pod's sandbox on `node` to the network; returns its address. LookupError: no address is free."""

    def delete(self, pod_uid: str) -> None:
        """Take a pod off the network; unknown pods are ignored."""

    def netfilter(self, node: str) -> Netfilter:
        """The packet filter of a node's kernel, into which the kubelet writes its own rules."""


class Reach(Protocol):
    """What the programs in the pods of a node reach: the network, and the objects that their kubelet mounts for them."""

    def resolve(self, namespace: str, pod: str, name: str, kind: str, server: str) -> Lookup:
        """Ask a name server from a pod."""

    def connect(self, namespace: str, pod: str, address: str, port: int, protocol: str) -> Connection:
        """Open a connection from a pod."""

    def exchange(
        self, namespace: str, pod: str, address: str, port: int, data: bytes, secure: bool = False
    ) -> Answer | Request:
        """Send bytes on a connection that opens, and take the answer of whoever listens there; a request that the API server is to
        carry out is given back."""

    def ping(self, namespace: str, pod: str, address: str) -> Echo:
        """One ICMP echo request from a pod."""

    def resolv_conf(self, namespace: str, pod: str) -> str:
        """The resolver's configuration of a pod."""

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """An object that is mounted or read into the environment. Real kubelets watch each of them."""

    def written_at(self, resource: str, namespace: str, name: str) -> int:
        """When an object was last changed (µs), 0 if it is not there."""

    def token(self, pod: Obj) -> str:
        """The token of a pod's service account."""

    def services(self, namespace: str) -> list[Obj]:
        """The Services whose addresses a container finds in its environment: those of its namespace, and `kubernetes`."""


class EverythingAnswers:
    """A network for kubelets that run alone: whatever is asked is there."""

    def resolve(self, namespace: str, pod: str, name: str, kind: str, server: str) -> Lookup:
        """Some address."""
        return Lookup("10.96.0.10", "NOERROR", ("10.96.1.1",), name)

    def connect(self, namespace: str, pod: str, address: str, port: int, protocol: str) -> Connection:
        """Open."""
        return Connection("open", address=address)

    def exchange(
        self, namespace: str, pod: str, address: str, port: int, data: bytes, secure: bool = False
    ) -> Answer | Request:
        """An empty page."""
        return Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def ping(self, namespace: str, pod: str, address: str) -> Echo:
        """It answers."""
        return Echo("open")

    def resolv_conf(self, namespace: str, pod: str) -> str:
        """That of a cluster."""
        return "nameserver 10.96.0.10\n"

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """Nothing is known."""
        return None

    def written_at(self, resource: str, namespace: str, name: str) -> int:
        """Never."""
        return 0

    def token(self, pod: Obj) -> str:
        """None is known."""
        return ""

    def services(self, namespace: str) -> list[Obj]:
        """None."""
        return []
