"""CronJobs in a whole small cluster."""

from __future__ import annotations

from tests.core.controllers.small_cluster import SmallCluster


def manifest(name: str, run: str, spec: str = "") -> str:
    lines = "\n".join(f"  {line}" for line in spec.splitlines())
    notes = f'sim.orrery/start-seconds: "1", sim.orrery/run-seconds: "{run}", sim.orrery/term-seconds: "0.5"'
    return f"""
apiVersion: batch/v1
kind: CronJob
metadata: {{name: {name}}}
spec:
  schedule: "* * * * *"
{lines}
  jobTemplate:
    spec:
      template:
        metadata: {{annotations: {{{notes}}}}}
        spec: {{restartPolicy: Never, containers: [{{name: c, image: busybox}}]}}
"""


def names(cluster: SmallCluster) -> list[str]:
    return [job["metadata"]["name"] for job in cluster.all("jobs.batch")]


def test_a_job_each_minute_and_a_short_history() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("allow", "5", "successfulJobsHistoryLimit: 2"))
    cluster.run(250)
    assert names(cluster) == ["allow-28928163", "allow-28928164"]
    found = cluster.get("cronjobs.batch", "allow")
    assert found is not None
    assert found["status"] == {"lastScheduleTime": "2025-01-01T00:04:00Z", "lastSuccessfulTime": "2025-01-01T00:04:07Z"}
    assert len(cluster.events("SuccessfulCreate")) >= 4


def test_forbid_starts_the_missed_one_when_the_other_has_ended() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("forbid", "75", "concurrencyPolicy: Forbid"))
    cluster.run(130)
    assert names(cluster) == ["forbid-28928161"]
    cluster.run(15)
    assert names(cluster) == ["forbid-28928161", "forbid-28928162"]
    (text,) = set(cluster.events("JobAlreadyActive"))
    assert text == "Not starting job because prior execution is running and concurrency policy is Forbid"


def test_replace_ends_the_other() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("rep", "75", "concurrencyPolicy: Replace"))
    cluster.run(130)
    assert names(cluster) == ["rep-28928162"]
    assert [pod["metadata"]["name"][:12] for pod in cluster.all("pods")] == ["rep-28928162"]


def test_suspended_starts_nothing_and_resumed_the_most_recent() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("sus", "5", "suspend: true"))
    cluster.run(200)
    assert names(cluster) == []
    cluster.patch("cronjobs.batch", "sus", {"spec": {"suspend": False}})
    cluster.run(2)
    assert names(cluster) == ["sus-28928163"]


def test_another_schedule_waits_for_its_own_time() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("later", "5").replace("* * * * *", "0 5 * * *"))
    cluster.run(5)
    cluster.patch("cronjobs.batch", "later", {"spec": {"schedule": "*/2 * * * *"}})
    cluster.run(100)
    assert names(cluster) == []
    cluster.run(20)
    assert names(cluster) == ["later-28928162"]


def test_a_job_that_somebody_deleted_is_missed() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("allow", "600"))
    cluster.run(65)
    cluster.delete("jobs.batch", "allow-28928161", propagation_policy="Background")
    cluster.run(2)
    assert cluster.events("MissingJob") == ["Active job went missing: allow-28928161"]
    found = cluster.get("cronjobs.batch", "allow")
    assert found is not None and "active" not in found["status"]


def test_nothing_happens_between_two_times() -> None:
    cluster = SmallCluster()
    cluster.create(manifest("daily", "5").replace("* * * * *", "@daily"))
    cluster.run(5)
    controller = cluster.world.manager.controllers["cronjob-controller"]
    before = controller.turns
    cluster.run(3600)
    assert controller.turns == before
