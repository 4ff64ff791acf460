"""The rows choose as the plugins do: the same node, the same table, whatever happened to the nodes in between."""

from __future__ import annotations

import pickle
from random import Random
from typing import Any

import pytest

from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.score_rows import ScoreRows
from tests.core.scheduler.machines import profile

SIZES = (("1", "2Gi", "8"), ("4", "8Gi", "20"), ("16", "64Gi", "110"))


def node(name: str, draw: Random) -> NodeInfo:
    cpu, memory, pods = draw.choice(SIZES)
    taints = draw.choice(
        [
            [],
            [],
            [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}],
            [{"key": "old", "value": "", "effect": "PreferNoSchedule"}],
        ]
    )
    images = draw.choice([[], [{"names": ["web:1"], "sizeBytes": 900_000_000}]])
    return NodeInfo.of(
        {
            "metadata": {"name": name, "labels": {"zone": draw.choice("ab"), "kubernetes.io/hostname": name}},
            "spec": {"taints": taints, "unschedulable": draw.random() < 0.1},
            "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": pods}, "images": images},
        }
    )


def pod(number: int, draw: Random) -> PodInfo:
    wanted = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [PREFERRED]}}
    spec: dict[str, Any] = {
        "containers": [
            {
                "name": "web",
                "image": draw.choice(["web:1", "web:2"]),
                "resources": {"requests": {"cpu": draw.choice(["100m", "700m"]), "memory": "256Mi"}},
                "ports": draw.choice([[], [{"containerPort": 80, "hostPort": 80}]]),
            }
        ],
        "tolerations": draw.choice([[], [{"key": "gpu", "operator": "Exists"}]]),
        "affinity": draw.choice([{}, wanted]),
        "nodeSelector": draw.choice([{}, {"zone": "a"}]),
    }
    return PodInfo.of({"metadata": {"namespace": "default", "name": f"p{number}", "uid": f"u{number}"}, "spec": spec})


PREFERRED = {
    "weight": 7,
    "preference": {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b"]}]},
}


@pytest.mark.parametrize("seed", range(8))
def test_the_same_table_and_the_same_node_as_with_every_node_judged(seed: int) -> None:
    draw, cache, rules = Random(seed), NodeCache(), profile()
    rows = ScoreRows(rules)
    for number in range(25):
        cache.put(node(f"node-{number}", draw))
    placed: list[tuple[str, str]] = []
    for number in range(150):
        one, tie = pod(number, draw), Random(number)
        fast, _ = rows.schedule(one, cache, number, tie.randrange)
        slow, _ = schedule_one(one, cache.snapshot(), rules, number, Random(number).randrange)
        assert fast.as_card() == slow.as_card() and fast.message == slow.message
        assert fast.plugins() == slow.plugins() or fast.node is not None
        if fast.node is not None:
            cache.add_pod(fast.node, one)
            placed.append((fast.node, one.uid))
        _happen(number, draw, cache, placed)
        if number % 40 == 39:
            rows = pickle.loads(pickle.dumps(rows))


def _happen(number: int, draw: Random, cache: NodeCache, placed: list[tuple[str, str]]) -> None:
    if number % 7 == 6 and placed:
        name, uid = placed.pop(draw.randrange(len(placed)))
        if name in cache.nodes:
            cache.remove_pod(name, uid)
    if number % 31 == 30:
        cache.put(node(f"new-{number}", draw))
    if number % 53 == 52:
        cache.drop(draw.choice(list(cache.nodes)))


def test_a_checkpoint_leaves_the_rows_out() -> None:
    draw, cache = Random(1), NodeCache()
    cache.put(node("node-1", draw))
    rows = ScoreRows(profile())
    empty = len(pickle.dumps(rows))
    rows.schedule(pod(1, draw), cache, 0, draw.randrange)
    assert len(pickle.dumps(rows)) == empty
