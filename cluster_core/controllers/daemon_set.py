"""DaemonSet: a pod on every node that fits. Upstream: `pkg/controller/daemon/daemon_controller.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.objects import key as key_of
from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import Selector, from_label_selector
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from cluster_core.client.expectations import Expectations
from cluster_core.controllers import controller_revisions as revisions
from cluster_core.controllers import daemon_history as history
from cluster_core.controllers.claiming import claim
from cluster_core.controllers.controller_revisions import REVISIONS
from cluster_core.controllers.daemon_history import History
from cluster_core.controllers.daemon_nodes import new_pod, placement, target_node
from cluster_core.controllers.daemon_plan import Changes, manage, rolling_update
from cluster_core.controllers.daemon_table import DaemonTable, View, status_of
from cluster_core.controllers.ended_pods import EndedPods

DAEMONSETS = "daemonsets.apps"
BURST_REPLICAS = 250
SECOND = 1_000_000


class DaemonSetController(Controller):
    """The loop for DaemonSets. Each has a table of what it has on each node."""

    name = "daemonset-controller"
    account = "daemon-set-controller"
    resources = (DAEMONSETS, "pods", "nodes", REVISIONS)
    remembers = True

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.expectations = Expectations()
        self.tables: dict[str, DaemonTable] = {}
        self.ended = EndedPods()
        self._views: dict[str, tuple[History, bool]] = {}
        self._unsent: dict[str, int] = {}
        self._unkept: dict[str, None] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A change of the set, of its pods or revisions, of a pod that it could adopt, or of where its pods belong."""
        obj = new or old
        assert obj is not None
        if resource == DAEMONSETS:
            if new is None:
                self.tables.pop(obj["metadata"]["uid"], None)
                self.ended.forget(obj["metadata"]["uid"])
            return [key_of(obj)]
        if resource == "nodes":
            return self._of_node(old, new)
        found = []
        for one, is_there in ((old, False), (new, True)):
            key = self._owner_key(one) if one is not None else None
            if one is not None and key is not None:
                found.append(key)
                if resource == "pods":
                    self._put(self.informer(DAEMONSETS).store[key], one, is_there)
        if resource == "pods" and found:
            self._observe_pod(found[-1], old, new)
        if new is not None and owner_controller(new) is None:
            found += [key_of(owner) for owner in self._could_adopt(new)]
        return list(dict.fromkeys(found))

    def reconcile(self, key: str) -> Plan | None:
        """Find the revision of the template, then pods for nodes, then the rolling update."""
        owner = self.informer(DAEMONSETS).get(key)
        if owner is None:
            self._forget(key)
            return None
        if owner["metadata"].get("deletionTimestamp"):
            return Plan()
        selector = from_label_selector(owner["spec"].get("selector"))
        claims = self._claims(owner, selector)
        mine, adoptions = self._revisions(owner, selector)
        if claims or adoptions:
            return Plan(stages=[[*adoptions, *claims]])
        found = history.settle(owner, mine, lambda: self._pods(owner), self._taken(owner))
        if found.collides:
            return self._collided(owner)
        return self._work(key, owner, found)

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Report what is on the nodes by now, unless the revision could not be kept."""
        owner, view = self.informer(DAEMONSETS).get(key), self._views.pop(key, None)
        for _ in range(self._unsent.pop(key, 0) if failed else 0):
            self.expectations.created(key)
        unkept = key in self._unkept
        self._unkept.pop(key, None)
        if owner is None or view is None or unkept:
            return []
        found, is_observed = view
        status = status_of(owner, self._refreshed(owner, found.digest).counts, is_observed)
        if status == owner.get("status"):
            return []
        meta = owner["metadata"]
        return [Action("update", DAEMONSETS, meta["namespace"], meta["name"], {**owner, "status": status}, "status")]

    def observe(self, key: str, action: Action, response: Response) -> None:
        """Events about pods that were made or removed; a failed write is no longer awaited."""
        if action.resource == REVISIONS and action.verb in ("create", "update") and not response.ok:
            self._unkept[key] = None
        if action.resource != "pods" or action.verb not in ("create", "delete"):
            return
        if action.verb == "create":
            self._unsent[key] -= 1
        owner = self.informer(DAEMONSETS).get(key)
        if not response.ok:
            self._failed(key, owner, action, response)
        elif owner is not None and action.verb == "create":
            text = f"Created pod: {response.body['metadata']['name']}"
            self.events.event(owner, "Normal", "SuccessfulCreate", text)
        elif owner is not None:
            self.events.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {action.name}")

    def restart(self) -> None:
        """What was in memory is lost."""
        super().restart()
        self.expectations, self.ended = Expectations(), EndedPods()
        for memory in (self.tables, self._views, self._unsent, self._unkept):
            memory.clear()

    def _work(self, key: str, owner: Obj, found: History) -> Plan:
        table = self._refreshed(owner, found.digest)
        plan = Plan(stages=[found.actions] if found.actions else [], decisions=found.decisions)
        is_free = self.expectations.satisfied(key, self.now)
        self._views[key] = (found, is_free)
        if is_free:
            changes = manage(table, self._view(owner, found.digest))
            wait = self._end(owner, changes)
            if not changes and owner["spec"]["updateStrategy"]["type"] == "RollingUpdate" and table.counts.old:
                changes = rolling_update(table, self._view(owner, found.digest))
                self._tell_update(changes, table, plan)
            self._carry_out(key, owner, found.digest, changes, plan)
            plan.stages.append(
                [revisions.delete(one) for one in history.surplus(owner, found.old, lambda: self._pods(owner))]
            )
            plan.requeue_after = wait
        seconds = int(owner["spec"].get("minReadySeconds") or 0)
        if seconds and table.counts.ready != table.counts.available:
            plan.requeue_after = min(seconds * SECOND, plan.requeue_after or seconds * SECOND)
        return plan

    def _carry_out(self, key: str, owner: Obj, digest: str, changes: Changes, plan: Plan) -> None:
        nodes, pods = changes.nodes[:BURST_REPLICAS], changes.pods[:BURST_REPLICAS]
        if not nodes and not pods:
            return
        self.expectations.expect(key, len(nodes), [pod["metadata"]["uid"] for pod in pods], self.now)
        self._unsent[key] = len(nodes)
        namespace, size = owner["metadata"]["namespace"], 1
        if nodes:
            plan.decisions.append(Decision("daemonset.create-pods", {"count": len(nodes), "nodes": nodes[:5]}))
        if pods:
            names = [pod["metadata"]["name"] for pod in pods]
            plan.decisions.append(Decision("daemonset.delete-pods", {"count": len(names), "pods": names[:5]}))
        while nodes:
            batch, nodes, size = nodes[:size], nodes[size:], 2 * size
            plan.stages.append(
                [Action("create", "pods", namespace, body=new_pod(owner, node, digest)) for node in batch]
            )
        plan.stages.append([_delete(pod) for pod in pods])

    def _end(self, owner: Obj, changes: Changes) -> int | None:
        """Pods that have ended are deleted; failed ones with a back-off. How long (µs) until the next may be, if one waits."""
        soonest: int | None = None
        for node, pod in changes.ended:
            meta, phase = pod["metadata"], pod["status"]["phase"]
            if phase == "Failed":
                wait = self.ended.wait(f"{owner['metadata']['uid']}/{node}", self.now)
                if wait:
                    soonest = wait if soonest is None else min(soonest, wait)
                    continue
            reason = "FailedDaemonPod" if phase == "Failed" else "SucceededDaemonPod"
            kind, act = ("Warning", "kill") if phase == "Failed" else ("Normal", "delete")
            where = f"{meta['namespace']}/{meta['name']} on node {node}"
            text = f"Found {phase.lower()} daemon pod {where}, will try to {act} it"
            self.events.event(owner, kind, reason, text)
            changes.pods.append(pod)
        return soonest

    @staticmethod
    def _tell_update(changes: Changes, table: DaemonTable, plan: Plan) -> None:
        if not changes:
            missing = table.counts.desired - table.counts.available
            plan.decisions.append(Decision("daemonset.update-waits", {"missing": missing}, taken=False))

    def _failed(self, key: str, owner: Obj | None, action: Action, response: Response) -> None:
        message = str(response.body["message"])
        if action.verb == "create":
            self.expectations.created(key)
            reason, text = "FailedCreate", f"Error creating: {message}"
        else:
            self.expectations.deleted(key, action.options["preconditions"]["uid"])
            reason, text = "FailedDelete", f"Error deleting: {message}"
        if owner is None or response.reason in action.ignore or "because it is being terminated" in message:
            return
        self.events.event(owner, "Warning", reason, text)

    def _collided(self, owner: Obj) -> Plan:
        """The name of the new revision is another's: the hash is salted, and the set looked at again."""
        meta, status = owner["metadata"], owner.get("status", {})
        count = int(status.get("collisionCount") or 0) + 1
        body = {**owner, "status": {**status, "collisionCount": count}}
        salted = Action("update", DAEMONSETS, meta["namespace"], meta["name"], body, "status")
        return Plan([[salted]], [Decision("daemonset.hash-collision", {"count": count})])

    def _view(self, owner: Obj, digest: str) -> View:
        return View(owner, digest, self.informer("nodes").get, self.now)

    def _refreshed(self, owner: Obj, digest: str) -> DaemonTable:
        table = self._table(owner)
        table.refresh(self._view(owner, digest), lambda: list(self.informer("nodes").store))
        return table

    def _table(self, owner: Obj) -> DaemonTable:
        """The table of a set; a new one has every pod that the cache knows: they may have been listed before the set."""
        uid = owner["metadata"]["uid"]
        if uid not in self.tables:
            self.tables[uid] = table = DaemonTable()
            for pod in self._pods(owner):
                table.put(target_node(pod), key_of(pod), pod, _selects(owner, pod))
        return self.tables[uid]

    def _put(self, owner: Obj, pod: Obj, is_there: bool) -> None:
        self._table(owner).put(target_node(pod), key_of(pod), pod if is_there else None, _selects(owner, pod))

    def _observe_pod(self, key: str, old: Obj | None, new: Obj | None) -> None:
        if old is None:
            self.expectations.created(key)
        pod = new or old
        assert pod is not None
        if new is None or new["metadata"].get("deletionTimestamp"):
            self.expectations.deleted(key, pod["metadata"]["uid"])

    def _of_node(self, old: Obj | None, new: Obj | None) -> list[str]:
        """The sets that lack a pod on a node, or have one that may not stay. A node that goes makes no set look again."""
        node = new or old
        assert node is not None
        if old is not None and new is not None and _looks_alike(old, new):
            return []
        found, name = [], node["metadata"]["name"]
        for key, owner in self.informer(DAEMONSETS).store.items():
            table = self._table(owner)
            table.mark(name)
            if new is not None and self._concerns(owner, new, bool(table.on_node(name))):
                found.append(key)
        return found

    @staticmethod
    def _concerns(owner: Obj, node: Obj, scheduled: bool) -> bool:
        should_run, may_stay = placement(owner, node)
        if scheduled and owner.get("status", {}).get("numberMisscheduled", 0) > 0:
            return True
        return (should_run and not scheduled) or (scheduled and not may_stay)

    def _owner_key(self, obj: Obj) -> str | None:
        owner = owner_controller(obj)
        if owner is None or owner["kind"] != "DaemonSet":
            return None
        key = f"{obj['metadata']['namespace']}/{owner['name']}"
        there = self.informer(DAEMONSETS).get(key)
        return key if there is not None and there["metadata"]["uid"] == owner["uid"] else None

    def _could_adopt(self, obj: Obj) -> list[Obj]:
        labels = obj["metadata"].get("labels") or {}
        if not labels:
            return []
        sets = self.informer(DAEMONSETS).by_index("namespace", obj["metadata"]["namespace"])
        return [one for one in sets if from_label_selector(one["spec"].get("selector")).matches(labels)]

    def _pods(self, owner: Obj) -> list[Obj]:
        """The pods that the set controls."""
        uid = owner["metadata"]["uid"]
        owned = self.informer("pods").by_index("owner", uid)
        return [pod for pod in owned if (holder := owner_controller(pod)) is not None and holder["uid"] == uid]

    def _claims(self, owner: Obj, selector: Selector) -> list[Action]:
        """The patches that adopt orphans and release pods that no longer match."""
        orphans = self.informer("pods").by_index("orphan", owner["metadata"]["namespace"])
        return claim(owner, "pods", selector, self._table(owner).strangers.values(), orphans, _any)[1]

    def _revisions(self, owner: Obj, selector: Selector) -> tuple[list[Obj], list[Action]]:
        index = self.informer(REVISIONS)
        owned = index.by_index("owner", owner["metadata"]["uid"])
        orphans = index.by_index("orphan", owner["metadata"]["namespace"])
        return claim(owner, REVISIONS, selector, owned, orphans, _any)

    def _taken(self, owner: Obj) -> dict[str, Obj]:
        there = self.informer(REVISIONS).by_index("namespace", owner["metadata"]["namespace"])
        return {one["metadata"]["name"]: one for one in there}

    def _forget(self, key: str) -> None:
        self.expectations.forget(key)
        for memory in (self._views, self._unsent, self._unkept):
            memory.pop(key, None)


def _selects(owner: Obj, pod: Obj) -> bool:
    return from_label_selector(owner["spec"].get("selector")).matches(pod["metadata"].get("labels") or {})


def _any(_obj: Obj) -> bool:
    return True


def _looks_alike(old: Obj, new: Obj) -> bool:
    """Whether nothing has changed that says where pods belong."""
    same: Any = [(one["metadata"].get("labels"), one["spec"].get("taints")) for one in (old, new)]
    return bool(same[0] == same[1])


def _delete(pod: Obj) -> Action:
    meta = pod["metadata"]
    options = {"preconditions": {"uid": meta["uid"]}}
    return Action("delete", "pods", meta["namespace"], meta["name"], options=options, ignore=("NotFound", "Conflict"))
