"""Turns of a controller: stages in order, failures, the last write."""

from __future__ import annotations

from cluster_core.api.request import Obj, Response
from cluster_core.client.controller import Action, Controller, ControllerManager, Decision, Plan
from tests.core.controllers.small_cluster import SmallCluster


class Builder(Controller):
    """For each ConfigMap "wish": makes what it lists, stage by stage, and then "done" or "failed"."""

    name = "builder"
    account = "root-ca-cert-publisher"
    resources = ("configmaps",)

    def __init__(self, host: ControllerManager) -> None:
        super().__init__(host)
        self.answers: list[tuple[str, int]] = []

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        return ["default/wish"] if new is not None and new["metadata"]["name"] == "wish" else []

    def reconcile(self, key: str) -> Plan | None:
        wish = self.informer("configmaps").get(key)
        stages = (
            [[_make(name) for name in stage.split(",")] for stage in wish["data"]["stages"].split()] if wish else []
        )
        return Plan(stages, [Decision("builder.built", {"stages": len(stages)})])

    def conclude(self, key: str, failed: bool) -> list[Action]:
        return [_make("failed" if failed else "done")]

    def observe(self, key: str, action: Action, response: Response) -> None:
        self.answers.append((action.body["metadata"]["name"], response.code))


def _make(name: str) -> Action:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    return Action("create", "configmaps", "default", body=body, ignore=("AlreadyExists",))


def _wished(stages: str) -> tuple[SmallCluster, Builder]:
    cluster = SmallCluster()
    manager = ControllerManager(cluster.world.sim, "builders", "control-plane", 0, 0)
    builder = Builder(manager)
    manager.add_controller(builder)
    manager.start_informers()
    cluster.run(1)
    cluster.create(f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: wish}}, data: {{stages: '{stages}'}}}}")
    cluster.run(0.5)
    return cluster, builder


def test_a_stage_begins_when_the_one_before_has_answered() -> None:
    cluster, builder = _wished("a,b c")
    assert [name for name, _ in builder.answers] == ["a", "b", "c", "done"]
    made = {one["metadata"]["name"]: int(one["metadata"]["resourceVersion"]) for one in cluster.all("configmaps")}
    assert made["c"] > max(made["a"], made["b"])
    assert cluster.told("builder.built")[0]["stages"] == 2


def test_a_failed_stage_ends_the_turn_but_the_last_write_is_made_and_the_key_comes_again() -> None:
    cluster, builder = _wished("a NOT_VALID c")
    assert [name for name, _ in builder.answers][:3] == ["a", "NOT_VALID", "failed"]
    assert "c" not in {one["metadata"]["name"] for one in cluster.all("configmaps")}
    assert builder.retries > 1
    assert builder.queue.failures
