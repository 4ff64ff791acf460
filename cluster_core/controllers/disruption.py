"""PodDisruptionBudgets: how many pods may be evicted now. Upstream: `pkg/controller/disruption/disruption.go`.

Real Kubernetes asks the scale subresource of custom resources, too; here pods of those have no known controller.
"""

from __future__ import annotations

from cluster_core.api.kinds import KINDS
from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import owner_controller, set_condition
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import rfc3339
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.controllers import disruption_status as report

BUDGETS = "poddisruptionbudgets.policy"
SCALED = {
    "ReplicaSet": "replicasets.apps",
    "ReplicationController": "replicationcontrollers",
    "StatefulSet": "statefulsets.apps",
    "Deployment": "deployments.apps",
}
POD = "pod|"
# Upstream's message about a pod with two budgets, its two blanks included.
SEVERAL = 'Pod "{}"/"{}" matches multiple PodDisruptionBudgets.  Chose "{}" arbitrarily.'
UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of the PDB "
    "cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set "
    '".spec.minAvailable" field of the PDB to an integer value.'
)


class DisruptionController(Controller):
    """Keys: budgets; and "pod|ns/name" for a pod that was to be disrupted and was not."""

    name = "disruption-controller"
    source = "controllermanager"
    resources = (BUDGETS, "pods", *SCALED.values())

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A budget, or the budget of a pod. As upstream's, it does not look when only the scale of a controller changes."""
        obj = new or old
        assert obj is not None
        if resource == BUDGETS:
            return [key_of(obj)]
        if resource != "pods":
            return []
        found = self._budgets_of(obj) if self.informer(BUDGETS).store else []
        if new is not None and (wait := report.stale_after(new, self.now)) is not None:
            self.add_after(f"{POD}{key_of(new)}", wait)
        return found

    def reconcile(self, key: str) -> Plan | None:
        """Count, and say what is allowed."""
        if key.startswith(POD):
            return self._unmark(key.removeprefix(POD))
        budget = self.informer(BUDGETS).get(key)
        if budget is None:
            return None
        pods = self._pods(budget)
        if not pods:
            self.events.event(budget, "Normal", "NoPods", "No matching pods found")
        scale, why = self._scale(budget, pods) if report.needs_scale(budget) else (0, "")
        if why:
            text = f"Failed to calculate the number of expected pods: {why}"
            self.events.event(budget, "Warning", "CalculateExpectedPodCountFailed", text)
            return Plan(_write(budget, report.failed_status(budget, why, self.now)))
        leaving = report.disrupted(budget, pods, self.now)
        for pod in leaving.late:
            namespace = budget["metadata"]["namespace"]
            text = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            self.events.event(pod, "Warning", "NotDeleted", text)
        expected, desired = report.bounds(budget, len(pods), scale)
        counts = (expected, desired, report.healthy(pods, leaving.pods))
        status = report.status_of(budget, counts, leaving.pods, self.now)
        return Plan(_write(budget, status), requeue_after=leaving.wait)

    def _budgets_of(self, pod: Obj) -> list[str]:
        """The budget of a pod; of several the first by name."""
        meta = pod["metadata"]
        labels = meta.get("labels") or {}
        there = self.informer(BUDGETS).by_index("namespace", meta["namespace"])
        found = sorted(key_of(one) for one in there if _selects(one, labels))
        if len(found) > 1:
            text = SEVERAL.format(meta["namespace"], meta["name"], found[0].partition("/")[2])
            self.events.event(pod, "Warning", "MultiplePodDisruptionBudgets", text)
        return found[:1]

    def _pods(self, budget: Obj) -> list[Obj]:
        selector = budget["spec"].get("selector")
        if selector is None:
            return []
        matches = from_label_selector(selector).matches
        pods = self.informer("pods")
        narrow = next(iter((selector.get("matchLabels") or {}).items()), None)
        namespace = budget["metadata"]["namespace"]
        if narrow is not None:
            there = pods.by_index("label", f"{namespace}/{narrow[0]}={narrow[1]}")
        else:
            there = pods.objects(namespace)
        return [pod for pod in there if matches(pod["metadata"].get("labels") or {})]

    def _scale(self, budget: Obj, pods: list[Obj]) -> tuple[int, str]:
        """How many pods the controllers of these pods want together; or why that cannot be said."""
        wanted: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            owner = owner_controller(pod)
            if owner is None:
                unmanaged = True
                continue
            found = self._wanted_by(owner, pod["metadata"]["namespace"])
            if isinstance(found, str):
                return 0, found or f'found no controllers for pod "{pod["metadata"]["name"]}"'
            wanted[found[0]] = found[1]
        if unmanaged:
            self.events.event(budget, "Warning", "UnmanagedPods", UNMANAGED.format(_shown(budget["spec"]["selector"])))
        return sum(wanted.values()), ""

    def _wanted_by(self, owner: Obj, namespace: str) -> tuple[str, int] | str:
        """(uid, replicas) of a controller, of a ReplicaSet's Deployment instead; else why not ("" if it is not there)."""
        resource = SCALED.get(owner["kind"])
        if resource is None:
            return _without_scale(owner)
        there = self.informer(resource).get(f"{namespace}/{owner['name']}")
        if there is None or there["metadata"]["uid"] != owner["uid"]:
            return ""
        above = owner_controller(there) if owner["kind"] == "ReplicaSet" else None
        if above is not None and above["kind"] == "Deployment":
            return self._wanted_by(above, namespace)
        return there["metadata"]["uid"], int(there["spec"].get("replicas", 1))

    def _unmark(self, key: str) -> Plan | None:
        """Take the condition back from a pod that was to be disrupted and was not for 2 minutes."""
        pod = self.informer("pods").get(key)
        wait = report.stale_after(pod, self.now) if pod is not None else None
        if pod is None or wait is None:
            return None
        if wait > 0:
            return Plan(requeue_after=wait)
        meta, status = pod["metadata"], pod["status"]
        told = {"type": "DisruptionTarget", "status": "False", "reason": "", "message": ""}
        conditions = set_condition(status["conditions"], told, rfc3339(self.now))
        body = {**pod, "status": {**status, "conditions": conditions}}
        return Plan([[Action("update", "pods", meta["namespace"], meta["name"], body, "status", ignore=("NotFound",))]])


def _selects(budget: Obj, labels: dict[str, str]) -> bool:
    """Whether a budget selects labels; one without a selector, or with an empty one, is nobody's in this direction."""
    selector = from_label_selector(budget["spec"].get("selector"))
    return bool(selector.requirements) and selector.matches(labels)


def _without_scale(owner: Obj) -> str:
    """Why a controller of another kind does not count."""
    group = owner["apiVersion"].rpartition("/")[0]
    kind = next((one for one in KINDS if (one.group, one.kind) == (group, owner["kind"])), None)
    return f"{kind.resource} does not implement the scale subresource" if kind is not None else ""


def _shown(selector: Obj) -> str:
    """A selector as Go prints it."""
    labels = " ".join(f"{name}:{value}" for name, value in sorted((selector.get("matchLabels") or {}).items()))
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{}},}}"
    )


def _write(budget: Obj, status: Obj) -> list[list[Action]]:
    if status == budget.get("status"):
        return []
    meta = budget["metadata"]
    return [[Action("update", BUDGETS, meta["namespace"], meta["name"], {**budget, "status": status}, "status")]]
