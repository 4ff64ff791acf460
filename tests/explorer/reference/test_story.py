"""Stories: acts, what is left, shapes of Events."""

from __future__ import annotations

from typing import Any

from explorer.reference.story import Change, Story, event_shape, merged


def change(at: float, what: str, name: str, **obj: Any) -> Change:
    meta = {"name": name, "namespace": "default"}
    return Change(at, int(at), what, "Pod", name, {"metadata": meta, **obj})


def test_what_is_left_and_what_belongs_to_the_system() -> None:
    story = Story(steps=[0.0, 1.0, 2.0], acts=[0, 0, 2])
    for one in (change(0, "ADDED", "a"), change(1, "ADDED", "b"), change(2, "DELETED", "a")):
        story.add(one)
    story.add(Change(2, 2, "ADDED", "Pod", "s", {"metadata": {"name": "s", "namespace": "kube-system"}}))
    assert list(story.last("Pod")) == ["b"]
    assert [one.name for one in story.during("Pod", 0)] == ["a", "b"]
    assert story.step_at(1.5) == 1 and story.step_at(-1) == 0
    story.clear()
    assert story.of("Pod") == [] and story.kinds() == []


def test_an_event_without_what_is_random() -> None:
    event = {
        "type": "Normal",
        "reason": "SuccessfulCreate",
        "source": {"component": "replicaset-controller"},
        "involvedObject": {"kind": "ReplicaSet"},
        "message": "Created pod: web-584bd457b4-krs8v",
    }
    assert event_shape(event)[-1] == "Created pod: web-*"


def test_steps_of_one_replicaset_in_a_row_are_one() -> None:
    assert merged([(0, 0, 3), (0, 0, 5), (0, 1, 1), (0, 0, 4)]) == [(0, 0, 5), (0, 1, 1), (0, 0, 4)]
