"""TaintToleration."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.taint_toleration import TaintToleration
from tests.core.scheduler.machines import node, pod, snapshot

TAINT = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
SOFT = {"key": "soft", "effect": "PreferNoSchedule"}


def test_an_untolerated_taint_refuses_in_upstreams_words() -> None:
    status = TaintToleration().filter(CycleState(), pod(), node(taints=[TAINT]))
    assert status is not None
    assert (status.code, status.reasons) == ("UnschedulableAndUnresolvable", ["node(s) had untolerated taint(s)"])
    assert TaintToleration().filter(CycleState(), pod(), node(taints=[SOFT])) is None


def test_soft_taints_cost_points() -> None:
    plugin, nodes = TaintToleration(), (node("a"), node("b", taints=[SOFT]))
    raw = {one.name: plugin.score(CycleState(), pod(), one, snapshot(*nodes)) for one in nodes}
    assert raw == {"a": 0, "b": 1}
    assert plugin.normalize(CycleState(), pod(), raw) == {"a": 100, "b": 0}
