"""Schedules, time zones and names of CronJobs. Upstream: `pkg/apis/batch/validation/validation.go`."""

from __future__ import annotations

import re

from cluster_core.api.cron import CronError, parse, zone_of
from cluster_core.api.errors import Cause

# A Job is called as its CronJob, a dash and ten digits; 63 characters at most.
NAME_MAX = 52
ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")
IN_SCHEDULE = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
TWICE = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
EXPLICIT = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"


def validate_name(name: str) -> list[Cause]:
    """A name that leaves room for the names of its Jobs."""
    words = f"must be no more than {NAME_MAX} characters"
    return [Cause("metadata.name", "Invalid", words, name)] if len(name) > NAME_MAX else []


def validate_schedule(schedule: str, zone: str | None, had_zone: bool) -> list[Cause]:
    """A schedule in cron's words; `had_zone`: the old one had a zone in it."""
    path = "spec.schedule"
    if not schedule:
        return [Cause(path, "Required")]
    causes: list[Cause] = []
    try:
        parse(schedule)
    except CronError as error:
        causes.append(Cause(path, "Invalid", str(error), schedule))
    if "TZ" in schedule and not had_zone:
        causes.append(Cause(path, "Invalid", IN_SCHEDULE, schedule))
    elif "TZ" in schedule and zone is not None:
        causes.append(Cause(path, "Invalid", TWICE, schedule))
    return causes


def validate_zone(zone: str | None) -> list[Cause]:
    """A time zone that the database knows."""
    path = "spec.timeZone"
    if zone is None:
        return []
    if not zone:
        return [Cause(path, "Invalid", "timeZone must be nil or non-empty string", zone)]
    parts = zone.split("/")
    if any(part in (".", "..") or part.startswith("-") or not ZONE_PART.fullmatch(part) for part in parts):
        return [Cause(path, "Invalid", f"unknown time zone {zone}", zone)]
    if zone.lower() == "local":
        found = [Cause(path, "Invalid", EXPLICIT, zone)]
        return found if zone == "Local" else [*found, Cause(path, "Invalid", f"unknown time zone {zone}", zone)]
    try:
        zone_of(zone)
    except CronError as error:
        return [Cause(path, "Invalid", str(error), zone)]
    return []
