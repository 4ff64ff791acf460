"""On which nodes a DaemonSet's pods belong, and what they look like."""

from __future__ import annotations

import pytest

from cluster_core.controllers import daemon_nodes as nodes
from tests.core.controllers.sets import Obj, daemon_owner, machine

HOT = {"key": "fire", "effect": "NoExecute"}
COLD = {"key": "ice", "effect": "NoSchedule"}
SOFT = {"key": "fog", "effect": "PreferNoSchedule"}
CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
UNREACHABLE = [{"key": "node.kubernetes.io/unreachable", "effect": effect} for effect in ("NoSchedule", "NoExecute")]


def _set(**pod_spec: object) -> Obj:
    who = daemon_owner()
    who["spec"]["template"]["spec"] |= pod_spec
    return who


@pytest.mark.parametrize(
    ("taints", "expected"),
    [
        ([], (True, True)),
        ([SOFT], (True, True)),
        ([CORDONED], (True, True)),
        ([COLD], (False, True)),
        ([HOT], (False, False)),
        ([HOT, COLD], (False, False)),
        (UNREACHABLE, (False, True)),
    ],
)
def test_taints_repel_and_evict(taints: list[Obj], expected: tuple[bool, bool]) -> None:
    assert nodes.placement(_set(), machine("n1", *taints)) == expected


def test_a_toleration_of_the_template_counts() -> None:
    assert nodes.placement(_set(tolerations=[{"operator": "Exists"}]), machine("n1", HOT, COLD)) == (True, True)


def test_selector_affinity_and_node_name_choose() -> None:
    assert nodes.placement(_set(nodeSelector={"disk": "ssd"}), machine("n1")) == (False, False)
    assert nodes.placement(_set(nodeSelector={"disk": "ssd"}), machine("n1", disk="ssd")) == (True, True)
    assert nodes.placement(_set(nodeName="n2"), machine("n1")) == (False, False)


def test_a_pod_is_bound_to_its_node_by_name_and_bears_what_every_daemon_bears() -> None:
    pod = nodes.new_pod(_set(hostNetwork=True), "n7", "abc")
    assert nodes.target_node(pod) == "n7"
    assert pod["metadata"]["labels"] == {"app": "agent", "controller-revision-hash": "abc"}
    borne = [one["key"].rpartition("/")[2] for one in pod["spec"]["tolerations"]]
    assert borne == [
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
        "network-unavailable",
    ]
    assert len(nodes.tolerations({})) == 6


def test_the_templates_own_affinity_is_kept_but_for_the_required_nodes() -> None:
    required = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}
    given = {"podAntiAffinity": {"x": 1}, "nodeAffinity": {nodes.REQUIRED: required}}
    affinity = nodes.new_pod(_set(affinity=given), "n1", "abc")["spec"]["affinity"]
    assert affinity["podAntiAffinity"] == {"x": 1}
    assert affinity["nodeAffinity"][nodes.REQUIRED]["nodeSelectorTerms"][0]["matchFields"][0]["values"] == ["n1"]


def test_a_toleration_with_seconds_lasts_for_ever() -> None:
    short = {
        "key": "node.kubernetes.io/unreachable",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 5,
    }
    assert "tolerationSeconds" not in nodes.tolerations({"tolerations": [short]})[0]


def test_where_a_pod_belongs_that_says_nothing() -> None:
    assert nodes.target_node({"spec": {}}) == ""
    assert nodes.target_node({"spec": {"nodeName": "n1"}}) == "n1"


def test_a_pod_is_updated_by_its_hash() -> None:
    pod = nodes.new_pod(_set(), "n1", "abc")
    assert nodes.is_updated(pod, "abc") and not nodes.is_updated(pod, "xyz") and not nodes.is_updated(pod, "")
