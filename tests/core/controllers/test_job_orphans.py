"""Pods do not hang on a finalizer that nobody takes off."""

from __future__ import annotations

from cluster_core.controllers.job_pods import TRACKING
from tests.core.controllers.job_objects import manifest
from tests.core.controllers.small_cluster import SmallCluster, pod


def test_orphans_of_a_job_lose_the_finalizer() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("own", run="60"))
    cluster.run(3)
    cluster.delete("jobs.batch", "own", propagation_policy="Orphan")
    cluster.run(3)
    (left,) = cluster.all("pods")
    assert not left["metadata"].get("finalizers") and not left["metadata"].get("ownerReferences")


def test_a_stray_finalizer_goes() -> None:
    cluster = SmallCluster()
    (made,) = cluster.create(
        pod("stray").replace("metadata: {name: stray,", f"metadata: {{finalizers: [{TRACKING}], name: stray,")
    )
    assert made["metadata"]["finalizers"] == [TRACKING]
    cluster.run(2)
    found = cluster.get("pods", "stray")
    assert found is not None and not found["metadata"].get("finalizers")


def test_a_pod_of_a_running_job_keeps_it() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("own", run="60"))
    cluster.run(3)
    assert cluster.all("pods")[0]["metadata"]["finalizers"] == [TRACKING]
