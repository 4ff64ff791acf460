"""How a kubelet makes itself known: the Node object, its status, its Lease; and again after an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cluster_core.api.request import Obj, Response
from cluster_core.kubelet import node_status
from cluster_core.kubelet.messages import NodeCheck, NodeRetry
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet

RETRY_US = 10 * US_PER_SECOND
RUNTIME_CHECK_US = 5 * US_PER_SECOND
STATUS_US = 10 * US_PER_SECOND
LEASES = "leases.coordination.k8s.io"


class NodeRegistration:
    """The writes about the node itself. `rebooted` until the new boot id is told."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.node_object: Obj | None = None
        self.has_network = False
        self.begun_at = 0
        self.rebooted = False
        self.retrying = False

    def begin(self) -> None:
        """The kubelet starts: create the Node; if it is there already, tell its status."""
        kubelet = self.kubelet
        self.has_network, self.begun_at = kubelet.has_network(), kubelet.sim.now
        body = node_status.node_object(kubelet.node, kubelet.runtime.boot_id, kubelet.sim.now, self._health())
        kubelet.request(kubelet.reader, ("node", "create"), "create", "nodes", body=body)

    def again(self) -> None:
        """The API server is within reach again: tell the status, renew the Lease. Others may have written Unknown meanwhile."""
        if self.node_object is None:
            self.begin()
            return
        self._look()
        self._renew()

    def look_at_network(self) -> None:
        """A program of the node has ended that may have configured the pod network: if so, the node is Ready. The kubelet asks its
        runtime every 5 s. Real Kubernetes also notices that the configuration is gone."""
        if not self.has_network and self.kubelet.has_network():
            self.has_network = True
            now = self.kubelet.sim.now
            wait = RUNTIME_CHECK_US - (now - self.begun_at) % RUNTIME_CHECK_US
            self.kubelet.alarm(now + wait, NodeCheck(self.kubelet.epoch))

    def answered(self, what: str, response: Response) -> None:
        """A write about the node has answered."""
        getattr(self, f"_{what}")(response)

    def _create(self, response: Response) -> None:
        if response.ok:
            self.node_object = response.body
            self.kubelet.events.event(response.body, "Normal", "Starting", "Starting kubelet.")
            self._known(response.body)
            self._tell_ready()
            self._create_lease()
        elif response.reason == "AlreadyExists":
            self._look()
            self._create_lease()
        else:
            self._retry()

    def _known(self, node: Obj) -> None:
        """The Node is there: what goes with it follows."""
        self.kubelet.in_use.begin(node)
        self.kubelet.plugins.begin(node)

    def _current(self, response: Response) -> None:
        """What the API server has of the node: its status is told anew, transition times kept where nothing changed."""
        if response.reason == "NotFound":
            self.begin()
        elif not response.ok:
            self._retry()
        else:
            self.node_object = response.body
            self._known(response.body)
            was_ready = is_ready(response.body)
            told = (response.body.get("status") or {}).get("conditions") or ()
            now = self.kubelet.sim.now
            health = self._health()
            status = node_status.node_status(self.kubelet.node, self.kubelet.runtime.boot_id, now, told, health)
            token = ("node", "status" if was_ready or health.shuts_down else "status_ready")
            self._patch(token, "nodes", "", {"status": status}, "status", "strategic")

    def _status(self, response: Response) -> None:
        if not response.ok:
            self._retry()
            return
        self.node_object = response.body
        if self.rebooted:
            self.rebooted = False
            text = f"Node {self.kubelet.node.name} has been rebooted, boot id: {self.kubelet.runtime.boot_id}"
            self.kubelet.events.event(response.body, "Warning", "Rebooted", text)

    def _status_ready(self, response: Response) -> None:
        self._status(response)
        if response.ok:
            self._tell_ready()

    def _tell_ready(self) -> None:
        if self.has_network:
            self._tell("NodeReady")

    def _health(self) -> node_status.Health:
        kubelet = self.kubelet
        return node_status.Health(kubelet.eviction.conditions, kubelet.shutdown.began, self.has_network)

    def _tell(self, reason: str) -> None:
        if self.node_object is not None:
            text = f"Node {self.kubelet.node.name} status is now: {reason}"
            self.kubelet.events.event(self.node_object, "Normal", reason, text)

    def _lease_created(self, response: Response) -> None:
        if response.reason == "AlreadyExists":
            self._renew()
        elif not response.ok:
            self._retry()

    def _lease_renewed(self, response: Response) -> None:
        if response.reason == "NotFound":
            self._create_lease()
        elif not response.ok:
            self._retry()
        else:
            self.kubelet.alarm(self.kubelet.sim.now + STATUS_US, NodeCheck(self.kubelet.epoch))

    def pressure_changed(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        """Other conditions of pressure hold. Real kubelets tell it with their next status, within 10 s."""
        for kind, reasons in node_status.PRESSURE_EVENTS.items():
            if (kind in before) != (kind in after):
                self._tell(reasons[kind in after])
                self.kubelet.record(
                    "node.pressure-began" if kind in after else "node.pressure-ended",
                    object=f"node/{self.kubelet.node.name}",
                    node=self.kubelet.node.name,
                    condition=kind,
                )
        self._look()

    def shutdown_changed(self) -> None:
        """The machine is about to go off."""
        self._tell("NodeNotReady")
        self._look()

    def check(self) -> None:
        """Ask once more, one status period after the Lease was renewed: the node controller may have judged by the old one.

        Real kubelets look at their Node every 10 s; nobody else writes Unknown while the Lease renews itself.
        """
        kubelet = self.kubelet
        kubelet.request(kubelet.reader, ("node", "checked"), "get", "nodes", name=kubelet.node.name)

    def _checked(self, response: Response) -> None:
        if not response.ok:
            self._retry()
        elif not is_ready(response.body) and self.has_network:
            self._current(response)

    def _look(self) -> None:
        kubelet = self.kubelet
        kubelet.request(kubelet.reader, ("node", "current"), "get", "nodes", name=kubelet.node.name)

    def _create_lease(self) -> None:
        uid = self.node_object["metadata"].get("uid", "") if self.node_object is not None else ""
        body = node_status.lease_object(self.kubelet.node, self.kubelet.sim.now, uid)
        namespace = node_status.LEASE_NAMESPACE
        self.kubelet.request(
            self.kubelet.reader, ("node", "lease_created"), "create", LEASES, namespace=namespace, body=body
        )

    def _renew(self) -> None:
        lease = node_status.lease_object(self.kubelet.node, self.kubelet.sim.now, "")
        body = {"metadata": {"annotations": lease["metadata"]["annotations"]}, "spec": lease["spec"]}
        self._patch(("node", "lease_renewed"), LEASES, node_status.LEASE_NAMESPACE, body, "", "merge")

    def _patch(self, token: Any, resource: str, namespace: str, body: Obj, subresource: str, how: str) -> None:
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
            options={"patch_type": how},
        )

    def _retry(self) -> None:
        if not self.retrying:
            self.retrying = True
            self.kubelet.alarm(self.kubelet.sim.now + RETRY_US, NodeRetry(self.kubelet.epoch))

    def retry(self) -> None:
        """A failed write is tried again."""
        self.retrying = False
        self.again()


def is_ready(node: Obj) -> bool:
    """Whether a Node has the condition Ready."""
    conditions = (node.get("status") or {}).get("conditions") or ()
    return any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)
