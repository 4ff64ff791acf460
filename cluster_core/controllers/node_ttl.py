"""How long a kubelet may trust what it has read of Secrets and ConfigMaps: an annotation that grows with the cluster.

Upstream: `pkg/controller/ttl/ttl_controller.go`.
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan

ANNOTATION = "node.alpha.kubernetes.io/ttl"
# (fewer nodes than this: a step down, more than this: a step up, seconds)
STEPS = ((0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, 1 << 31, 300))


class NodeTtlController(Controller):
    """Works by node; the number of nodes decides for all."""

    name = "ttl-controller"
    resources = ("nodes",)

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.nodes: dict[str, None] = {}
        self.step = 0

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The node; all of them when their number has crossed a step."""
        obj = new or old
        assert obj is not None
        name = obj["metadata"]["name"]
        if new is None:
            self.nodes.pop(name, None)
        else:
            self.nodes[name] = None
        if self._stepped():
            return list(self.nodes)
        return (
            [name] if new is not None and new["metadata"].get("annotations", {}).get(ANNOTATION) != self.wanted else []
        )

    def reconcile(self, key: str) -> Plan | None:
        """Annotate one node."""
        node = self.informer("nodes").get(key)
        if node is None:
            return None
        if (node["metadata"].get("annotations") or {}).get(ANNOTATION) == self.wanted:
            return Plan()
        body = {"metadata": {"annotations": {ANNOTATION: self.wanted}}}
        options = {"patch_type": "merge"}
        return Plan(stages=[[Action("patch", "nodes", name=key, body=body, options=options, ignore=("NotFound",))]])

    @property
    def wanted(self) -> str:
        """The annotation's value."""
        return str(STEPS[self.step][2])

    def restart(self) -> None:
        """Nodes are counted anew."""
        super().restart()
        self.nodes, self.step = {}, 0

    def _stepped(self) -> bool:
        before, count = self.step, len(self.nodes)
        while count < STEPS[self.step][0]:
            self.step -= 1
        while count > STEPS[self.step][1]:
            self.step += 1
        return self.step != before
