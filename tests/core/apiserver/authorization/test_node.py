"""The Node authorizer."""

from __future__ import annotations

import pytest

from cluster_core.apiserver.authentication.identity import component
from cluster_core.apiserver.authorization.attributes import Attributes
from cluster_core.apiserver.authorization.node import decide
from cluster_core.apiserver.watch_cache import WatchCache

N1 = component("system:node:n1")


def cache() -> WatchCache:
    found = WatchCache()
    env = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "env", "key": "a"}}}]
    volumes = [
        {"name": "s", "secret": {"secretName": "files"}},
        {"name": "p", "projected": {"sources": [{"configMap": {"name": "ca"}}]}},
        {"name": "d", "persistentVolumeClaim": {"claimName": "data"}},
    ]
    spec = {
        "nodeName": "n1",
        "serviceAccountName": "robot",
        "volumes": volumes,
        "containers": [{"name": "c", "env": env}],
    }
    found.load("/registry/pods/team/mine", {"metadata": {"name": "mine", "namespace": "team"}, "spec": spec}, 1)
    other = {"metadata": {"name": "other", "namespace": "team"}, "spec": {"nodeName": "n2", "containers": []}}
    found.load("/registry/pods/team/other", other, 2)
    claim = {"metadata": {"name": "data", "namespace": "team"}, "spec": {"volumeName": "disk"}}
    found.load("/registry/persistentvolumeclaims/team/data", claim, 3)
    return found


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Attributes("get", "", "secrets", namespace="team", name="env"), ""),
        (Attributes("watch", "", "secrets", namespace="team", name="files"), ""),
        (
            Attributes("get", "", "secrets", namespace="team", name="else"),
            "no relationship found between node 'n1' and this object",
        ),
        (Attributes("list", "", "secrets", namespace="team"), "No Object name found"),
        (Attributes("update", "", "secrets", namespace="team", name="env"), "can only read resources of this type"),
        (Attributes("get", "", "configmaps", namespace="team", name="ca"), ""),
        (Attributes("get", "", "persistentvolumeclaims", namespace="team", name="data"), ""),
        (Attributes("get", "", "persistentvolumes", name="disk"), ""),
        (Attributes("list", "", "persistentvolumes"), "can only get individual resources of this type"),
        (Attributes("create", "", "serviceaccounts", "token", "team", "robot"), ""),
        (
            Attributes("create", "", "serviceaccounts", "", "team"),
            "can only create tokens for individual service accounts",
        ),
        (Attributes("get", "", "nodes", name="n1"), ""),
        (Attributes("get", "", "nodes", name="n2"), "node 'n1' cannot read 'n2', only its own Node object"),
        (Attributes("list", "", "nodes"), "node 'n1' cannot read all nodes, only its own Node object"),
        (Attributes("get", "", "pods", namespace="team", name="mine"), ""),
        (
            Attributes("get", "", "pods", namespace="team", name="other"),
            "no relationship found between node 'n1' and this object",
        ),
        (Attributes("list", "", "pods"), "can only list/watch pods with spec.nodeName field selector"),
        (Attributes("patch", "coordination.k8s.io", "leases", "", "kube-node-lease", "n1"), ""),
        (
            Attributes("patch", "coordination.k8s.io", "leases", "", "kube-node-lease", "n2"),
            "can only access node lease with the same name as the requesting node",
        ),
        (Attributes("get", "", "services", namespace="team", name="any"), ""),
    ],
)
def test_what_the_kubelet_of_n1_may_do(asked: Attributes, reason: str) -> None:
    decision = decide(cache(), N1, asked)
    assert (decision.allowed, decision.reason) == (not reason, reason)


def test_its_own_pods_may_be_listed_and_nobody_else_is_judged() -> None:
    assert decide(cache(), N1, Attributes("list", "", "pods"), "spec.nodeName=n1").allowed
    assert not decide(cache(), N1, Attributes("list", "", "pods"), "spec.nodeName=n10").allowed
    assert not decide(cache(), component("jane"), Attributes("get", "", "services")).allowed
    assert not decide(cache(), N1, Attributes("delete", "", "services")).allowed
