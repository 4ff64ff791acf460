"""When the Job controller looks: at once after a user's change, a second after everything else, once for many changes."""

from __future__ import annotations

from tests.core.controllers.job_objects import manifest
from tests.core.controllers.small_cluster import SmallCluster


def turns(cluster: SmallCluster) -> int:
    return cluster.world.manager.controllers["job-controller"].turns


def test_changes_of_pods_are_looked_at_together() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("many", "completions: 8\nparallelism: 8", run="60"))
    cluster.run(8)
    assert len(cluster.all("pods")) == 8
    assert turns(cluster) <= 6, "not one turn per change"


def test_a_users_change_is_looked_at_at_once() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("par", "completions: 8\nparallelism: 1", run="60"))
    cluster.run(5)
    before = turns(cluster)
    cluster.patch("jobs.batch", "par", {"spec": {"parallelism": 2}})
    cluster.run(0.1)
    assert turns(cluster) > before and len(cluster.all("pods")) == 2


def test_a_shorter_deadline_wakes_it() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("dead", "activeDeadlineSeconds: 3600", run="6000"))
    cluster.run(5)
    cluster.patch("jobs.batch", "dead", {"spec": {"activeDeadlineSeconds": 10}})
    cluster.run(8)
    assert cluster.events("DeadlineExceeded")


def test_a_pod_whose_job_is_gone_is_nobodys() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("gone", "parallelism: 1", run="60"))
    cluster.run(3)
    cluster.delete("jobs.batch", "gone", propagation_policy="Background")
    cluster.run(5)
    assert not cluster.all("pods")
