"""What quotas have used, counted anew when something goes or a quota changes. Upstream: `pkg/controller/resourcequota`.

The API server charges what comes (`apiserver/admission/resource_quota.py`). Real Kubernetes also counts every quota anew every five
minutes; here a quota is counted five minutes after its last change, which gives back what was charged and then not stored.
"""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.quota import concerns, is_charged, total, tracked, usage_of
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.sim.kernel import US_PER_SECOND

QUOTAS = "resourcequotas"
COUNTED = tuple(kind.resource for kind in KINDS if kind.stored and kind.namespaced and kind.kind != "Event")
RECOUNT_US = 300 * US_PER_SECOND


class ResourceQuotaController(Controller):
    """Keeps status.hard and status.used of every quota."""

    name = "resourcequota-controller"
    resources = COUNTED

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A quota that is new or asks for something else, and the quotas that something which went or shrank was charged to."""
        found = self._changed_quota(old, new) if resource == QUOTAS else []
        quotas = self.informer(QUOTAS)
        if not quotas.store or not self._gives_back(resource, old, new):
            return found
        assert old is not None
        namespace = old["metadata"]["namespace"]
        others = [quota for quota in quotas.objects(namespace) if tracked(resource, (quota["spec"].get("hard") or {}))]
        return found + [f"{namespace}/{quota['metadata']['name']}" for quota in others]

    def reconcile(self, key: str) -> Plan | None:
        """Count, and write what differs."""
        quota = self.informer(QUOTAS).get(key)
        if quota is None:
            return None
        hard = (quota.get("spec") or {}).get("hard") or {}
        status = {"hard": hard, "used": self._used(quota, hard)}
        if status == (quota.get("status") or {}):
            return Plan()
        meta, body = quota["metadata"], {**quota, "status": status}
        write = Action("update", QUOTAS, meta["namespace"], meta["name"], body, "status", ignore=("NotFound",))
        return Plan(stages=[[write]])

    def _used(self, quota: Obj, hard: dict[str, str]) -> dict[str, str]:
        namespace, counting = quota["metadata"]["namespace"], {**quota, "status": {"hard": hard}}
        usages = [
            usage_of(resource, obj, self.now)
            for resource in COUNTED
            if tracked(resource, hard)
            for obj in self.informer(resource).objects(namespace)
            if concerns(counting, resource, obj)
        ]
        return total(usages, hard)

    def _changed_quota(self, old: Obj | None, new: Obj | None) -> list[str]:
        if new is None:
            return []
        key = f"{new['metadata']['namespace']}/{new['metadata']['name']}"
        if old is not None and old.get("spec") == new.get("spec"):
            self.add_after(key, RECOUNT_US)
            return []
        return [key]

    def _gives_back(self, resource: str, old: Obj | None, new: Obj | None) -> bool:
        """Whether a change leaves room in a quota."""
        if old is None:
            return False
        if new is None:
            return True
        if resource == "pods":
            return is_charged(old, self.now) and not is_charged(new, self.now)
        spec, before = new.get("spec") or {}, old.get("spec") or {}
        if resource == "services":
            return bool(spec.get("type") != before.get("type") or spec.get("ports") != before.get("ports"))
        return resource == "persistentvolumeclaims" and bool(spec.get("resources") != before.get("resources"))
