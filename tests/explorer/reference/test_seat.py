"""kubectl of a seat waits in virtual time, and always the same."""

from __future__ import annotations

import pytest

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from explorer.reference.seat import Seat
from tests.explorer.reference.made import WEB


def sat() -> Seat:
    return Seat(Cluster(ClusterConfig(nodes=2, kube_system=False), 8), lambda: None)


def test_kubectl_waits_until_what_it_waits_for() -> None:
    seat = sat()
    assert seat.kubectl(["kubectl", "apply", "-f", "-"], WEB).out == "deployment.apps/web created\n"
    began = seat.now
    told = seat.kubectl(["kubectl", "rollout", "status", "deploy/web"])
    assert told.code == 0 and told.out.endswith("successfully rolled out\n")
    assert seat.now > began + 1_000_000
    timed = seat.kubectl(["kubectl", "wait", "--for=delete", "deploy/web", "--timeout=3s"])
    assert timed.code == 1 and "timed out" in timed.err
    seat.close()


def test_the_same_lines_are_the_same_run() -> None:
    hashes = []
    for _ in range(2):
        seat = sat()
        seat.kubectl(["kubectl", "apply", "-f", "-"], WEB)
        seat.kubectl(["kubectl", "rollout", "status", "deploy/web"])
        hashes.append((seat.now, seat.cluster.state_hash()))
        seat.close()
    assert hashes[0] == hashes[1]


def test_who_looks_is_told_of_writes_only() -> None:
    looks: list[int] = []
    seat = sat()
    seat.looked = lambda: looks.append(seat.now)
    seat.advance(seat.now + 1_000_000)
    quiet = len(looks)
    seat.kubectl(["kubectl", "create", "configmap", "one"])
    assert len(looks) > quiet
    found = seat.command(Command("load", {"selector": {"a": "b"}, "millicores": 1}).parsed())
    assert found[0]["error"] == ""
    seat.close()


@pytest.mark.parametrize("line", [["logs", "-f", "x"], ["frobnicate"]])
def test_what_is_no_line_of_a_scenario_fails_as_kubectl_does(line: list[str]) -> None:
    seat = sat()
    assert seat.kubectl(["kubectl", *line]).code == 1
    seat.close()
