"""Static pods and what of them the API server shows."""

from __future__ import annotations

from typing import Any

from cluster_core.kubelet.static_pods import MIRROR, is_mirror, manifest_hash, mirror_pod, static_uid

FOREVER = {"operator": "Exists", "effect": "NoExecute"}


def manifest(**spec: Any) -> Any:
    metadata = {"name": "etcd", "namespace": "kube-system", "labels": {"component": "etcd"}, "annotations": {"a": "b"}}
    return {"metadata": metadata, "spec": {"containers": [{"name": "etcd", "image": "etcd:3.6"}], **spec}}


def test_a_mirror_pod_is_the_manifest_with_the_name_of_its_node() -> None:
    found = mirror_pod(manifest(hostNetwork=True), "cp", "uid-cp", 5_000_000)
    meta = found["metadata"]
    assert (found["kind"], meta["name"], meta["namespace"]) == ("Pod", "etcd-cp", "kube-system")
    assert meta["labels"] == {"component": "etcd"} and meta["annotations"]["a"] == "b"
    assert meta["annotations"]["kubernetes.io/config.seen"] == "2025-01-01T00:00:05Z"
    assert [(owner["kind"], owner["name"], owner["uid"]) for owner in meta["ownerReferences"]] == [
        ("Node", "cp", "uid-cp")
    ]
    assert found["spec"]["nodeName"] == "cp" and found["spec"]["hostNetwork"] is True


def test_the_manifest_itself_stays_as_it_was() -> None:
    given = manifest()
    mirror_pod(given, "cp", "uid-cp", 0)
    assert given == manifest()


def test_before_the_node_is_known_a_mirror_pod_has_no_owner() -> None:
    assert "ownerReferences" not in mirror_pod(manifest(), "cp", "", 0)["metadata"]


def test_a_static_pod_is_never_evicted_whatever_it_tolerates_besides() -> None:
    other = {"key": "disk", "operator": "Exists"}
    for given, expected in (
        (None, [FOREVER]),
        ([], [FOREVER]),
        ([other], [other, FOREVER]),
        ([FOREVER, other], [FOREVER, other]),
    ):
        spec = {} if given is None else {"tolerations": given}
        assert mirror_pod(manifest(**spec), "cp", "", 0)["spec"]["tolerations"] == expected


def test_the_kubelet_knows_a_static_pod_by_its_manifest_and_others_by_their_object() -> None:
    given = manifest()
    mirror = mirror_pod(given, "cp", "", 0)
    stored = {**mirror, "metadata": {**mirror["metadata"], "uid": "uid-of-the-object"}}
    assert (
        is_mirror(stored)
        and static_uid(stored) == manifest_hash(given, "cp") == stored["metadata"]["annotations"][MIRROR]
    )
    plain = {"metadata": {"name": "web", "uid": "u", "annotations": None}}
    assert not is_mirror(plain) and static_uid(plain) == "u"


def test_another_manifest_or_another_node_is_another_pod() -> None:
    hashes = [
        manifest_hash(manifest(), "cp"),
        manifest_hash(manifest(), "cp-2"),
        manifest_hash(manifest(hostNetwork=True), "cp"),
    ]
    assert len(set(hashes)) == 3
    assert manifest_hash(dict(reversed(manifest().items())), "cp") == hashes[0], "the order of its fields says nothing"
