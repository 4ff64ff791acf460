"""Strange objects that the API server accepts: no component may fall over them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.kinds import KINDS
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.view import Projector
from cluster_core.sim.kernel import US_PER_SECOND
from tests.properties.seeds import META, SEEDS
from tests.properties.test_api_fuzz import JSON, KNOWN, spoilt


@lru_cache(maxsize=1)
def booted() -> Cluster:
    """A small cluster at time 0, to be forked."""
    return Cluster(ClusterConfig(nodes=1, etcd_members=1), 7)


@st.composite
def manifests(draw: st.DrawFn) -> dict[str, Any]:
    """An object of some kind, mostly right."""
    kind = draw(st.sampled_from(KNOWN))
    seed = {"metadata": {**META, "finalizers": []}, **SEEDS[kind.kind]}
    body = draw(st.one_of(st.just(seed), spoilt(seed), spoilt(seed)))
    body = body if isinstance(body, dict) else {}
    meta = body.get("metadata") if isinstance(body.get("metadata"), dict) else {}
    return {**body, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": {**meta, "name": "x"}}


@pytest.mark.slow
@settings(max_examples=60, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.lists(manifests(), min_size=1, max_size=4), then=st.lists(manifests(), max_size=3), odd=JSON)
def test_components_survive_whatever_is_stored(first: list[Any], then: list[Any], odd: Any) -> None:
    cluster, projector = booted().fork(), Projector()
    for objects in (first, then, [{**then[-1], "metadata": odd}] if then else []):
        if not objects:
            continue
        index = cluster.apply(Command("apply", {"objects": objects}))
        results = cluster.run_until_answered(index)
        assert results is not None
        assert len(results) == len(objects)
        json.dumps(results)
        cluster.advance(cluster.now + 20 * US_PER_SECOND, 100_000)
        projector.update(cluster.world, cluster.trace)
        json.dumps(projector.keyframe())
    for obj in first:
        kind = next(kind for kind in KINDS if kind.kind == obj["kind"])
        cluster.apply(Command("delete", {"resource": kind.resource, "name": "x"}))
    cluster.advance(cluster.now + 60 * US_PER_SECOND, 200_000)
