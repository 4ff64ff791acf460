"""Scenario files: read with limits, refused with the place of the mistake."""

from __future__ import annotations

import pytest

from explorer import scenario
from explorer.scenario import ScenarioError

HEAD = "apiVersion: explorer/v1\nkind: Scenario\nmetadata: {id: x, title: {en: X}}\n"


def test_those_that_ship_are_whole() -> None:
    found = {one.id: one for one in scenario.all_scenarios()}
    assert {"welcome", "first-deployment", "rolling-update", "node-failure", "scheduling"} <= set(found)
    for one in found.values():
        assert set(one.title) == set(one.about) == {"en", "zh-Hans"}, one.id
    assert scenario.named("welcome") is not None
    assert scenario.named("nothing") is None


def test_what_a_file_says_is_what_a_run_starts_with() -> None:
    text = HEAD + (
        "cluster:\n"
        "  seed: 9\n"
        "  nodes: {count: 5, cpu: '2', memory: 4Gi}\n"
        "  etcd: {members: 1}\n"
        "  storage: [rbd, nfs, rbd]\n"
        "  scheduler: {profiles: [{schedulerName: mine}]}\n"
        "  objects: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]\n"
        "script:\n"
        "  - {at: 1s, scale: {resource: deployments, name: web, replicas: 2}}\n"
        "  - {at: 250ms, note: look}\n"
        "  - on: deployment('web').status.availableReplicas == 2\n"
        "    fault: {fault: node-down, target: node-1}\n"
    )
    found = scenario.load(text)
    assert found.seed == 9
    config = found.config
    assert (config["nodes"], config["node_cpu"], config["node_memory"], config["etcd_members"]) == (5, "2", "4Gi", 1)
    assert [one["metadata"]["name"] for one in config["objects"]] == ["a"]
    assert config["storage"] == ["rbd", "nfs"]
    assert config["scheduler"] == {"profiles": [{"schedulerName": "mine"}]}
    assert [step.get("at", step.get("on")) for step in config["script"]] == [
        1_000_000,
        250_000,
        "deployment('web').status.availableReplicas == 2",
    ]
    assert config["script"][2]["command"]["kind"] == "fault"


def test_the_scheduler_may_be_left_out_but_not_be_anything() -> None:
    assert scenario.load(HEAD + "cluster: {scheduler: none}").config["scheduler"] is None
    for given, says in (("quick", "KubeSchedulerConfiguration"), ("{profiles: [{plugins: {x: {}}}]}", "unknown field")):
        with pytest.raises(ScenarioError, match=says):
            scenario.load(HEAD + f"cluster: {{scheduler: {given}}}")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("- {note: x}", "exactly one of at and on"),
        ("- {at: 1s, on: available(), note: x}", "exactly one of at and on"),
        ("- {at: 1s}", "exactly one of apply, delete, scale, fault, load, join, or a note"),
        ("- {at: 1s, apply: 'a: [', }", "script[0]"),
        ("- {at: 1s, fault: {fault: flood, target: x}}", "unknown fault"),
        ("- {on: 'nothing(', note: x}", "script[0]"),
        ("- text", "expected an object"),
        ("- {at: 1s, shout: x}", "unknown field script[0].shout"),
    ],
)
def test_steps_that_cannot_be(script: str, says: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario.load(f"{HEAD}script:\n{script}\n")
    assert says in str(refused.value)


def test_a_driver_of_storage_must_be_known() -> None:
    with pytest.raises(ScenarioError, match="'floppy' is none of hostpath, nfs, rbd"):
        scenario.load(f"{HEAD}cluster: {{storage: [floppy]}}\n")


def test_a_file_has_limits() -> None:
    with pytest.raises(ScenarioError, match="larger than"):
        scenario.load("#" * (scenario.BYTES_MAX + 1))
    steps = "- {at: 1s, note: x}\n" * (scenario.STEPS_MAX + 1)
    with pytest.raises(ScenarioError, match="at most 100 steps"):
        scenario.load(f"{HEAD}script:\n{steps}")


def test_the_title_of_a_run_follows_the_reader_when_it_is_a_scenarios() -> None:
    assert (
        scenario.titles("滚动更新")
        == scenario.titles("A rolling update")
        == {"en": "A rolling update", "zh-Hans": "滚动更新"}
    )
    assert scenario.titles("Monday's class") == {"en": "Monday's class", "zh-Hans": "Monday's class"}


def test_a_cluster_may_begin_with_add_ons() -> None:
    config = scenario.load(f"{HEAD}cluster: {{addons: [logging, logging, dashboard]}}\n").config
    names = [obj["metadata"]["name"] for obj in config["objects"] if obj["kind"] in ("Deployment", "DaemonSet")]
    assert names == ["fluent-bit", "victoria-logs", "kubernetes-dashboard"]
    with pytest.raises(scenario.ScenarioError, match="is none of logging, dashboard, custom-metrics"):
        scenario.load(f"{HEAD}cluster: {{addons: [dns]}}\n")
