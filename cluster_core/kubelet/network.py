"""What a kubelet asks of the network plugin of its cluster (CNI ADD and DEL)."""

from __future__ import annotations

from typing import Protocol

from cluster_core.dataplane.netfilter import Netfilter


class PodNetwork(Protocol):
    """A CNI plugin as the kubelet sees it."""

    def add(self, pod_uid: str, node: str) -> str:
        """Join a pod's sandbox on `node` to the network; returns its address. LookupError: no address is free."""

    def delete(self, pod_uid: str) -> None:
        """Take a pod off the network; unknown pods are ignored."""

    def netfilter(self, node: str) -> Netfilter:
        """The packet filter of a node's kernel, into which the kubelet writes its own rules."""


class Reach(Protocol):
    """What the programs in the pods of a node reach on the network."""

    def answers(self, namespace: str, pod: str, host: str, port: int) -> bool:
        """Whether a connection from a pod to host:port is answered now; port 0: whether the name is known."""


class EverythingAnswers:
    """A network for kubelets that run alone: whatever is asked is there."""

    def answers(self, namespace: str, pod: str, host: str, port: int) -> bool:
        """Always."""
        return True
