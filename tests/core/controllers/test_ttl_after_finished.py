"""Jobs that are over go when their time to live has passed, not before, and their pods with them."""

from __future__ import annotations

from cluster_core.controllers.ttl_after_finished import expires_at
from tests.core.controllers.job_objects import SECOND, job, manifest
from tests.core.controllers.small_cluster import SmallCluster

OVER = {"conditions": [{"type": "Failed", "status": "True", "lastTransitionTime": "2025-01-01T00:00:09Z"}]}


def test_when_a_job_goes() -> None:
    assert expires_at(job(OVER, ttlSecondsAfterFinished=5)) == 14 * SECOND
    assert expires_at(job(OVER)) is None
    assert expires_at(job({}, ttlSecondsAfterFinished=5)) is None


def test_it_goes_with_its_pods() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("ttl", "ttlSecondsAfterFinished: 5", run="1"))
    cluster.run(6)
    assert cluster.get("jobs.batch", "ttl") is not None
    cluster.run(5)
    assert cluster.get("jobs.batch", "ttl") is None and not cluster.all("pods")


def test_a_longer_time_to_live_is_seen_in_time() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("ttl", "ttlSecondsAfterFinished: 5", run="1"))
    cluster.run(6)
    cluster.patch("jobs.batch", "ttl", {"spec": {"ttlSecondsAfterFinished": 30}})
    cluster.run(10)
    assert cluster.get("jobs.batch", "ttl") is not None
    cluster.run(25)
    assert cluster.get("jobs.batch", "ttl") is None
