"""Courses: the values of fields, their ends and extremes per act."""

from __future__ import annotations

from explorer.reference.courses import EXISTS, Point, at_ends, courses, extremes
from explorer.reference.naming import names_of
from explorer.reference.story import Change, Story


def test_values_one_after_the_other() -> None:
    story = Story(acts=[0, 1], steps=[0.0, 5.0])
    for at, what, ready in (
        (0.0, "ADDED", None),
        (1.0, "MODIFIED", 2),
        (2.0, "MODIFIED", 2),
        (6.0, "MODIFIED", 1),
        (7.0, "DELETED", 1),
    ):
        status = {} if ready is None else {"readyReplicas": ready}
        obj = {"metadata": {"name": "web", "uid": "1"}, "status": status}
        story.add(Change(at, story.step_at(at), what, "Deployment", "web", obj))
    (course,) = courses(story, names_of(story), "Deployment")
    assert course.values("status.readyReplicas") == [2, 1] and course.last("status.readyReplicas") == 1
    assert course.values(EXISTS) == [True, False] and course.made == 0.0 and course.last("nothing") is None


def test_ends_and_extremes() -> None:
    points = [Point(0, 0.0, 1), Point(0, 1.0, 3), Point(2, 5.0, None), Point(2, 6.0, 2)]
    assert at_ends(points, [0, 1, 2]) == {0: 3, 1: 3, 2: 2}
    assert extremes(points, [0, 1, 2]) == {0: (0, 3), 2: (0, 3)}
