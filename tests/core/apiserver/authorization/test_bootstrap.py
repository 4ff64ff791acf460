"""The policy that every API server begins with."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import validate_metadata
from cluster_core.apiserver.authorization.bootstrap import bootstrap_policy, node_rules

OBJECTS = {(resource.partition(".")[0], obj["metadata"]["name"]): obj for resource, obj in bootstrap_policy()}


def test_every_object_is_valid_and_complete() -> None:
    for resource, obj in bootstrap_policy():
        kind = by_resource(resource)
        assert kind.defaults(obj) == obj
        assert kind.validate(obj) + validate_metadata(kind, obj) == []
        assert obj["metadata"]["labels"]["kubernetes.io/bootstrapping"] == "rbac-defaults"


def test_every_binding_has_its_role() -> None:
    for resource, obj in bootstrap_policy():
        if resource.startswith(("rolebindings", "clusterrolebindings")):
            ref: dict[str, Any] = obj["roleRef"]
            assert (f"{ref['kind'].lower()}s", ref["name"]) in OBJECTS


def test_some_of_it() -> None:
    admin = OBJECTS[("clusterroles", "cluster-admin")]
    everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
    assert admin["rules"] == [everything, {"nonResourceURLs": ["*"], "verbs": ["*"]}]
    assert OBJECTS[("clusterroles", "edit")]["metadata"]["labels"] == {
        "kubernetes.io/bootstrapping": "rbac-defaults",
        "rbac.authorization.k8s.io/aggregate-to-admin": "true",
    }
    controller = OBJECTS[("clusterrolebindings", "system:controller:job-controller")]
    assert controller["subjects"] == [{"kind": "ServiceAccount", "name": "job-controller", "namespace": "kube-system"}]
    assert "subjects" not in OBJECTS[("clusterrolebindings", "system:node")]
    assert len(node_rules()) == 22
