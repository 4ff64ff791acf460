"""The host of control loops: turns by key, stages in order, retries with back-off, delays, a restart."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj, Response
from cluster_core.client.controller import Controller, ControllerManager
from cluster_core.client.plan import Action, Decision, Plan
from tests.core.apiserver.plane import SECOND, Plane


class Labeller(Controller):
    """Gives each ConfigMap in default a label, and a second object once the first write is done."""

    name = "labeller"
    resources = ("configmaps",)

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.log: list[tuple[str, str]] = []
        self.wanted: dict[str, Plan] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        meta = (new or old or {})["metadata"]
        return [meta["name"]] if meta["namespace"] == "default" else []

    def reconcile(self, key: str) -> Plan | None:
        self.log.append(("reconcile", key))
        return self.wanted.pop(key, None) or Plan()

    def observe(self, key: str, action: Action, response: Response) -> None:
        self.log.append((action.name or action.body["metadata"]["name"], str(response.code)))


def create(name: str) -> Action:
    return Action("create", "configmaps", "default", body={"metadata": {"name": name}})


@pytest.fixture
def plane() -> Plane:
    return Plane()


def running(plane: Plane, **plans: Plan) -> Labeller:
    manager = ControllerManager(plane.sim, "kube-controller-manager", "control-plane")
    controller = Labeller(manager)
    controller.wanted = dict(plans)
    manager.add_controller(controller)
    manager.start_informers()
    plane.settle(1)
    controller.log.clear()
    return controller


def turns(controller: Labeller) -> list[str]:
    return [key for what, key in controller.log if what == "reconcile"]


def test_changes_are_worked_on_by_key(plane: Plane) -> None:
    controller = running(plane)
    plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.made("configmaps", {"metadata": {"name": "b"}}, namespace="other")
    plane.settle(1)
    assert turns(controller) == ["a"]


def test_the_actions_of_a_stage_go_at_once_and_stages_one_after_the_other(plane: Plane) -> None:
    plan = Plan([[create("x"), create("y")], [], [create("z")]], [Decision("labeller.did", {"count": 3})])
    controller = running(plane, a=plan)
    plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.settle(1)
    answers = [what for what, code in controller.log if code == "201"]
    assert sorted(answers[:2]) == ["x", "y"]
    assert answers[2] == "z"
    told = [entry for entry in plane.sim.trace.entries if entry.message_id == "labeller.did"]
    assert [(entry.params["key"], entry.params["count"]) for entry in told] == [("a", 3)]


def test_a_failed_stage_ends_the_turn_and_the_key_comes_again(plane: Plane) -> None:
    plane.made("configmaps", {"metadata": {"name": "taken"}})
    controller = running(plane, a=Plan([[create("taken")], [create("never")]]))
    plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.settle(1)
    assert turns(controller) == ["a", "a"]
    assert controller.retries == 1
    assert plane.get("configmaps", "never") is None


def test_failures_that_count_as_success(plane: Plane) -> None:
    plane.made("configmaps", {"metadata": {"name": "taken"}})
    action = create("taken")
    action.ignore = ("AlreadyExists",)
    controller = running(plane, a=Plan([[action], [create("then")]]))
    plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.settle(1)
    assert controller.retries == 0
    assert plane.get("configmaps", "then") is not None


def test_a_key_comes_back_when_it_asked_to(plane: Plane) -> None:
    controller = running(plane, a=Plan(requeue_after=3 * SECOND))
    plane.made("configmaps", {"metadata": {"name": "a"}})
    plane.settle(2)
    assert turns(controller) == ["a"]
    plane.settle(2)
    assert turns(controller) == ["a", "a"]


def test_of_two_delays_the_earlier_one_counts(plane: Plane) -> None:
    controller = running(plane)
    controller.add_after("a", 5 * SECOND)
    controller.add_after("a", 1 * SECOND)
    controller.add_after("a", 9 * SECOND)
    plane.settle(2)
    assert turns(controller) == ["a"]
    plane.settle(20)
    assert turns(controller) == ["a"]


def test_a_restarted_host_looks_at_everything_again(plane: Plane) -> None:
    controller = running(plane)
    for name in "ab":
        plane.made("configmaps", {"metadata": {"name": name}})
    plane.settle(1)
    controller.log.clear()
    controller.host.crash()
    plane.settle(5)
    assert turns(controller) == []
    controller.host.restart()
    plane.settle(5)
    assert sorted(turns(controller)) == ["a", "b"]


def test_a_loop_must_say_what_it_does() -> None:
    manager: Any = ControllerManager(Plane().sim, "manager", "control-plane")
    bare = type("Bare", (Controller,), {"name": "bare", "resources": ()})(manager)
    with pytest.raises(NotImplementedError):
        bare.enqueue("pods", None, None)
    with pytest.raises(NotImplementedError):
        bare.reconcile("a")
