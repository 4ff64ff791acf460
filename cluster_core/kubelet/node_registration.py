"""How a kubelet makes itself known: the Node object, its status, its Lease; and again after an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster_core.api.request import Obj, Response
from cluster_core.kubelet import node_status
from cluster_core.kubelet.messages import NodeRetry
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet

RETRY_US = 10 * US_PER_SECOND
LEASES = "leases.coordination.k8s.io"


class NodeRegistration:
    """The writes about the node itself. `rebooted` until the new boot id is told."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.node_object: Obj | None = None
        self.ready_since = 0
        self.rebooted = False
        self.retrying = False

    def begin(self) -> None:
        """The kubelet starts: create the Node; if it is there already, tell its status."""
        self.ready_since = self.kubelet.sim.now
        body = node_status.node_object(self.kubelet.node, self.kubelet.runtime.boot_id, self.kubelet.sim.now)
        self.kubelet.request(self.kubelet.reader, ("node", "create"), "create", "nodes", body=body)

    def again(self) -> None:
        """The API server is within reach again: tell the status, renew the Lease. Others may have written Unknown meanwhile."""
        if self.node_object is None:
            self.begin()
            return
        self.ready_since = self.kubelet.sim.now
        self._tell_status()
        self._renew()

    def answered(self, what: str, response: Response) -> None:
        """A write about the node has answered."""
        getattr(self, f"_{what}")(response)

    def _create(self, response: Response) -> None:
        if response.ok:
            self.node_object = response.body
            self.kubelet.events.event(response.body, "Normal", "Starting", "Starting kubelet.")
            self._tell_status()
            self._create_lease()
        elif response.reason == "AlreadyExists":
            self._tell_status()
            self._create_lease()
        else:
            self._retry()

    def _status(self, response: Response) -> None:
        if not response.ok:
            self._retry()
            return
        self.node_object = response.body
        node = self.kubelet.node.name
        if self.rebooted:
            self.rebooted = False
            text = f"Node {node} has been rebooted, boot id: {self.kubelet.runtime.boot_id}"
            self.kubelet.events.event(response.body, "Warning", "Rebooted", text)
        self.kubelet.events.event(response.body, "Normal", "NodeReady", f"Node {node} status is now: NodeReady")

    def _lease(self, response: Response) -> None:
        if response.ok:
            return
        if response.reason == "AlreadyExists":
            self._renew()
        elif response.reason == "NotFound":
            self._create_lease()
        else:
            self._retry()

    def _tell_status(self) -> None:
        now = self.kubelet.sim.now
        status = node_status.node_status(self.kubelet.node, self.kubelet.runtime.boot_id, now, self.ready_since)
        self._patch(("node", "status"), "nodes", "", {"status": status}, "status")

    def _create_lease(self) -> None:
        uid = self.node_object["metadata"].get("uid", "") if self.node_object is not None else ""
        body = node_status.lease_object(self.kubelet.node, self.kubelet.sim.now, uid)
        namespace = node_status.LEASE_NAMESPACE
        self.kubelet.request(self.kubelet.reader, ("node", "lease"), "create", LEASES, namespace=namespace, body=body)

    def _renew(self) -> None:
        lease = node_status.lease_object(self.kubelet.node, self.kubelet.sim.now, "")
        body = {"metadata": {"annotations": lease["metadata"]["annotations"]}, "spec": lease["spec"]}
        self._patch(("node", "lease"), LEASES, node_status.LEASE_NAMESPACE, body, "")

    def _patch(self, token: Any, resource: str, namespace: str, body: Obj, subresource: str) -> None:
        kubelet = self.kubelet
        kubelet.request(
            kubelet.reader,
            token,
            "patch",
            resource,
            namespace=namespace,
            name=kubelet.node.name,
            body=body,
            subresource=subresource,
            options={"patch_type": "merge"},
        )

    def _retry(self) -> None:
        if not self.retrying:
            self.retrying = True
            self.kubelet.alarm(self.kubelet.sim.now + RETRY_US, NodeRetry(self.kubelet.epoch))

    def retry(self) -> None:
        """A failed write is tried again."""
        self.retrying = False
        self.again()
