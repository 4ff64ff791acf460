"""The command `load`."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.cluster.command import Command, CommandError
from cluster_core.cluster.load import load_of, selector_of
from cluster_core.cluster.world import direct
from tests.core.controllers.small_cluster import SmallCluster, deployment


def load(**params: Any) -> Command:
    return Command("load", params).parsed()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "exactly one of"),
        ({"workload": "deployment/web", "selector": {}}, "exactly one of"),
        ({"selector": {"app": 1}}, "labels or a text"),
        ({"selector": "a in ("}, "load: "),
        ({"selector": "a=b", "millicores": "5"}, "'millicores' must be a whole number"),
        ({"selector": "a=b", "per_pod": -1}, "'per_pod' must be a whole number"),
        ({"selector": "a=b", "memory": "x"}, "'memory'"),
        ({"selector": "a=b", "curve": [[0]]}, "pairs"),
        ({"selector": "a=b", "curve": [[5, 1], [3, 1]]}, "must not fall"),
        ({"selector": "a=b", "curve": [[0, 1]], "repeat": True}, "last point"),
        ({"selector": "a=b", "namespace": 5}, "'namespace' must be a text"),
    ],
)
def test_what_cannot_be_read_is_refused_before_it_is_logged(params: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        load(**params)


def test_parameters_become_a_load() -> None:
    asked = {"millicores": 900, "memory": "64Mi", "curve": [[0, 0], [10, 100]], "repeat": True}
    found = load_of(asked, selector_of("app in (web)"), 7)
    assert (found.namespace, found.millicores, found.memory, found.since) == ("default", 900, 64 * 2**20, 7)
    assert found.curve.points == ((0, 0), (10_000_000, 100)) and found.curve.repeats


def given(cluster: SmallCluster, **params: Any) -> int:
    """Give the command; its index."""
    command = Command("load", params, index=77).parsed()
    direct(cluster.world, command)
    cluster.run(0.01)
    return command.index


def test_a_workload_is_found_and_the_change_is_told() -> None:
    cluster = SmallCluster()
    cluster.create(deployment("web", 2))
    cluster.run(5)
    index = given(cluster, workload="deployment/web", millicores=900)
    assert cluster.world.answer(index) == [{"object": "load/default", "message": "app=web", "error": ""}]
    assert cluster.world.traffic.loads[-1].selector.matches({"app": "web"})
    assert cluster.told("load.changed")[0]["millicores"] == 900


def test_a_workload_that_is_not_there() -> None:
    cluster = SmallCluster()
    answer = cluster.world.answer(given(cluster, workload="deployment/web", millicores=900))
    assert answer is not None and answer[0]["message"] == 'deployments.apps "web" not found'
    assert not cluster.world.traffic.loads
