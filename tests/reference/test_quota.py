"""Recording 15: a quota that stops a Deployment, defaults of a LimitRange, a raised quota."""

from __future__ import annotations

from functools import lru_cache

from explorer.reference.story import Story
from tests.reference.recording import recorded
from tests.reference.replay import replayed

NAME = "15-quota-limits"


@lru_cache(maxsize=1)
def played() -> tuple[Story, list[str]]:
    story = replayed(NAME)
    return story, [output.err for output in story.outputs if output.code]


def spent(story: Story) -> list[tuple[str, str, str]]:
    """(deployments, pods, cpu) that the quota had used, each time that changed; how pods came together is chance."""
    found: list[tuple[str, str, str]] = []
    for change in story.of("ResourceQuota"):
        used = change.obj.get("status", {}).get("used", {})
        now = (used.get("count/deployments.apps"), used.get("pods"), used.get("requests.cpu"))
        if found[-1:] != [now]:
            found.append(now)
    return found


def test_the_quota_is_charged_before_what_it_counts_is_there() -> None:
    ours, theirs = spent(played()[0]), spent(recorded(NAME))
    assert ours[:3] == theirs[:3]
    assert ours[-1] == theirs[-1] == ("1", "4", "600m")
    assert set(ours) <= {
        (None, None, None),
        ("0", "0", "0"),
        *(("1", str(n), f"{150 * n}m" if n else "0") for n in range(5)),
    }
    kinds = [change.kind for change in played()[0].changes if change.kind in ("ResourceQuota", "Deployment", "Pod")]
    assert kinds.index("Deployment") == 3, "made, counted, charged, and only then the Deployment"


def test_the_status_at_the_end() -> None:
    quotas = [story.last("ResourceQuota")["q"]["status"] for story in (played()[0], recorded(NAME))]
    assert quotas[0] == quotas[1]


def test_pods_get_the_defaults_of_the_limit_range() -> None:
    pods = [story.of("Pod")[0].obj for story in (played()[0], recorded(NAME))]
    ours, theirs = (pod["spec"]["containers"][0]["resources"] for pod in pods)
    assert ours == theirs
    notes = [pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"] for pod in pods]
    assert notes[0] == notes[1]


def test_refusals_are_worded_alike() -> None:
    def words(story: Story) -> set[str]:
        events = [change.obj for change in story.of("Event") if change.obj["reason"] == "FailedCreate"]
        return {event["message"].partition("is forbidden: ")[2] for event in events}

    assert words(played()[0]) == words(recorded(NAME))
    assert played()[1] == [
        'The Pod "big" is invalid: spec.containers[0].resources.requests: Invalid value: "600m": '
        "must be less than or equal to cpu limit of 200m\n"
    ]
