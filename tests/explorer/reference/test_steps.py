"""Steps of a scenario: what is one, and what is said of what is none."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.reference.steps import StepError, acts, check, is_passive, kind_of


def test_looking_and_waiting_belong_to_the_act_before() -> None:
    steps: list[Any] = [
        {"kubectl": "scale deploy/web --replicas=2"},
        {"quiet": 4},
        {"kubectl": "get pods"},
        {"kill": "n1"},
    ]
    assert [is_passive(step) for step in steps] == [False, True, True, False]
    assert acts(steps) == [0, 0, 0, 3]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"dance": 1}, "exactly one of"),
        ({"apply": "x", "wait": 1}, "exactly one of"),
        ("wait", "exactly one of"),
        ({"wait": "long"}, "no number of seconds"),
        ({"quiet": 4, "max": -1}, "no number of seconds"),
        ({"apply": ""}, "a text is expected"),
        ({"kubectl": ["get"]}, "a text is expected"),
        ({"add": {"name": "n9"}}, "cpu and memory"),
        ({"load": 5}, "selector"),
    ],
)
def test_what_is_no_step_is_said(step: Any, words: str) -> None:
    with pytest.raises(StepError, match=words) as told:
        check([{"wait": 1}, step])
    assert str(told.value).startswith("steps[1]: ")


def test_a_scenario_needs_steps() -> None:
    for wrong in (None, [], "apply"):
        with pytest.raises(StepError, match="a list is expected"):
            check(wrong)
    assert kind_of({"label": "x", "only": 136, "wait": 3}) == "wait"
