"""Cluster roles that gather the rules of others. Upstream: `pkg/controller/clusterroleaggregation`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.client.controller import Action, Controller, Plan

ROLES = "clusterroles.rbac.authorization.k8s.io"


class ClusterRoleAggregation(Controller):
    """Keeps the rules of every role with an aggregationRule equal to those of the roles that it selects."""

    name = "clusterrole-aggregation-controller"
    resources = (ROLES,)

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """Any change of a role may concern every role that gathers."""
        return [role["metadata"]["name"] for role in self.informer(ROLES).objects() if role.get("aggregationRule")]

    def reconcile(self, key: str) -> Plan | None:
        """Write the rules if they differ. Real Kubernetes applies them (server-side apply) and so owns the field."""
        role = self.informer(ROLES).get(key)
        if role is None or not role.get("aggregationRule"):
            return None
        rules = self._gathered(role)
        if rules == (role.get("rules") or []):
            return Plan()
        return Plan(stages=[[Action("update", ROLES, name=key, body={**role, "rules": rules})]])

    def _gathered(self, role: Obj) -> list[Obj]:
        """The rules of the selected roles, in order of their names, each once."""
        rules: list[Obj] = []
        others = sorted(self.informer(ROLES).objects(), key=lambda one: str(one["metadata"]["name"]))
        for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
            wanted = from_label_selector(selector)
            for other in others:
                named = other["metadata"]
                if named["name"] != role["metadata"]["name"] and wanted.matches(named.get("labels") or {}):
                    rules.extend(rule for rule in other.get("rules") or () if rule not in rules)
        return rules
