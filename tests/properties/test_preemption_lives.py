"""Preemption under any workload: whom it may cost, that it costs no more than needed, and that nobody is lost in the queue."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.request import Obj
from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_info import NodeInfo, Snapshot
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.preemption import BUDGETS, preempt, split_by_budget
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.scheduler import Scheduler
from tests.core.controllers.small_cluster import SmallCluster
from tests.core.scheduler.machines import node, pod, profile

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
APPS = ("a", "b", "c")
PRIORITIES = {"low": 0, "mid": 10, "high": 20}

running = st.tuples(st.sampled_from(APPS), st.integers(0, 3), st.integers(1, 4))
nodes = st.lists(st.lists(running, max_size=4), min_size=1, max_size=5)
budgets = st.dictionaries(st.sampled_from(APPS), st.integers(0, 2))
CLASSES = "".join(
    f"---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\nvalue: {value}\n"
    for name, value in PRIORITIES.items()
)
arrivals = st.lists(
    st.tuples(st.sampled_from([*PRIORITIES]), st.integers(1, 8), st.integers(0, 3)), min_size=4, max_size=12
)


def _nodes(given: list[list[tuple[str, int, int]]]) -> dict[str, NodeInfo]:
    found = {}
    for place, there in enumerate(given):
        info, free = node(f"n{place}", cpu="6"), 6
        for number, (app, priority, cpu) in enumerate(there):
            if cpu <= free:
                info.add_pod(pod(f"{app}-{place}-{number}", cpu=str(cpu), priority=priority, labels={"app": app}))
                free -= cpu
        found[info.name] = info
    return found


def _budgets(given: dict[str, int]) -> list[Obj]:
    return [
        {
            "metadata": {"name": app, "namespace": "default"},
            "spec": {"selector": {"matchLabels": {"app": app}}},
            "status": {"disruptionsAllowed": allowed},
        }
        for app, allowed in given.items()
    ]


def _fits(asking: PodInfo, info: NodeInfo, without: list[PodInfo]) -> bool:
    there = info.copy()
    for other in without:
        there.remove_pod(other.uid)
    return schedule_one(asking, Snapshot({there.name: there}), profile(), 0, lambda count: 0)[0].node is not None


@SETTINGS
@given(nodes, budgets, st.integers(0, 4), st.integers(1, 6), st.integers(0, 4))
def test_victims_are_few_unimportant_and_within_budgets_if_possible(
    there: list[list[tuple[str, int, int]]], allowed: dict[str, int], priority: int, cpu: int, lot: int
) -> None:
    asking, known = pod("asking", cpu=str(cpu), priority=priority), _budgets(allowed)
    snapshot = Snapshot(_nodes(there), lister=ObjectLister({BUDGETS: known}), chance=lambda _what, count: lot % count)
    verdict, _ = schedule_one(asking, snapshot, profile(), 0, lambda count: 0)
    if verdict.node is not None:
        return
    state = CycleState()
    profile().pre_filter(state, asking, snapshot)
    found = preempt(profile(), state, asking, snapshot, verdict.refused)
    for candidate in found.candidates:
        info = snapshot.nodes[candidate.node]
        assert all(victim.priority < priority for victim in candidate.victims)
        assert _fits(asking, info, candidate.victims)
        for spared in candidate.victims:
            assert not _fits(asking, info, [one for one in candidate.victims if one is not spared]), (
                "no more than needed"
            )
        against, _within = split_by_budget(candidate.victims, known)
        assert candidate.violations >= len(against)
    if found.chosen is not None:
        assert found.chosen.violations == min(one.violations for one in found.candidates)
        assert found.chosen.costs() == min(one.costs() for one in found.candidates)
    else:
        lower = {
            name: [one for one in info.pods.values() if one.priority < priority]
            for name, info in snapshot.nodes.items()
        }
        assert not any(_fits(asking, info, lower[name]) for name, info in snapshot.nodes.items() if lower[name])


def _arrival(name: str, priority: str, cpu: int, term: int) -> str:
    notes = f'sim.orrery/start-seconds: "0.2", sim.orrery/term-seconds: "{term}"'
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, annotations: {{{notes}}}}}\n"
        f"spec: {{priorityClassName: {priority}, terminationGracePeriodSeconds: 10, "
        f'containers: [{{name: c, image: "nginx:1.25", resources: {{requests: {{cpu: "{cpu}"}}}}}}]}}\n'
    )


def _nobody_is_lost(scheduler: Scheduler, pods: list[Obj]) -> None:
    queue = scheduler.queue
    pools: list[dict[str, Any]] = [queue.active, queue.backoff, queue.unschedulable, queue.in_flight]
    for one in pods:
        key = f"default/{one['metadata']['name']}"
        assert sum(key in pool for pool in pools) <= 1, "a pod is in one place"
        if not one["spec"].get("nodeName"):
            assert any(key in pool for pool in pools), f"{key} is nowhere"


@FEW
@given(arrivals)
def test_in_a_cluster_the_important_ones_run_and_the_others_wait(given: list[tuple[str, int, int]]) -> None:
    cluster = SmallCluster()
    cluster.create(CLASSES)
    for number, (priority, cpu, term) in enumerate(given):
        cluster.create(_arrival(f"p{number}", priority, cpu, term))
        cluster.run(0.4)
        _nobody_is_lost(cluster.world.scheduler, cluster.all("pods"))
    cluster.run(60)
    pods, scheduler = cluster.all("pods"), cluster.world.scheduler
    _nobody_is_lost(scheduler, pods)
    assert not scheduler.preempting and not scheduler.queue.in_flight
    of = {f"default/p{number}": PRIORITIES[priority] for number, (priority, _, _) in enumerate(given)}
    for told in cluster.told("scheduler.preempted"):
        mine = of[told["object"].removeprefix("pod/")]
        assert all(of[victim] < mine for victim in told["victims"])
    waiting = [one for one in pods if not one["spec"].get("nodeName")]
    for one in waiting:
        request = int(one["spec"]["containers"][0]["resources"]["requests"]["cpu"])
        for info in scheduler.nodes.values():
            lower = sum(other.requests.cpu for other in info.pods.values() if other.priority < one["spec"]["priority"])
            free = info.allocatable.cpu - info.requested.cpu
            assert free + lower < 1000 * request, "nobody waits who would fit, or could make room"
