"""The tally of owned pods is what counting them gives, whatever changed and in whatever order."""

from __future__ import annotations

from random import Random
from typing import Any

from cluster_core.api.objects import is_pod_active, is_pod_ready
from cluster_core.client.informer import Informer
from cluster_core.client.owned_pods import OwnedPods


def _pod(name: str, draw: Random) -> dict[str, Any]:
    owner = draw.choice(["rs-1", "rs-2", ""])
    meta: dict[str, Any] = {"name": name, "namespace": "default", "labels": {"app": draw.choice("ab")}}
    if owner:
        meta["ownerReferences"] = [{"uid": owner, "controller": True}]
    if draw.random() < 0.2:
        meta["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    ready = {"type": "Ready", "status": draw.choice(["True", "False"])}
    return {"metadata": meta, "status": {"phase": draw.choice(["Running", "Failed"]), "conditions": [ready]}}


def _counted(informer: Informer, uid: str) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    found: dict[tuple[Any, ...], list[int]] = {}
    for pod in informer.objects():
        if any(one["uid"] == uid for one in pod["metadata"].get("ownerReferences", ())):
            counts = found.setdefault(tuple(pod["metadata"]["labels"].items()), [0, 0, 0])
            active = is_pod_active(pod)
            for place, one in enumerate((True, active, active and is_pod_ready(pod))):
                counts[place] += one
    return {labels: (counts[0], counts[1], counts[2]) for labels, counts in found.items()}


def test_the_tally_equals_counting() -> None:
    draw, tally = Random(4), OwnedPods()
    informer = Informer("pods", tallies={"owned": tally})
    for _ in range(600):
        name = f"p{draw.randrange(40)}"
        informer.put(f"default/{name}", None if draw.random() < 0.3 else _pod(name, draw))
        for uid in ("rs-1", "rs-2"):
            told = {labels: (one.total, one.active, one.ready) for labels, one in tally.of(uid).items()}
            assert told == _counted(informer, uid)
    informer.clear()
    assert tally.of("rs-1") == {}
