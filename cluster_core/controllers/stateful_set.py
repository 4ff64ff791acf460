"""StatefulSet: pods with a name, an order and storage of their own. Upstream: `pkg/controller/statefulset/stateful_set.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import Selector, from_label_selector
from cluster_core.client.controller import Action, Controller, ControllerManager, Plan
from cluster_core.controllers import controller_revisions as history
from cluster_core.controllers import stateful_status as report
from cluster_core.controllers.claiming import claim
from cluster_core.controllers.controller_revisions import REVISIONS
from cluster_core.controllers.stateful_identity import is_member, parent_and_ordinal
from cluster_core.controllers.stateful_plan import CLAIMS, Observed, Outcome, plan

STATEFULSETS = "statefulsets.apps"


class StatefulSetController(Controller):
    """The loop for StatefulSets.

    Real Kubernetes does not watch the claims: a set that waits for one to go tries again with a back-off.
    """

    name = "statefulset-controller"
    resources = (STATEFULSETS, "pods", REVISIONS, CLAIMS)
    remembers = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self._outcomes: dict[str, Outcome] = {}
        self._unkept: dict[str, None] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the set, of a pod that it owns or could adopt, or of a claim of it that went."""
        obj = new or old
        assert obj is not None
        if resource == STATEFULSETS:
            return [key_of(obj)]
        if resource == CLAIMS:
            return self._of_claim(obj) if new is None else []
        if resource != "pods":
            return []
        found = [key for one in (old, new) if one is not None and (key := self._owner_key(one))]
        if new is not None and owner_controller(new) is None:
            found += [key_of(owner) for owner in self._could_adopt(new)]
        return list(dict.fromkeys(found))

    def reconcile(self, key: str) -> Plan | None:
        """Find revisions and pods, decide; the status is told at the end."""
        owner = self.informer(STATEFULSETS).get(key)
        if owner is None:
            self._outcomes.pop(key, None)
            return None
        selector = from_label_selector(owner["spec"].get("selector"))
        revisions, adoptions = self._revisions(owner, selector)
        pods, claims = self._pods(owner, selector)
        outcome = self._outcomes[key] = plan(self._observed(owner, pods, revisions))
        for reason, message in outcome.warnings:
            self.events.event(owner, "Warning", reason, message)
        if adoptions or claims:
            outcome.plan.stages.insert(0, [*adoptions, *claims])
        wait = int(owner["spec"].get("minReadySeconds") or 0)
        ready = sum(report.is_available(pod, owner, self.now) for pod in pods)
        if wait and ready != owner["spec"]["replicas"]:
            outcome.plan.requeue_after = wait * report.SECOND
        return outcome.plan

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Report, also when a pod could not be made or removed; forget surplus revisions."""
        owner, outcome = self.informer(STATEFULSETS).get(key), self._outcomes.pop(key, None)
        unkept = key in self._unkept
        self._unkept.pop(key, None)
        if owner is None or outcome is None or unkept:
            return []
        replaced = 0 if failed else outcome.replaced
        status = report.status_of(owner, outcome.pods, outcome.revisions, replaced, self.now)
        written = [_update(owner, {**owner, "status": status})] if report.is_news(owner, status) else []
        return written + [history.delete(one) for one in outcome.surplus]

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about pods and claims that were made or removed, or could not be."""
        owner = self.informer(STATEFULSETS).get(key)
        if action.resource == REVISIONS and action.verb in ("create", "update") and not response.ok:
            self._unkept[key] = None
        if owner is None or (response.reason in ("AlreadyExists", "NotFound") and not response.ok):
            return
        if action.resource == "pods" and action.verb in ("create", "update", "delete"):
            self._tell(owner, action.verb, _name(action), response)
        elif action.resource == CLAIMS and action.verb == "create":
            self._tell_claim(owner, _name(action), response)

    def restart(self) -> None:
        """What a turn was about is forgotten."""
        super().restart()
        self._outcomes.clear()
        self._unkept.clear()

    def _observed(self, owner: Obj, pods: list[Obj], revisions: list[Obj]) -> Observed:
        namespace = owner["metadata"]["namespace"]
        taken = {one["metadata"]["name"]: one for one in self.informer(REVISIONS).by_index("namespace", namespace)}
        claims: dict[str, Obj] = {}
        if owner["spec"].get("volumeClaimTemplates"):
            claims = {one["metadata"]["name"]: one for one in self.informer(CLAIMS).objects(namespace)}
        return Observed(owner, pods, revisions, taken, claims, self.now)

    def _revisions(self, owner: Obj, selector: Selector) -> tuple[list[Obj], list[Action]]:
        """The revisions that the set selects and that are its own, or nobody's: those are adopted."""
        index = self.informer(REVISIONS)
        owned = index.by_index("owner", owner["metadata"]["uid"])
        orphans = index.by_index("orphan", owner["metadata"]["namespace"])
        mine, actions = claim(owner, REVISIONS, selector, owned, orphans, _any)
        return history.in_order(mine), [one for one in actions if one.body["metadata"]["ownerReferences"]]

    def _pods(self, owner: Obj, selector: Selector) -> tuple[list[Obj], list[Action]]:
        pods = self.informer("pods")
        owned = pods.by_index("owner", owner["metadata"]["uid"])
        orphans = pods.by_index("orphan", owner["metadata"]["namespace"])
        return claim(owner, "pods", selector, owned, orphans, lambda pod: is_member(owner, pod))

    def _owner_key(self, pod: Obj) -> str | None:
        owner = owner_controller(pod)
        if owner is None or owner["kind"] != "StatefulSet":
            return None
        key = f"{pod['metadata']['namespace']}/{owner['name']}"
        there = self.informer(STATEFULSETS).get(key)
        return key if there is not None and there["metadata"]["uid"] == owner["uid"] else None

    def _could_adopt(self, pod: Obj) -> list[Obj]:
        labels = pod["metadata"].get("labels") or {}
        if not labels:
            return []
        sets = self.informer(STATEFULSETS).by_index("namespace", pod["metadata"]["namespace"])
        return [one for one in sets if from_label_selector(one["spec"].get("selector")).matches(labels)]

    def _of_claim(self, gone: Obj) -> list[str]:
        """The sets that may have been waiting for a claim to go: their names are in its name."""
        name, meta = parent_and_ordinal(gone["metadata"]["name"])[0], gone["metadata"]
        sets = self.informer(STATEFULSETS).by_index("namespace", meta["namespace"])
        return [key_of(one) for one in sets if name.endswith(f"-{one['metadata']['name']}")]

    def _tell(self, owner: Obj, verb: str, pod: str, response: Response) -> None:
        what = f"{verb.capitalize()} Pod {pod} in StatefulSet {owner['metadata']['name']}"
        if response.ok:
            self.events.event(owner, "Normal", f"Successful{verb.capitalize()}", f"{what} successful")
        else:
            why = f"{what} failed error: {response.body['message']}"
            self.events.event(owner, "Warning", f"Failed{verb.capitalize()}", why)

    def _tell_claim(self, owner: Obj, name: str, response: Response) -> None:
        set_name = owner["metadata"]["name"]
        pod = f"{set_name}-{parent_and_ordinal(name)[1]}"
        if response.ok:
            text = f"Create Claim {name} Pod {pod} in StatefulSet {set_name} success"
            self.events.event(owner, "Normal", "SuccessfulCreate", text)
            return
        why = str(response.body["message"])
        text = f"Create Claim {name} for Pod {pod} in StatefulSet {set_name} failed error: {why}"
        self.events.event(owner, "Warning", "FailedCreate", text)
        text = f"Create Pod {pod} in StatefulSet {set_name} failed error: failed to create PVC {name}: {why}"
        self.events.event(owner, "Warning", "FailedCreate", text)


def _any(_revision: Obj) -> bool:
    return True


def _name(action: Action) -> str:
    return str(action.name or action.body["metadata"]["name"])


def _update(owner: Obj, body: Any) -> Action:
    meta = owner["metadata"]
    return Action("update", STATEFULSETS, meta["namespace"], meta["name"], body, "status")
