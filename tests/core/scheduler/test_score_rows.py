"""The rows choose as the plugins do: the same node, the same table, whatever happened to the nodes in between."""

from __future__ import annotations

import pickle
from random import Random
from typing import Any

import pytest

from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.score_rows import ScoreRows
from tests.core.scheduler.machines import profile

SIZES = (("1", "2Gi", "8"), ("4", "8Gi", "20"), ("16", "64Gi", "110"))
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
SERVICE = {"metadata": {"namespace": "default", "name": "web"}, "spec": {"selector": {"app": "web"}}}
TEAM = {"metadata": {"name": "team", "labels": {"team": "x"}}}
LISTER = ObjectLister({"services": [SERVICE], "namespaces": [TEAM]})
TAINTS = (
    [],
    [],
    [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}],
    [{"key": "old", "value": "", "effect": "PreferNoSchedule"}],
)


def node(name: str, draw: Random) -> NodeInfo:
    cpu, memory, pods = draw.choice(SIZES)
    labels = {HOST: name, "zone": draw.choice("ab"), ZONE: draw.choice("uvw"), "rack": name[-1]}
    if draw.random() < 0.2:
        del labels[ZONE]
    images = draw.choice([[], [{"names": ["web:1"], "sizeBytes": 900_000_000}]])
    return NodeInfo.of(
        {
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": draw.choice(TAINTS), "unschedulable": draw.random() < 0.1},
            "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": pods}, "images": images},
        }
    )


def pod(number: int, draw: Random) -> PodInfo:
    spec: dict[str, Any] = {
        "containers": [
            {
                "name": "web",
                "image": draw.choice(["web:1", "web:2"]),
                "resources": {"requests": {"cpu": draw.choice(["100m", "700m"]), "memory": "256Mi"}},
                "ports": draw.choice([[], [], [{"containerPort": 80, "hostPort": 80}]]),
            }
        ],
        "tolerations": draw.choice([[], [{"key": "gpu", "operator": "Exists"}]]),
        "affinity": affinity(draw),
        "nodeSelector": draw.choice([{}, {}, {"zone": "a"}]),
        "priority": draw.choice([0, 10]),
    }
    if draw.random() < 0.4:
        spec["topologySpreadConstraints"] = [constraint(draw) for _ in range(draw.choice([1, 2]))]
    labels = {"app": draw.choice(["web", "db", "solo"])}
    meta = {
        "namespace": draw.choice(["default", "default", "team"]),
        "name": f"p{number}",
        "uid": f"u{number}",
        "labels": labels,
    }
    if draw.random() < 0.1:
        meta["deletionTimestamp"] = "2020-01-01T00:00:00Z"
    return PodInfo.of({"metadata": meta, "spec": spec})


def constraint(draw: Random) -> dict[str, Any]:
    return {
        "maxSkew": draw.choice([1, 2]),
        "topologyKey": draw.choice([ZONE, HOST, "rack"]),
        "whenUnsatisfiable": draw.choice(["DoNotSchedule", "ScheduleAnyway"]),
        "labelSelector": draw.choice([{"matchLabels": {"app": "web"}}, {}, None]),
        **draw.choice([{}, {"nodeTaintsPolicy": "Honor"}, {"nodeAffinityPolicy": "Ignore"}]),
    }


def affinity(draw: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw.random() < 0.3:
        expression = {"key": "zone", "operator": "In", "values": ["b"]}
        found["nodeAffinity"] = {PREFERRED: [{"weight": 7, "preference": {"matchExpressions": [expression]}}]}
    for side in ("podAffinity", "podAntiAffinity"):
        if draw.random() < 0.15:
            found.setdefault(side, {})[REQUIRED] = [term(draw)]
        if draw.random() < 0.2:
            found.setdefault(side, {})[PREFERRED] = [{"weight": draw.choice([3, 50]), "podAffinityTerm": term(draw)}]
    return found


def term(draw: Random) -> dict[str, Any]:
    return {
        "topologyKey": draw.choice([ZONE, HOST, "rack"]),
        "labelSelector": {"matchLabels": {"app": draw.choice(["web", "db", "solo"])}},
        **draw.choice([{}, {}, {"namespaceSelector": {"matchLabels": {"team": "x"}}}, {"namespaceSelector": {}}]),
    }


def follow(seed: int, nodes: int, pods: int, rules: Profile) -> int:
    """Schedule random pods both ways while random things happen; how many got a node from a row."""
    draw, cache, rows, start, kept = Random(seed), NodeCache(LISTER), ScoreRows(rules), 0, 0
    for number in range(nodes):
        cache.put(node(f"node-{number}", draw))
    placed: list[tuple[str, str]] = []
    kinds = [pod(number, draw).pod for number in range(12)]
    for number in range(pods):
        given = draw.choice(kinds)
        one = PodInfo.of({**given, "metadata": {**given["metadata"], "name": f"p{number}", "uid": f"u{number}"}})
        fast, state = rows.schedule(one, cache, number, Random(number).randrange, start)
        slow, _ = schedule_one(one, cache.snapshot(), rules, number, Random(number).randrange, start)
        assert fast.as_card() == slow.as_card() and fast.message == slow.message
        assert fast.looked_at == slow.looked_at
        assert fast.plugins() == slow.plugins() or fast.node is not None
        start = (start + fast.looked_at) % fast.nodes
        if fast.node is not None:
            kept += not state.data
            cache.add_pod(fast.node, one)
            placed.append((fast.node, one.uid))
        _happen(number, draw, cache, placed)
        if number % 40 == 39:
            rows = pickle.loads(pickle.dumps(rows))
    return kept


def _happen(number: int, draw: Random, cache: NodeCache, placed: list[tuple[str, str]]) -> None:
    if number % 5 == 4 and placed:
        name, uid = placed.pop(draw.randrange(len(placed)))
        if name in cache.nodes:
            cache.remove_pod(name, uid)
    if number % 31 == 30:
        cache.put(node(f"new-{number}", draw))
    if number % 53 == 52:
        cache.drop(draw.choice(list(cache.nodes)))
    if number % 11 == 10:
        there = cache.nodes[draw.choice(list(cache.nodes))]
        images = draw.choice(
            [[], [{"names": ["web:1"], "sizeBytes": 900_000_000}], [{"names": ["x:1"], "sizeBytes": 9}]]
        )
        other = NodeInfo.of({**there.node, "status": {**there.node["status"], "images": images}})
        for one in there.pods.values():
            other.add_pod(one)
        cache.put(other)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_table_and_the_same_node_as_with_every_node_judged(seed: int) -> None:
    assert follow(seed, nodes=12, pods=100, rules=profile()) > 40


def test_the_same_where_only_some_of_many_nodes_are_looked_at() -> None:
    assert follow(7, nodes=230, pods=40, rules=profile()) > 20


def test_a_profile_with_other_weights_and_percentages() -> None:
    rules = Profile(profile().plugins, weights={"PodTopologySpread": 5, "InterPodAffinity": 7}, percentage=100)
    assert follow(8, nodes=110, pods=40, rules=rules) > 20


def test_a_profile_that_leaves_plugins_out_of_a_point() -> None:
    spread, affinity = {"PodTopologySpread"}, {"InterPodAffinity"}
    without = {"pre_score": spread, "score": spread, "pre_filter": affinity, "filter": affinity}
    assert follow(9, nodes=14, pods=60, rules=Profile(profile().plugins, without=without)) > 20


def test_a_checkpoint_leaves_the_rows_out() -> None:
    draw, cache = Random(1), NodeCache()
    cache.put(node("node-1", draw))
    rows = ScoreRows(profile())
    empty = len(pickle.dumps(rows))
    rows.schedule(pod(1, draw), cache, 0, draw.randrange)
    assert len(pickle.dumps(rows)) == empty
