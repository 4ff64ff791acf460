"""Defaults that the recordings do not show."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.pod_defaults import default_pod, default_pod_spec
from cluster_core.api.request import Obj

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
