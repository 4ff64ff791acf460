"""Jobs and CronJobs of the recordings 07 and 08, played by the simulator: every report of every Job is the same, in the same order.

Across objects the order within one turn of the clock is a partial one, for the real controller works on several keys at once.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest

from cluster_core.api.timestamp import parse
from cluster_core.kubelet.annotations import PREFIX
from explorer.reference import story as compare
from explorer.reference.story import Change, Obj, Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

JOBS, CRON_JOBS = "07-job", "08-cronjob"
BOTH = (JOBS, CRON_JOBS)
# How late the recorder saw things, and how long the real programs took for what takes the simulated ones no time (s).
NOISE = 0.35
MINUTES = re.compile(r"-(\d{8})\b")
TIMES = ("startTime", "completionTime", "lastScheduleTime", "lastSuccessfulTime", "lastProbeTime", "lastTransitionTime")
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
# (Job, number of the gap): the second half of its pods ended within milliseconds of the end of a batch; a batch more or less decides.
RACES = {("par", 7)}
BATCH = 1.0
ONLY_SIMULATED = ("NodeReady", "Starting")


@lru_cache(maxsize=4)
def both(name: str) -> tuple[Story, Story]:
    """The recording and the replay."""
    return recorded(name), replayed(name)


def named(story: Story, text: str) -> str:
    """A name with the minutes since 1970 counted from the first Job of the story."""
    first = min((int(found) for change in story.of("Job") for found in MINUTES.findall(change.name)), default=0)
    return MINUTES.sub(lambda match: f"-minute-{int(match[1]) - first}", text)


def reports(story: Story, kind: str) -> dict[str, list[Any]]:
    """Per object what was told of it, without what differs from run to run."""
    found: dict[str, list[Any]] = {}
    for change in story.of(kind):
        what = (change.type, bool(change.obj["metadata"].get("deletionTimestamp")), shape(story, change.obj))
        found.setdefault(named(story, change.name), []).append(what)
    return found


def shape(story: Story, obj: Obj) -> Any:
    """spec and status without times, uids and the recorder's own annotations; lists of uids as their length."""
    return {
        "labels": sorted((obj["metadata"].get("labels") or {}).keys()),
        "owners": [(one["kind"], one["name"]) for one in obj["metadata"].get("ownerReferences") or ()],
        "generation": obj["metadata"].get("generation"),
        "spec": _plain(story, obj["spec"]),
        "status": _plain(story, obj.get("status") or {}),
    }


def _plain(story: Story, value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if not name.startswith((PREFIX, "ref/"))}
        kept = {name: part for name, part in kept.items() if name not in ("uid", "resourceVersion")}
        plain = {name: _plain(story, part, name) for name, part in kept.items()}
        return {name: part for name, part in plain.items() if (name, part) != ("annotations", {})}
    if isinstance(value, list):
        if key in ("succeeded", "failed"):
            return len(value)
        return [_plain(story, part) for part in value]
    if key in TIMES:
        return "a time"
    if key.endswith("controller-uid"):
        return "a uid"
    return named(story, value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", BOTH)
def test_every_report_of_every_job_is_the_same(name: str) -> None:
    """Counts, uncounted pods, completed indexes, conditions with reasons and messages, deletions: write by write."""
    real, simulated = both(name)
    assert reports(simulated, "Job") == reports(real, "Job")


def test_every_report_of_every_cron_job_is_the_same() -> None:
    real, simulated = both(CRON_JOBS)
    assert reports(simulated, "CronJob") == reports(real, "CronJob")


@pytest.mark.parametrize("name", BOTH)
def test_as_many_pods_are_created_and_deleted_in_each_act(name: str) -> None:
    real, simulated = both(name)
    assert compare.pod_counts(simulated) == compare.pod_counts(real)


@pytest.mark.parametrize("name", BOTH)
def test_the_pods_are_made_alike(name: str) -> None:
    """Labels, annotations, finalizers, hostname, environment, generateName: when a pod is created, and at its end."""
    real, simulated = both(name)
    for kind_of in (_first_pods, _last_pods):
        assert kind_of(simulated) == kind_of(real)


@pytest.mark.parametrize("name", BOTH)
def test_the_same_events_are_told(name: str) -> None:
    real, simulated = both(name)
    missing = compare.event_shapes(real) - compare.event_shapes(simulated)
    extra = compare.event_shapes(simulated) - compare.event_shapes(real)
    assert missing == set()
    assert {one for one in extra if one[1] not in ONLY_SIMULATED} == set()


def test_as_many_events_are_told_of_each_job() -> None:
    real, simulated = both(JOBS)
    assert _event_counts(simulated, ("Job",)) == _event_counts(real, ("Job",))


def test_as_many_events_are_told_of_each_cron_job() -> None:
    """But for SawCompletedJob, which the real controller tells again where its cache is behind its own write."""
    real, simulated = both(CRON_JOBS)
    theirs, ours = _event_counts(real, ("CronJob", "Job")), _event_counts(simulated, ("CronJob", "Job"))
    assert _without(ours, "SawCompletedJob") == _without(theirs, "SawCompletedJob")
    assert all(ours[key] <= theirs[key] for key in ours if key[1] == "SawCompletedJob")


@pytest.mark.parametrize("name", BOTH)
def test_the_times_that_come_from_the_algorithm(name: str) -> None:
    """From one report of a Job to the next: batches of a second, deadlines, times to live."""
    real, simulated = both(name)
    theirs, ours = _gaps(real), _gaps(simulated)
    assert ours.keys() == theirs.keys()
    for job, gaps in ours.items():
        for number, (mine, other) in enumerate(zip(gaps, theirs[job], strict=True)):
            noise = NOISE + BATCH * ((job, number) in RACES)
            assert mine == pytest.approx(other, abs=noise), (job, number)


def test_cron_jobs_fire_a_tenth_of_a_second_after_the_minute() -> None:
    for story in both(CRON_JOBS):
        for change in _created(story, "Job"):
            owner = change.obj["metadata"]["ownerReferences"][0]["name"]
            at = _second_of(story, change)
            if owner != "forbid":
                assert 0.05 <= at <= 0.1 + NOISE, (change.name, at)


def test_the_scheduled_time_is_noted() -> None:
    for story in both(CRON_JOBS):
        for change in _created(story, "Job"):
            scheduled = change.obj["metadata"]["annotations"][SCHEDULED]
            assert scheduled.endswith(":00Z")
            assert int(change.name.rpartition("-")[2]) * 60 == _unix(scheduled)


def test_the_comparison_can_fail() -> None:
    real, _ = both(JOBS)
    assert reports(real, "Job")["six"] != reports(real, "Job")["par"]
    assert _gaps(real)["six"] != pytest.approx(_gaps(real)["idx"] + [0.0] * 5, abs=NOISE)


def _created(story: Story, kind: str) -> list[Change]:
    return [change for change in story.of(kind) if change.type == "ADDED"]


def _unix(text: str) -> int:
    return parse(text) // 1_000_000 + 1_735_689_600


def _second_of(story: Story, change: Change) -> float:
    """The second of the minute; the creationTimestamp tells whole ones, the story's clock the rest."""
    first = _created(story, "Job")[0]
    return (_unix(first.obj["metadata"]["creationTimestamp"]) + 0.1 + change.at - first.at) % 60


def _gaps(story: Story) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    for change in story.of("Job"):
        if story.act(change) != 22 or change.type != "DELETED":
            times.setdefault(named(story, change.name), []).append(change.at)
    return {name: [after - before for before, after in pairwise(at)] for name, at in times.items()}


def _event_counts(story: Story, kinds: tuple[str, ...]) -> dict[tuple[str, str], int]:
    counts: dict[str, tuple[tuple[str, str], int]] = {}
    for change in story.of("Event"):
        about = change.obj["involvedObject"]
        if about["kind"] in kinds:
            key = (named(story, about["name"]), change.obj["reason"])
            counts[change.name] = (key, change.obj.get("count", 1))
    found: Counter[tuple[str, str]] = Counter()
    for key, count in counts.values():
        found[key] += count
    return dict(found)


def _without(counts: dict[tuple[str, str], int], reason: str) -> dict[tuple[str, str], int]:
    return {key: count for key, count in counts.items() if key[1] != reason}


def _first_pods(story: Story) -> Counter[str]:
    return Counter(repr(_pod(story, change.obj)) for change in _created(story, "Pod"))


def _last_pods(story: Story) -> Counter[str]:
    return Counter(repr((_pod(story, obj), obj["status"]["phase"], _exits(obj))) for obj in story.last("Pod").values())


def _exits(pod: Obj) -> list[Any]:
    states = [one["state"].get("terminated") or {} for one in pod["status"].get("containerStatuses") or ()]
    return [(one.get("exitCode"), one.get("reason")) for one in states]


def _pod(story: Story, pod: Obj) -> Any:
    meta, spec = pod["metadata"], pod["spec"]
    container = spec["containers"][0]
    notes = {name: value for name, value in (meta.get("annotations") or {}).items() if "job" in name}
    labels = {name: named(story, value) for name, value in meta["labels"].items() if not name.endswith("uid")}
    owner = [(one["kind"], named(story, one["name"])) for one in meta["ownerReferences"]]
    told = (named(story, meta["generateName"]), sorted(labels.items()), sorted(notes.items()), owner)
    return (*told, meta.get("finalizers"), spec.get("hostname"), container.get("env"), container["image"])
