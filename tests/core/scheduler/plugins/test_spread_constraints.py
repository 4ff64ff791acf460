"""Topology spread constraints as they are read."""

from __future__ import annotations

import pickle
from typing import Any

from cluster_core.client.informer import Informer
from cluster_core.scheduler.lister import InformerLister
from cluster_core.scheduler.node_info import Snapshot
from cluster_core.scheduler.plugins.spread_constraints import (
    HARD,
    HOSTNAME,
    SOFT,
    SYSTEM_DEFAULTS,
    Constraint,
    Constraints,
    has_all_keys,
)
from tests.core.scheduler.machines import node, pod, snapshot

WEB = {"matchLabels": {"app": "web"}}
SERVICE = {"metadata": {"namespace": "default", "name": "web"}, "spec": {"selector": {"app": "web"}}}


def _own(**facts: Any) -> list[Constraint]:
    given = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": HARD, "labelSelector": WEB, **facts}
    wants = pod(labels={"app": "web", "hash": "1"}, topologySpreadConstraints=[given], nodeSelector={"disk": "ssd"})
    return Constraints(SYSTEM_DEFAULTS).of(wants, HARD, snapshot(services=[SERVICE]))


def test_defaults_count_the_pods_of_the_same_services() -> None:
    wants, there = pod(labels={"app": "web"}), snapshot(services=[SERVICE])
    assert [one.key for one in Constraints(SYSTEM_DEFAULTS).of(wants, SOFT, there)] == [
        HOSTNAME,
        "topology.kubernetes.io/zone",
    ]
    assert Constraints(SYSTEM_DEFAULTS).of(wants, HARD, there) == []
    assert Constraints(SYSTEM_DEFAULTS).of(pod(), SOFT, there) == []


def test_a_pod_with_constraints_of_its_own_has_no_defaults() -> None:
    (own,) = _own(minDomains=3)
    assert (own.key, own.max_skew, own.min_domains) == ("zone", 1, 3)
    wants = pod(
        labels={"app": "web"},
        topologySpreadConstraints=[{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": HARD}],
    )
    assert Constraints(SYSTEM_DEFAULTS).of(wants, SOFT, snapshot(services=[SERVICE])) == []


def test_label_keys_take_the_value_of_the_pod() -> None:
    (own,) = _own(matchLabelKeys=["hash", "absent"])
    assert own.matches({"app": "web", "hash": "1"}) and not own.matches({"app": "web", "hash": "2"})
    (without,) = _own(labelSelector=None)
    assert not without.matches({"app": "web"})


def test_node_policies() -> None:
    taint = [{"key": "x", "effect": "NoSchedule"}]
    plain, tainted = node(labels={"disk": "ssd"}), node(labels={"disk": "ssd"}, taints=taint)
    wants = pod(nodeSelector={"disk": "ssd"})
    (default,), (careful,), (open_,) = (
        _own(),
        _own(nodeTaintsPolicy="Honor"),
        _own(nodeAffinityPolicy="Ignore"),
    )
    assert default.includes(wants, plain) and default.includes(wants, tainted)
    assert not default.includes(wants, node()) and open_.includes(wants, node())
    assert careful.includes(wants, plain) and not careful.includes(wants, tainted)
    soft = node(labels={"disk": "ssd"}, taints=[{"key": "x", "effect": "PreferNoSchedule"}])
    assert careful.includes(wants, soft)


def test_pods_that_leave_are_not_counted() -> None:
    (one,), there = _own(), node()
    leaving = pod("leaving", labels={"app": "web"})
    leaving.pod["metadata"]["deletionTimestamp"] = "now"
    for other in (
        leaving,
        pod("stays", labels={"app": "web"}),
        pod("db"),
        pod("far", labels={"app": "web"}, namespace="b"),
    ):
        there.add_pod(other)
    assert one.count(there, "default") == 1


def test_every_key_is_needed() -> None:
    (one,) = _own()
    assert has_all_keys(node(labels={"zone": "a"}), [one]) and not has_all_keys(node(), [one])


def test_what_is_kept_follows_the_services_and_the_controller() -> None:
    informer = Informer("services")
    lister = InformerLister({"services": informer})
    there, found = Snapshot({}, lister=lister), Constraints(SYSTEM_DEFAULTS)
    wants = pod(labels={"app": "web"})
    informer.revision = 1
    assert found.of(wants, SOFT, there) == []
    informer.put("default/web", SERVICE)
    informer.revision = 2
    assert len(found.of(wants, SOFT, there)) == 2
    assert found.of(wants, SOFT, there) is found.of(pod("other", labels={"app": "web"}), SOFT, there)
    assert pickle.loads(pickle.dumps(found)).of(wants, SOFT, there) == found.of(wants, SOFT, there)
