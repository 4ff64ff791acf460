"""Defaults that the recordings do not show, and what a kind prepares."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.kinds.pod_defaults import default_pod, default_pod_spec
from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane, deployment

IMAGES = [
    ("nginx", "Always"),
    ("nginx:latest", "Always"),
    ("nginx:1.25", "IfNotPresent"),
    ("registry:5000/nginx", "Always"),
    ("registry:5000/nginx:1", "IfNotPresent"),
    ("nginx@sha256:abc", "IfNotPresent"),
]


def spec(**container: Any) -> Obj:
    return {"containers": [{"name": "c", "image": "a:1", **container}]}


@pytest.mark.parametrize(("image", "policy"), IMAGES)
def test_the_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    assert default_pod_spec(spec(image=image))["containers"][0]["imagePullPolicy"] == policy


def test_probes_and_hooks() -> None:
    container = default_pod_spec(
        spec(
            readinessProbe={"httpGet": {"port": 80}, "periodSeconds": 3},
            livenessProbe={"grpc": {"port": 1}, "timeoutSeconds": 0},
            lifecycle={"preStop": {"httpGet": {"port": 80}}},
        )
    )["containers"][0]
    ready = container["readinessProbe"]
    assert ready["httpGet"] == {"path": "/", "scheme": "HTTP", "port": 80}
    assert [ready[name] for name in ("timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")] == [
        1,
        3,
        1,
        3,
    ]
    assert container["livenessProbe"]["grpc"] == {"service": "", "port": 1}
    assert container["livenessProbe"]["timeoutSeconds"] == 1
    assert container["lifecycle"]["preStop"]["httpGet"]["scheme"] == "HTTP"


def test_volumes_and_references() -> None:
    field = {"fieldRef": {"fieldPath": "metadata.name"}}
    given = {
        **spec(env=[{"name": "A", "valueFrom": field}]),
        "volumes": [
            {"name": "a"},
            {"name": "b", "secret": {"secretName": "s"}},
            {"name": "c", "hostPath": {"path": "/"}},
            {
                "name": "d",
                "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}, {"downwardAPI": {"items": [field]}}]},
            },
        ],
    }
    found = default_pod_spec(given)
    a, b, c, d = found["volumes"]
    assert (a["emptyDir"], b["secret"]["defaultMode"], c["hostPath"]["type"]) == ({}, 420, "")
    assert d["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"] == 3600
    assert d["projected"]["sources"][1]["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"] == "v1"
    assert found["containers"][0]["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"


def test_what_only_a_pod_gets() -> None:
    given = spec(
        resources={"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "2"}}, ports=[{"containerPort": 80}]
    )
    given["hostNetwork"] = True
    pod, template = default_pod(given), default_pod_spec(given)
    assert pod["containers"][0]["resources"]["requests"] == {"cpu": "2", "memory": "1Gi"}
    assert pod["containers"][0]["ports"][0]["hostPort"] == 80
    assert pod["enableServiceLinks"] is True
    assert template["containers"][0]["resources"]["requests"] == {"cpu": "2"}
    assert "hostPort" not in template["containers"][0]["ports"][0]
    assert "enableServiceLinks" not in template


def resources(requests: Obj, limits: Obj) -> Obj:
    return {"resources": {"requests": requests, "limits": limits}}


FULL = {"cpu": "1", "memory": "1Gi"}
CLASSES = [
    ([{}], "BestEffort"),
    ([resources({}, {})], "BestEffort"),
    ([resources({"cpu": "0"}, {})], "BestEffort"),
    ([resources(FULL, FULL)], "Guaranteed"),
    ([resources({"cpu": "1000m", "memory": "1024Mi"}, FULL)], "Guaranteed"),
    ([resources(FULL, FULL), {}], "Burstable"),
    ([resources({"cpu": "1"}, {"cpu": "1"})], "Burstable"),
    ([resources({"cpu": "1"}, FULL)], "Burstable"),
]


@pytest.mark.parametrize(("containers", "expected"), CLASSES)
def test_quality_of_service(containers: list[Obj], expected: str) -> None:
    assert qos_class({"containers": containers}) == expected
    assert qos_class({"containers": [], "initContainers": containers}) == expected


def test_a_replication_controller_takes_selector_and_labels_from_its_template() -> None:
    body = deployment()
    del body["spec"]["selector"]
    made = Plane().made("replicationcontrollers", body)
    assert made["spec"]["selector"] == made["metadata"]["labels"] == {"app": "web"}
    assert made["status"] == {"replicas": 0}


def test_secrets_keep_texts_encoded() -> None:
    made = Plane().made("secrets", {"metadata": {"name": "s"}, "stringData": {"a": "hi"}, "data": {"b": "eA=="}})
    assert (made["data"], made["type"], "stringData" in made) == ({"a": "aGk=", "b": "eA=="}, "Opaque", False)


SERVICES: list[tuple[Obj, Obj]] = [
    ({"type": "NodePort"}, {"externalTrafficPolicy": "Cluster"}),
    ({"type": "LoadBalancer"}, {"externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True}),
    ({"sessionAffinity": "ClientIP"}, {"sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}}),
    (
        {"ports": [{"port": 80, "targetPort": "http"}]},
        {"ports": [{"protocol": "TCP", "port": 80, "targetPort": "http"}]},
    ),
]


@pytest.mark.parametrize(("given", "expected"), SERVICES)
def test_services(given: Obj, expected: Obj) -> None:
    made = Plane().made("services", {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}], **given}})
    assert {name: made["spec"].get(name) for name in expected} == expected


def test_volumes_and_claims_begin_pending() -> None:
    plane = Plane()
    modes = {"accessModes": ["ReadWriteOnce"]}
    claim = {"metadata": {"name": "c"}, "spec": {**modes, "resources": {"requests": {"storage": "1Gi"}}}}
    volume = {"metadata": {"name": "v"}, "spec": {**modes, "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}}
    made = plane.made("persistentvolumeclaims", claim), plane.made("persistentvolumes", volume)
    assert [obj["status"] for obj in made] == [{"phase": "Pending"}] * 2
    assert made[1]["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    body = {"spec": {"accessModes": ["ReadOnlyMany"]}}
    options = {"patch_type": "merge"}
    answer = plane.ask("patch", "persistentvolumeclaims", namespace="default", name="c", body=body, options=options)
    assert "spec is immutable after creation except resources.requests" in answer.body["message"]


def test_a_namespace_has_its_finalizer_label_and_phase() -> None:
    plane = Plane()
    made = plane.get("namespaces", "default", "")
    assert made is not None
    assert made["spec"] == {"finalizers": ["kubernetes"]}
    assert made["metadata"]["labels"] == {"kubernetes.io/metadata.name": "default"}
    changed = plane.ask("update", "namespaces", name="default", body={"metadata": {"name": "default"}, "spec": {}}).body
    assert (changed["spec"], changed["status"]) == (made["spec"], {"phase": "Active"})


def test_slices_count_changes_of_their_endpoints() -> None:
    plane = Plane()
    body = {"metadata": {"name": "s"}, "addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"]}]}
    made = plane.made("endpointslices", body)
    assert made["metadata"]["generation"] == 1
    labelled = {**made, "metadata": {**made["metadata"], "labels": {"a": "b"}}}
    labelled = plane.ask("update", "endpointslices", namespace="default", name="s", body=labelled).body
    assert labelled["metadata"]["generation"] == 1
    changed = {**labelled, "endpoints": []}
    answer = plane.ask("update", "endpointslices", namespace="default", name="s", body=changed)
    assert answer.body["metadata"]["generation"] == 2
