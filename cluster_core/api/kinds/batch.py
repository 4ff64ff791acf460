"""Job and CronJob: pods that run to their end."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind


class Job(Kind):
    """Runs pods until a number of them have succeeded."""

    group, kind, plural = "batch", "Job", "jobs"
    categories = ("all",)
    initial_status = {}


class CronJob(Kind):
    """Creates Jobs on a schedule."""

    group, kind, plural, short_names = "batch", "CronJob", "cronjobs", ("cj",)
    categories = ("all",)
    initial_status = {}
