"""The environment of containers."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.environment import MissingReference, environment_of, expand, resource_of, service_variables

FACTS = {"hostname": "p", "podIP": "10.0.0.5", "hostIP": "172.18.0.3", "nodeName": "node-1"}
POD: dict[str, Any] = {
    "metadata": {"name": "p", "namespace": "default", "uid": "u", "labels": {"a": "1"}},
    "spec": {"containers": []},
}
OBJECTS = {
    ("configmaps", "default", "c"): {"data": {"A": "1", "bad key": "x"}},
    ("secrets", "default", "s"): {"data": {"P": "cHc="}},
}


def get(resource: str, namespace: str, name: str) -> Any:
    return OBJECTS.get((resource, namespace, name))


def env(**container: Any) -> dict[str, str]:
    found = environment_of(POD, {"name": "c", **container}, FACTS, [], get)
    return {name: value for name, value in found.items() if name not in ("PATH", "HOSTNAME")}


def test_expansion() -> None:
    assert expand("$(A)-$$(A)-$(B)", {"A": "x"}) == "x-$(A)-$(B)"


def test_sources() -> None:
    assert env(envFrom=[{"configMapRef": {"name": "c"}, "prefix": "X_"}, {"secretRef": {"name": "s"}}]) == {
        "X_A": "1",
        "P": "pw",
    }
    listed = [
        {"name": "A", "value": "$(B)"},
        {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "A"}}},
        {"name": "C", "value": "$(B)!"},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "L", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a']"}}},
    ]
    assert env(env=listed) == {"A": "$(B)", "B": "1", "C": "1!", "IP": "10.0.0.5", "L": "1"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({"configMapKeyRef": {"name": "no", "key": "A"}}, 'configmap "no" not found'),
        ({"secretKeyRef": {"name": "s", "key": "no"}}, "couldn't find key no in Secret default/s"),
    ],
)
def test_what_is_missing(source: dict[str, Any], text: str) -> None:
    with pytest.raises(MissingReference, match=text):
        env(env=[{"name": "A", "valueFrom": source}])
    optional = {kind: {**value, "optional": True} for kind, value in source.items()}
    assert env(env=[{"name": "A", "valueFrom": optional}]) == {}


def test_services() -> None:
    service = {
        "metadata": {"name": "my-db"},
        "spec": {"clusterIP": "10.96.0.9", "ports": [{"port": 5432, "name": "pg"}]},
    }
    found = service_variables([service])
    assert found["MY_DB_SERVICE_HOST"] == "10.96.0.9"
    assert found["MY_DB_SERVICE_PORT_PG"] == "5432"
    assert found["MY_DB_PORT_5432_TCP"] == "tcp://10.96.0.9:5432"


def test_resources() -> None:
    container = {"name": "c", "resources": {"limits": {"cpu": "1500m", "memory": "64Mi"}}}
    assert resource_of(POD, container, {"resource": "limits.cpu"}) == "2"
    assert resource_of(POD, container, {"resource": "limits.memory", "divisor": "1Mi"}) == "64"
