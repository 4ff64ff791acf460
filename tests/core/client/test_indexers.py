"""Index functions of the controllers' informers."""

from __future__ import annotations

from cluster_core.client import indexers

OWNER = {"uid": "o", "kind": "ReplicaSet", "name": "rs", "controller": True}


def _pod(**meta: object) -> dict[str, object]:
    return {"metadata": {"name": "p", "namespace": "ns", **meta}, "spec": {"nodeName": "n1"}}


def test_by_owner_node_namespace_and_labels() -> None:
    pod = _pod(ownerReferences=[OWNER, {"uid": "x"}], labels={"app": "web", "tier": "front"})
    assert indexers.index_by_owner(pod) == ["o", "x"]
    assert indexers.index_by_node(pod) == ["n1"]
    assert indexers.index_by_namespace(pod) == ["ns"]
    assert indexers.index_by_label(pod) == ["ns/app=web", "ns/tier=front"]


def test_an_orphan_is_one_without_a_controller() -> None:
    assert indexers.index_orphans(_pod(ownerReferences=[OWNER])) == []
    assert indexers.index_orphans(_pod(ownerReferences=[{"uid": "x"}])) == ["ns"]
    assert indexers.index_orphans(_pod()) == ["ns"]


def test_a_selector_and_a_pod_that_it_selects_meet_at_one_value() -> None:
    service = {"metadata": {"name": "s", "namespace": "ns"}, "spec": {"selector": {"tier": "front", "app": "web"}}}
    (place,) = indexers.index_by_selector(service)
    assert place in indexers.index_by_label(_pod(labels={"app": "web", "tier": "front"}))
    assert indexers.index_by_selector({**service, "spec": {}}) == []


def test_a_slice_is_found_by_its_service() -> None:
    part = {"metadata": {"name": "x", "namespace": "ns", "labels": {"kubernetes.io/service-name": "s"}}}
    assert indexers.index_by_service(part) == ["ns/s"]
    assert indexers.index_by_service({"metadata": {"name": "x", "namespace": "ns"}}) == []
