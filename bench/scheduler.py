"""Scheduler decisions per CPU-second: one pod after the other gets a node of the cache, with the placements of the plain plugins.

    PYTHONHASHSEED=0 .venv/bin/python bench/scheduler.py [--nodes 100 1000 5000] [--pods 2000] [--checks 20] [--cases plain spread …]

A decision is `ScoreRows.schedule` and the assumption of the pod on its node; API requests and Events are not in it. `--checks`
decisions of each case are made by `schedule_one` too, which asks every plugin about every node: table and node have to be the same.
The figure is the ratio against the reference loop; the hash is that of all placements.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.reference_loop import Stopwatch
from cluster_core.scheduler.lister import ObjectLister
from cluster_core.scheduler.node_cache import NodeCache
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.plugins import PLUGINS
from cluster_core.scheduler.pod_info import PodInfo
from cluster_core.scheduler.profile import Profile
from cluster_core.scheduler.schedule_one import schedule_one
from cluster_core.scheduler.score_rows import ScoreRows

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
Spec = dict[str, Any]


def node(number: int) -> NodeInfo:
    """A large machine in one of three zones."""
    name = f"node-{number}"
    allocatable = {"cpu": "64", "memory": "256Gi", "pods": "250", "ephemeral-storage": "1Ti"}
    labels = {HOST: name, ZONE: f"zone-{number % 3}"}
    return NodeInfo.of(
        {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": {"allocatable": allocatable}}
    )


def _spread(kind: int) -> Spec:
    selector = {"matchLabels": {"app": f"app-{kind}"}}
    rule = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
    return {"topologySpreadConstraints": [rule]}


def _affinity(side: str, key: str, kind: int) -> Spec:
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": f"app-{kind}"}}}
    return {"affinity": {side: {REQUIRED: [term]}}}


CASES: dict[str, tuple[Callable[[int], Spec], bool, int]] = {
    "plain": (lambda kind: {}, False, 100),
    "plain, sampled": (lambda kind: {}, False, 0),
    "default spread": (lambda kind: {}, True, 100),
    "default spread, sampled": (lambda kind: {}, True, 0),
    "zone spread": (_spread, False, 0),
    "anti-affinity": (lambda kind: _affinity("podAntiAffinity", HOST, kind), False, 0),
    "affinity": (lambda kind: _affinity("podAffinity", ZONE, kind), False, 0),
}
"""By name: what the pods of a kind ask for, whether a Service selects them, percentageOfNodesToScore (0: the default)."""


def template(kind: int, more: Spec) -> Spec:
    """The pods of one signature: each kind asks for another amount."""
    requests = {"cpu": f"{10 + kind}m", "memory": f"{16 + kind}Mi"}
    container = {"name": "web", "image": "nginx:1.27", "resources": {"requests": requests}}
    meta = {"namespace": "default", "labels": {"app": f"app-{kind}"}}
    return {"metadata": meta, "spec": {"containers": [container], "schedulerName": "default-scheduler", **more}}


def named(given: Spec, number: int) -> PodInfo:
    """A pod of a template."""
    meta = {**given["metadata"], "name": f"pod-{number}", "uid": f"uid-{number}"}
    return PodInfo.of({"metadata": meta, "spec": given["spec"]})


def run(case: str, nodes: int, kinds: int, pods: int, checks: int) -> None:
    """One line of figures."""
    more, served, percentage = CASES[case]
    services = [_service(kind) for kind in range(kinds)] if served else []
    cache, profile = NodeCache(ObjectLister({"services": services})), Profile([kind() for kind in PLUGINS])
    profile.percentage = percentage
    for number in range(nodes):
        cache.put(node(number))
    templates = [template(kind, more(kind)) for kind in range(kinds)]
    rows, draw, start, digest, made = ScoreRows(profile), Random(1), 0, hashlib.sha256(), 0
    order = Random(2)
    for number in range(kinds):  # the first pod of each signature makes its row
        start = _place(rows, cache, named(templates[number], number), draw, start, digest)
    with Stopwatch() as watch:
        for number in range(kinds, kinds + pods):
            given = templates[order.randrange(kinds)]
            start = _place(rows, cache, named(given, number), draw, start, digest)
            made += 1
    for number in range(checks):
        _check(rows, cache, profile, named(templates[number % kinds], 10**9 + number), start)
    print(
        f"{case:24} {nodes:5} nodes {kinds:4} signatures: {made / watch.cpu:9,.0f} decisions/CPU-s, "
        f"{watch.ratio(made):8,.1f} reference events each, {checks} checked, {digest.hexdigest()[:12]}",
        flush=True,
    )


def _place(rows: ScoreRows, cache: NodeCache, pod: PodInfo, draw: Random, start: int, digest: Any) -> int:
    verdict, _ = rows.schedule(pod, cache, 0, draw.randrange, start)
    if verdict.node is not None:
        cache.add_pod(verdict.node, pod)
    digest.update(f"{verdict.node} ".encode())
    return (start + verdict.looked_at) % verdict.nodes


def _check(rows: ScoreRows, cache: NodeCache, profile: Profile, pod: PodInfo, start: int) -> None:
    fast, _ = rows.schedule(pod, cache, 0, Random(3).randrange, start)
    slow, _ = schedule_one(pod, cache.snapshot(), profile, 0, Random(3).randrange, start)
    assert fast.as_card() == slow.as_card() and fast.looked_at == slow.looked_at, (fast, slow)


def _service(kind: int) -> Spec:
    meta = {"namespace": "default", "name": f"app-{kind}"}
    return {"metadata": meta, "spec": {"selector": {"app": f"app-{kind}"}}}


def main() -> None:
    """Every case at every size with 1 and 100 signatures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, nargs="+", default=[100, 1_000, 5_000])
    parser.add_argument("--signatures", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--pods", type=int, default=2_000)
    parser.add_argument("--checks", type=int, default=3)
    parser.add_argument("--cases", nargs="+", default=list(CASES))
    given = parser.parse_args()
    for case in given.cases:
        for nodes in given.nodes:
            for kinds in given.signatures:
                run(case, nodes, kinds, given.pods, given.checks)


if __name__ == "__main__":
    main()
