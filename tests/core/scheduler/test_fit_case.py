"""One change, tried on copies."""

from __future__ import annotations

from cluster_core.scheduler.fit_case import Change, case_of, prepare
from tests.core.scheduler.machines import node, pod, profile, snapshot

APART = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}
        ]
    }
}


def test_a_pod_that_goes_takes_its_rules_with_it_and_the_node_stays_as_it_is() -> None:
    there, rules, asking = node("n1"), profile(), pod("asking", affinity=APART)
    there.add_pod(pod("web", labels={"app": "web"}))
    everywhere = snapshot(there)
    case = case_of(rules, asking, there, everywhere, prepare(rules, asking, everywhere))
    assert [*case.refusals] == ["InterPodAffinity"]
    assert not case.with_change(Change("x", {}, gone=["web"])).refusals
    assert [*there.pods] == ["web"] and [*case.refusals] == ["InterPodAffinity"]


def test_every_plugin_is_asked_where_a_cycle_ends_at_the_first() -> None:
    there, rules, asking = (
        node("n1", cpu="1", unschedulable=True),
        profile(),
        pod("asking", cpu="2", nodeSelector={"a": "b"}),
    )
    everywhere = snapshot(there)
    case = case_of(rules, asking, there, everywhere, prepare(rules, asking, everywhere))
    assert [*case.refusals] == ["NodeUnschedulable", "NodeAffinity", "NodeResourcesFit"]
    better = case.with_change(Change("x", {}, pod=pod("asking", cpu="1").pod))
    assert [*better.refusals] == ["NodeUnschedulable"]
