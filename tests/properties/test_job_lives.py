"""Jobs in any life of a cluster: never more pods than they may have, no pod counted twice or lost, and in the end a verdict."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.objects import is_pod_active, owner_controller
from cluster_core.api.request import Obj
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.controllers.job_indexes import index_of
from cluster_core.controllers.job_pods import finished_condition, is_indexed, is_tracked
from tests.properties.workload import FAR, Act, faults, heal_all, times

SECOND = 1_000_000
MINUTE = 60 * SECOND
# How long a controller may still act on a spec that has just been changed.
BLIND = 5 * SECOND
NAMES = ("one", "two")
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=40, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))


class JobWatcher:
    """Looks at the Jobs and their pods whenever an object has changed."""

    def __init__(self, cluster: Cluster) -> None:
        self.world = cluster.world
        self.revision = 0
        self.parallelism: dict[str, list[tuple[int, int]]] = {}
        self.counted: dict[str, tuple[int, int]] = {}
        self.pods: dict[str, dict[str, None]] = {}

    def look(self) -> None:
        """Check every Job."""
        if self.world.revision == self.revision:
            return
        self.revision = self.world.revision
        owned: dict[str, list[Obj]] = {}
        for pod in self.world.objects("pods").values():
            owner = owner_controller(pod)
            if owner is not None and owner["kind"] == "Job":
                owned.setdefault(owner["uid"], []).append(pod)
                self.pods.setdefault(owner["uid"], {})[pod["metadata"]["uid"]] = None
        for job in self.world.objects("jobs.batch").values():
            self._check(job, owned.get(job["metadata"]["uid"], []))

    def _check(self, job: Obj, pods: list[Obj]) -> None:
        spec, status, uid = job["spec"], job.get("status") or {}, job["metadata"]["uid"]
        active = [pod for pod in pods if is_pod_active(pod)]
        most = self._most(uid, spec["parallelism"])
        assert len(active) <= most, f"{len(active)} active, parallelism {most}"
        succeeded, failed = status.get("succeeded", 0), status.get("failed", 0)
        assert succeeded + len(active) <= spec["completions"], f"{succeeded} succeeded and {len(active)} run"
        before = self.counted.get(uid, (0, 0))
        assert succeeded >= before[0] and failed >= before[1], f"{before} became {(succeeded, failed)}"
        self.counted[uid] = (succeeded, failed)
        assert succeeded + failed <= len(self.pods.get(uid, ())), "more pods counted than there were"
        assert failed <= spec["backoffLimit"] + most, f"{failed} failed, limit {spec['backoffLimit']}"
        if is_indexed(job):
            indexes = [index_of(pod) for pod in active]
            assert len(indexes) == len(set(indexes)), f"indexes {indexes}"
        if finished_condition(job):
            assert not active, "a Job that is over has no pods that run"

    def _most(self, uid: str, parallelism: int) -> int:
        now = self.world.sim.now
        known = self.parallelism.setdefault(uid, [(now, parallelism)])
        if known[-1][1] != parallelism:
            known.append((now, parallelism))
        recent = [
            value
            for number, (_, value) in enumerate(known)
            if number + 1 == len(known) or now - known[number + 1][0] < BLIND
        ]
        return max(recent)


def jobs() -> st.SearchStrategy[Act]:
    """Create a Job."""
    spec = st.fixed_dictionaries(
        {
            "completions": st.integers(1, 6),
            "parallelism": st.integers(1, 4),
            "indexed": st.booleans(),
            "run": st.sampled_from([0, 1, 3, 8]),
            "fail": st.sampled_from([0, 0, 1, 3]),
            "policy": st.sampled_from(["TerminatingOrFailed", "Failed"]),
            "limit": st.sampled_from([0, 2, 6]),
            "deadline": st.sampled_from([None, None, 12]),
        }
    ).map(lambda found: tuple(sorted(found.items(), key=lambda item: item[0])))
    return st.builds(Act, times(), st.just("job"), st.sampled_from(NAMES), st.just(0), spec)


def changes() -> st.SearchStrategy[Act]:
    """Change a Job's parallelism, suspend or resume it, delete one of its pods, or it."""
    what = st.sampled_from(
        ["parallelism", "suspend", "resume", "delete-pod", "delete-pod", "controllers", "delete-job"]
    )
    return st.builds(Act, times(), what, st.sampled_from(NAMES), st.integers(0, 4))


def lives(rough: bool) -> st.SearchStrategy[list[Act]]:
    """A Job, and what happens then."""
    more = st.one_of(jobs(), changes(), faults()) if rough else st.one_of(jobs(), changes())
    return st.builds(lambda first, rest: [first, *rest], jobs(), st.lists(more, min_size=1, max_size=7))


def manifest(act: Act) -> str:
    """The Job of an act."""
    found = dict(act.spec)
    notes = {"run-seconds": found["run"], "fail-first": found["fail"], "start-seconds": 0.5, "term-seconds": 1}
    annotations = {f"sim.orrery/{name}": str(value) for name, value in notes.items()}
    container = {"name": "c", "image": "busybox"}
    spec: dict[str, Any] = {
        "completions": found["completions"],
        "parallelism": found["parallelism"],
        "completionMode": "Indexed" if found["indexed"] else "NonIndexed",
        "podReplacementPolicy": found["policy"],
        "backoffLimit": found["limit"],
        "template": {
            "metadata": {"annotations": annotations},
            "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 5, "containers": [container]},
        },
    }
    if found["deadline"]:
        spec["activeDeadlineSeconds"] = found["deadline"]
    return json.dumps({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": act.name}, "spec": spec})


def patched(act: Act) -> Command:
    """A patch of a Job's spec, as an outside client sends it."""
    spec = {"parallelism": act.number} if act.what == "parallelism" else {"suspend": act.what == "suspend"}
    request = {
        "verb": "patch",
        "resource": "jobs.batch",
        "namespace": "default",
        "name": act.name,
        "body": {"spec": spec},
    }
    who = {"user": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"], "agent": "test"}
    return Command(
        "request", {**request, **who, "version": "v1", "subresource": "", "options": {"patch_type": "merge"}}
    )


def act_on(cluster: Cluster, act: Act) -> None:
    """Do what an act says."""
    if act.what == "job" and f"default/{act.name}" not in cluster.world.objects("jobs.batch"):
        cluster.apply(Command("apply", {"manifest": manifest(act)}))
    elif act.what in ("parallelism", "suspend", "resume"):
        cluster.apply(patched(act))
    elif act.what == "delete-pod":
        names = sorted(key.partition("/")[2] for key in cluster.world.objects("pods") if key.startswith("default/"))
        if names:
            cluster.apply(Command("delete", {"resource": "pods", "name": names[act.number % len(names)]}))
    elif act.what == "delete-job":
        cluster.apply(Command("delete", {"resource": "jobs", "name": act.name}))
    elif act.what == "controllers":
        # What it had sent is carried out meanwhile: a program takes its time to begin again.
        cluster.world.manager.crash()
        cluster.advance(cluster.now + SECOND, FAR)
        cluster.world.manager.restart()
    elif act.what != "job":
        cluster.apply(Command("fault", {"fault": act.what, "target": act.name}))


def check(acts: list[Act], seed: int) -> None:
    """Live, mend everything, resume every Job, and wait for its verdict."""
    cluster = Cluster(ClusterConfig(controller_qps=0, kube_system=False), seed)
    watcher = JobWatcher(cluster)
    for act in acts:
        _run(cluster, cluster.now + act.after, watcher)
        act_on(cluster, act)
    heal_all(cluster)
    for act in (Act(MINUTE, what, name, 4) for name in NAMES for what in ("resume", "parallelism")):
        _run(cluster, cluster.now + act.after, watcher)
        act_on(cluster, act)
    _run(cluster, cluster.now + 30 * MINUTE, watcher)
    for key, job in cluster.world.objects("jobs.batch").items():
        verdict, status = finished_condition(job), job["status"]
        assert verdict, f"{key} has no verdict: {status}"
        assert not any((status.get("uncountedTerminatedPods") or {}).values()), status
        if verdict == "Complete":
            assert status["succeeded"] == job["spec"]["completions"]
    left = [pod for pod in cluster.world.objects("pods").values() if is_tracked(pod)]
    assert left == [], f"finalizers are left on {[pod['metadata']['name'] for pod in left]}"


def _run(cluster: Cluster, until: int, watcher: JobWatcher) -> None:
    while (at := cluster.world.sim.next_at()) is not None and at <= until:
        cluster.step()
        watcher.look()
    cluster.advance(until, FAR)


@FEW
@given(acts=lives(rough=False), seed=st.integers(0, 1000))
def test_jobs_in_calm_lives(acts: list[Act], seed: int) -> None:
    check(acts, seed)


@FEW
@given(acts=lives(rough=True), seed=st.integers(0, 1000))
def test_jobs_in_rough_lives(acts: list[Act], seed: int) -> None:
    check(acts, seed)


@pytest.mark.slow
@MANY
@given(acts=lives(rough=False), seed=st.integers(0, 1000))
def test_jobs_in_many_calm_lives(acts: list[Act], seed: int) -> None:
    check(acts, seed)


@pytest.mark.slow
@MANY
@given(acts=lives(rough=True), seed=st.integers(0, 1000))
def test_jobs_in_many_rough_lives(acts: list[Act], seed: int) -> None:
    check(acts, seed)
