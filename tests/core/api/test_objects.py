"""Path copies, owners, conditions, the hash of a template."""

from __future__ import annotations

from cluster_core.api import objects
from cluster_core.api.request import Obj


def test_path_copies_share_what_is_beside_the_path() -> None:
    obj: Obj = {"a": {"b": 1}, "c": {"d": 2}}
    new = objects.with_path(obj, ("a", "x", "y"), 3)
    assert new == {"a": {"b": 1, "x": {"y": 3}}, "c": {"d": 2}}
    assert new["c"] is obj["c"]
    assert obj == {"a": {"b": 1}, "c": {"d": 2}}
    assert objects.set_fields(obj, "c", d=5)["c"] == {"d": 5}


def test_keys() -> None:
    assert objects.key({"metadata": {"name": "a", "namespace": "n"}}) == "n/a"
    assert objects.key({"metadata": {"name": "a"}}) == "a"


def test_owners() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "rs", "uid": "u"}}
    reference = objects.owner_reference(owner)
    assert reference["controller"] is True
    owned: Obj = {"metadata": {"ownerReferences": [{"uid": "x"}, reference]}}
    assert objects.owner_controller(owned) == reference
    assert objects.owner_controller({"metadata": {}}) is None


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    first = objects.set_condition([], {"type": "Ready", "status": "False"}, "t1")
    second = objects.set_condition(first, {"type": "Ready", "status": "False", "reason": "R"}, "t2")
    third = objects.set_condition(second, {"type": "Ready", "status": "True", "reason": "R"}, "t3")
    assert [found[0]["lastTransitionTime"] for found in (first, second, third)] == ["t1", "t1", "t3"]
    assert objects.set_condition(third, {"type": "Ready", "status": "True"}, "t4")[0] is third[0]


def pod(**status: object) -> Obj:
    return {"metadata": {}, "status": status}


def test_ready_active_available() -> None:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2025-01-01T00:00:10Z"}
    assert objects.is_pod_ready(pod(conditions=[ready]))
    assert not objects.is_pod_ready(pod())
    assert objects.is_pod_active(pod(phase="Running"))
    assert not objects.is_pod_active(pod(phase="Failed"))
    assert not objects.is_pod_active({"metadata": {"deletionTimestamp": "t"}, "status": {}})
    assert objects.is_pod_available(pod(conditions=[ready]), 5_000_000, 15_000_000)
    assert not objects.is_pod_available(pod(conditions=[ready]), 5_000_000, 14_999_999)


def test_the_template_hash_is_safe_and_tells_templates_apart() -> None:
    one, two = ({"spec": {"containers": [{"image": image}]}} for image in ("a", "b"))
    hashes = {objects.pod_template_hash(one), objects.pod_template_hash(two), objects.pod_template_hash(one, 1)}
    assert len(hashes) == 3
    assert set("".join(hashes)) <= set(objects.SAFE_ALPHABET)
