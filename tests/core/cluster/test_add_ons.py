"""Add-ons and their manifests."""

from __future__ import annotations

import pytest

from cluster_core.cluster.add_ons import ADD_ONS, OPTIONAL, objects_of, yaml_of
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig

SECOND = 1_000_000


def test_a_manifest_has_the_workloads_that_are_the_add_on() -> None:
    for add_on in ADD_ONS:
        if add_on.built_in:
            with pytest.raises(KeyError):
                yaml_of(add_on.name)
            continue
        made = {f"{obj['metadata'].get('namespace')}/{obj['metadata']['name']}" for obj in objects_of(add_on.name)}
        assert {key for _, key in add_on.workloads} <= made
        assert {obj["metadata"].get("namespace", "kube-system") for obj in objects_of(add_on.name)} == {"kube-system"}


def test_a_cluster_may_begin_with_all_of_them() -> None:
    objects = tuple(obj for name in OPTIONAL for obj in objects_of(name))
    cluster = Cluster(ClusterConfig(nodes=2, objects=objects), seed=3)
    cluster.advance(60 * SECOND, 10**7)
    for add_on in ADD_ONS:
        for resource, key in add_on.workloads:
            status = cluster.world.objects(resource)[key]["status"]
            assert status.get("availableReplicas", status.get("numberAvailable")) in (1, 2, 3), key


def test_the_entry_of_the_dashboard_leads_to_the_page_of_the_run() -> None:
    address = "http://127.0.0.1:8000/runs/abc/"
    assert f"--explorer={address}" in yaml_of("dashboard", address)
