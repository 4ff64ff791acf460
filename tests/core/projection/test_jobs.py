"""How far Jobs are and when CronJobs run next: the parts follow a run of real ones."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.projection.jobs import cron_job_part, job_part, next_firings

SECOND = 1_000_000
BROKEN = """
apiVersion: batch/v1
kind: Job
metadata: {name: broken}
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: [sh, -c, "sleep 1; exit 3"]}]
"""
INDEXED = """
apiVersion: batch/v1
kind: Job
metadata: {name: grid}
spec:
  completions: 4
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: [sh, -c, "sleep 1; test $JOB_COMPLETION_INDEX != 2"]}]
"""


def started(manifest: str) -> Cluster:
    cluster = Cluster(ClusterConfig(nodes=2), 5)
    cluster.apply(Command("apply", {"manifest": manifest}).parsed())
    return cluster


def part(cluster: Cluster, name: str) -> Any:
    return job_part(cluster.world.objects("jobs.batch")[f"default/{name}"], cluster.world)


def test_the_back_off_of_a_job_doubles_and_ends_with_it() -> None:
    cluster, waits = started(BROKEN), dict[int, int]()
    cluster.advance(SECOND, 100_000)
    while part(cluster, "broken")["state"] == "" and cluster.now < 300 * SECOND:
        cluster.advance(cluster.now + SECOND, 100_000)
        found = part(cluster, "broken")
        if found["backoff_until"] is not None and found["backoff_until"] > cluster.now:
            waits[found["failures"]] = found["backoff_until"]
    over = part(cluster, "broken")
    assert (over["state"], over["reason"], over["failed"]) == ("Failed", "BackoffLimitExceeded", 3)
    assert over["ended"] is not None and over["backoff_until"] is None
    assert sorted(waits) == [1, 2] and waits[2] - waits[1] >= 20 * SECOND


def test_indexes_of_an_indexed_job_and_those_that_failed_for_good() -> None:
    cluster = started(INDEXED)
    cluster.advance(120 * SECOND, 100_000)
    found = part(cluster, "grid")
    assert (found["indexed"], found["completions"], found["parallelism"]) == (True, 4, 2)
    assert (found["completed"], found["failed_indexes"], found["state"]) == ("0,1,3", "2", "Failed")


def test_the_next_five_times_in_the_zone_of_the_cron_job() -> None:
    firings = next_firings("30 8 * * *", "Asia/Shanghai", 0)
    assert [one["at"] // (3600 * SECOND) for one in firings] == [0, 24, 48, 72, 96]
    assert firings[0]["clock"] == "2025-01-01T08:30:00+08:00"
    assert next_firings("0 0 30 2 *", "", 0) == []


@pytest.mark.parametrize(("zone", "schedule"), [("Asia/Nowhere", "* * * * *"), ("", "61 * * * *")])
def test_what_cannot_be_read_is_said_in_upstreams_words(zone: str, schedule: str) -> None:
    cron_job = {"spec": {"schedule": schedule, "timeZone": zone, "suspend": True}, "metadata": {}}
    found = cron_job_part(cron_job, 0)
    assert found["next"] == [] and found["problem"] and found["suspended"] and found["kept"] == [3, 1]
