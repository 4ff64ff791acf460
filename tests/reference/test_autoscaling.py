"""The recording of a horizontal pod autoscaler, replayed: every status that it writes, every Event, and when."""

from __future__ import annotations

from typing import Any

from explorer.reference.story import Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

HPA = "HorizontalPodAutoscaler"
# The recorder was late by up to 40 ms a look; the simulated one begins up to a second earlier in its scenario.
NOISE_S = 3.0


def _statuses(story: Story) -> list[dict[str, Any]]:
    """The statuses without times."""
    found = []
    for change in story.of(HPA):
        status = dict(change.obj.get("status") or {})
        status.pop("lastScaleTime", None)
        status["conditions"] = [
            {name: value for name, value in one.items() if name != "lastTransitionTime"}
            for one in status.get("conditions") or ()
        ]
        found.append(status)
    return found


def _events(story: Story) -> list[tuple[str, ...]]:
    return [
        (event["type"], event["reason"], event["message"], str(event.get("count")))
        for event in (change.obj for change in story.of("Event"))
        if event["involvedObject"]["kind"] == HPA
    ]


def _turns(story: Story) -> list[tuple[str, int]]:
    """When the condition of each type turned, in seconds after the first one did."""
    stamps = [
        (one["type"], one["lastTransitionTime"])
        for change in story.of(HPA)
        for one in (change.obj.get("status") or {}).get("conditions") or ()
    ]
    seconds = [(kind, int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])) for kind, text in stamps]
    first = seconds[0][1]
    return [(kind, at - first) for kind, at in dict.fromkeys(seconds)]


def test_every_status_is_the_recorded_one() -> None:
    assert _statuses(replayed("13-hpa")) == _statuses(recorded("13-hpa"))


def test_every_event_is_the_recorded_one() -> None:
    assert sorted(_events(replayed("13-hpa"))) == sorted(_events(recorded("13-hpa")))
    assert ("Normal", "SuccessfulRescale", "New size: 9; reason: ", "1") in _events(replayed("13-hpa"))


def test_it_looks_when_the_real_one_did() -> None:
    for ours, theirs in zip(replayed("13-hpa").of(HPA)[1:], recorded("13-hpa").of(HPA)[1:], strict=True):
        assert abs(ours.at - theirs.at) < NOISE_S


def test_conditions_turn_when_the_recorded_ones_did() -> None:
    pairs = zip(_turns(replayed("13-hpa")), _turns(recorded("13-hpa")), strict=True)
    assert all(ours[0] == theirs[0] and abs(ours[1] - theirs[1]) <= NOISE_S for ours, theirs in pairs)


def test_sizes_and_pods_follow() -> None:
    def sizes(story: Story) -> list[int]:
        found: list[int] = []
        for change in story.of("Deployment"):
            size = change.obj["spec"]["replicas"]
            found += [size] if not found or found[-1] != size else []
        return found

    assert sizes(replayed("13-hpa")) == sizes(recorded("13-hpa")) == [2, 4, 8, 9, 10, 3]
    assert len(replayed("13-hpa").last("Pod")) == len(recorded("13-hpa").last("Pod")) == 3
