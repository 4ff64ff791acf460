"""The table of a DaemonSet gives what a look at every node would give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.controllers.daemon_table import Counts, DaemonTable, View, status_of
from tests.core.controllers.sets import Obj, daemon, daemon_owner, machine

NOW = 1_800_000_000_000_000
NAMES = ("n1", "n2", "n3")
COLD = {"key": "ice", "effect": "NoSchedule"}
HOT = {"key": "fire", "effect": "NoExecute"}


class Cluster:
    """Nodes and pods, told to a table one by one."""

    def __init__(self) -> None:
        self.owner = daemon_owner()
        self.nodes: dict[str, Obj] = {}
        self.pods: dict[str, Obj] = {}
        self.table = DaemonTable()

    def view(self, digest: str = "new") -> View:
        return View(self.owner, digest, self.nodes.get, NOW)

    def node(self, name: str, *taints: Obj) -> None:
        self.nodes[name] = machine(name, *taints)
        self.table.mark(name)

    def put(self, pod: Obj | None, key: str, node: str) -> None:
        if pod is None:
            self.pods.pop(key, None)
        else:
            self.pods[key] = pod
        self.table.put(node, key, pod)

    def refreshed(self) -> DaemonTable:
        self.table.refresh(self.view(), lambda: list(self.nodes))
        return self.table

    def afresh(self) -> DaemonTable:
        table = DaemonTable()
        for key, pod in self.pods.items():
            table.put(pod["spec"]["nodeName"], key, pod)
        table.refresh(self.view(), lambda: list(self.nodes))
        return table


def test_counts_are_those_of_the_status() -> None:
    cluster = Cluster()
    for name in NAMES:
        cluster.node(name)
    cluster.put(daemon("n1"), "a", "n1")
    cluster.put(daemon("n2", "old", ready=False), "b", "n2")
    assert cluster.refreshed().counts == Counts(desired=3, current=2, ready=1, updated=1, available=1, old=1)
    cluster.node("n1", COLD)
    assert cluster.refreshed().counts == Counts(desired=2, current=1, misscheduled=1, old=1)
    assert list(cluster.table.unsettled) == ["n3"]


def test_a_pod_that_has_ended_and_leaves_is_no_pod() -> None:
    cluster = Cluster()
    cluster.node("n1")
    gone = daemon("n1", deletionTimestamp="2026-01-01T00:00:00Z")
    gone["status"]["phase"] = "Succeeded"
    cluster.put(gone, "a", "n1")
    assert cluster.refreshed().counts.current == 0


def test_time_makes_pods_available_when_min_ready_seconds_are_asked() -> None:
    cluster = Cluster()
    cluster.owner["spec"]["minReadySeconds"] = 10
    cluster.node("n1")
    cluster.put(daemon("n1"), "a", "n1")
    early = View(cluster.owner, "new", cluster.nodes.get, 0)
    cluster.table.refresh(early, lambda: list(cluster.nodes))
    assert (cluster.table.counts.ready, cluster.table.counts.available) == (1, 0)
    assert cluster.refreshed().counts.available == 1


def test_a_pod_that_the_selector_no_longer_matches_is_a_stranger() -> None:
    table = DaemonTable()
    pod = daemon("n1")
    table.put("n1", "a", pod)
    table.put("n1", "a", pod, matches=False)
    assert list(table.strangers) == ["a"] and table.pods == {}


def test_the_generation_is_only_observed_when_the_set_was_looked_at() -> None:
    who = daemon_owner() | {"status": {"observedGeneration": 1, "collisionCount": 2}}
    who["metadata"]["generation"] = 4
    assert status_of(who, Counts(desired=1), True)["observedGeneration"] == 4
    status = status_of(who, Counts(desired=1), False)
    assert (status["observedGeneration"], status["collisionCount"], status["numberUnavailable"]) == (1, 2, 1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["node", "pod", "gone"]),
        st.sampled_from(NAMES),
        st.sampled_from(["new", "old"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


@given(STEPS)
def test_step_by_step_is_as_good_as_afresh(steps: list[tuple[str, str, str, bool, bool]]) -> None:
    cluster = Cluster()
    for what, name, digest, yes, look in steps:
        if what == "node":
            cluster.node(name, *([COLD] if yes else []), *([HOT] if look else []))
        elif what == "pod":
            cluster.put(daemon(name, digest, ready=yes), f"{name}/{digest}", name)
        else:
            cluster.put(None, f"{name}/{digest}", name)
        if look:
            cluster.refreshed()
    table, again = cluster.refreshed(), cluster.afresh()
    assert table.counts == again.counts
    assert dict(table.slots) == dict(again.slots)
    assert set(table.unsettled) == set(again.unsettled)
