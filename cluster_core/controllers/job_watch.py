"""What the Job controller makes of changes: which Jobs to look at, and when; which pods and finalizers need not be awaited any more.

Upstream: the event handlers of `pkg/controller/job/job_controller.go`.
"""

from __future__ import annotations

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import parse
from cluster_core.client.controller import Controller, ControllerManager
from cluster_core.client.expectations import Expectations
from cluster_core.controllers.job_pods import finished_condition, is_tracked
from cluster_core.sim.kernel import US_PER_SECOND

BATCH_US = US_PER_SECOND


class JobWatch(Controller):
    """The half of the Job controller that watches. `awaited`: per Job the uids of pods whose finalizer has been taken off.

    Real Kubernetes counts the deletions that it awaits; here each pod is awaited once.
    """

    resources = ("jobs.batch", "pods")

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.expectations = Expectations()
        self.awaited: dict[str, dict[str, None]] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A Job at once when it comes, goes or is changed by a user; after pods, and reports of its own, a second later."""
        if resource == "pods":
            self._pod_changed(old, new)
            return []
        job = new or old
        assert job is not None
        key = key_of(job)
        if old is None or new is None or old["metadata"].get("generation") != new["metadata"].get("generation"):
            if old is not None and new is not None:
                self._deadline_changed(key, old, new)
            return [key]
        self.add_after(key, BATCH_US)
        return []

    def forget(self, key: str) -> None:
        """The Job is gone: nothing is awaited for it."""
        self.expectations.forget(key)
        self.awaited.pop(key, None)

    def restart(self) -> None:
        """Nothing is awaited any more."""
        super().restart()
        self.expectations = Expectations()
        self.awaited.clear()

    def _pod_changed(self, old: Obj | None, new: Obj | None) -> None:
        pod = new or old
        assert pod is not None
        if new is None or new["metadata"].get("deletionTimestamp"):
            self._pod_deleted(pod, final=new is None)
            return
        self._left_owner(old, new)
        owner = owner_controller(new)
        if owner is None:
            self._orphan(old, new)
            return
        key = self._key_of(new, owner)
        if key is None:
            return
        if old is None:
            self.expectations.created(key)
        if not is_tracked(new):
            self.removal_seen(key, new)
        self.add_after(key, BATCH_US)

    def _pod_deleted(self, pod: Obj, final: bool) -> None:
        owner = owner_controller(pod)
        key = self._key_of(pod, owner) if owner is not None else None
        if key is None or finished_condition(self.informer("jobs.batch").get(key) or {}):
            return
        self.expectations.deleted(key, pod["metadata"]["uid"])
        if final or not is_tracked(pod):
            self.removal_seen(key, pod)
        self.add_after(key, BATCH_US)

    def _left_owner(self, old: Obj | None, new: Obj) -> None:
        """A pod that a Job has let go."""
        if old is None or old["metadata"].get("ownerReferences") is new["metadata"].get("ownerReferences"):
            return
        before, after = owner_controller(old), owner_controller(new)
        if before is None or before == after:
            return
        key = self._key_of(old, before)
        if key is not None:
            if not is_tracked(new):
                self.removal_seen(key, new)
            self.add_after(key, BATCH_US)

    def _orphan(self, old: Obj | None, new: Obj) -> None:
        """A pod without an owner, which a Job may want to adopt."""
        labels = new["metadata"].get("labels")
        same = old is not None and old["metadata"].get("labels") == labels and owner_controller(old) is None
        if not labels or same:
            return
        for job in self.informer("jobs.batch").by_index("namespace", new["metadata"]["namespace"]):
            if from_label_selector(job["spec"].get("selector")).matches(labels):
                self.add_after(key_of(job), BATCH_US)

    def _key_of(self, pod: Obj, owner: Obj) -> str | None:
        """The key of the Job that owns a pod, if it is still the same."""
        if owner["kind"] != "Job":
            return None
        key = f"{pod['metadata']['namespace']}/{owner['name']}"
        job = self.informer("jobs.batch").get(key)
        return key if job is not None and job["metadata"]["uid"] == owner["uid"] else None

    def removal_seen(self, key: str, pod: Obj) -> None:
        """A pod has lost its finalizer, or will not."""
        awaited = self.awaited.get(key)
        if awaited is not None:
            awaited.pop(pod["metadata"]["uid"], None)

    def _deadline_changed(self, key: str, old: Obj, new: Obj) -> None:
        seconds, start = new["spec"].get("activeDeadlineSeconds"), (new.get("status") or {}).get("startTime")
        if start is not None and seconds is not None and old["spec"].get("activeDeadlineSeconds") != seconds:
            self.add_after(key, max(0, parse(start) + seconds * US_PER_SECOND - self.now))


def key_of(obj: Obj) -> str:
    """ "namespace/name"."""
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
