"""Ingresses in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

BACKEND: Obj = {"service": {"name": "web", "port": {"name": "http"}}}
GOOD: dict[str, Obj] = {
    "ingresses.networking.k8s.io": {
        "metadata": {"name": "web"},
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["*.example.com", "example.com"], "secretName": "tls"}],
            "rules": [
                {
                    "host": "*.example.com",
                    "http": {"paths": [{"path": "/a", "pathType": "Prefix", "backend": BACKEND}]},
                }
            ],
        },
    }
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        ("ingresses.networking.k8s.io", "spec.rules", [], "either `defaultBackend` or `rules` must be specified"),
        ("ingresses.networking.k8s.io", "spec.rules.0.host", "10.0.0.1", "must be a DNS name, not an IP address"),
        ("ingresses.networking.k8s.io", "spec.rules.0.host", "*", "a wildcard DNS-1123 subdomain must start with '*.'"),
        ("ingresses.networking.k8s.io", "spec.tls.0.hosts.0", "A", "spec.tls[0].hosts[0]: Invalid value"),
        ("ingresses.networking.k8s.io", "spec.rules.0.http.paths", [], "spec.rules[0].http.paths: Required value"),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.pathType",
            GONE,
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.pathType",
            "Regex",
            'supported values: "Exact", "ImplementationSpecific", "Prefix"',
        ),
        ("ingresses.networking.k8s.io", "spec.rules.0.http.paths.0.path", "a", "must be an absolute path"),
        ("ingresses.networking.k8s.io", "spec.rules.0.http.paths.0.path", "/a//b", "must not contain '//'"),
        ("ingresses.networking.k8s.io", "spec.rules.0.http.paths.0.path", "/a/..", "cannot end with '/..'"),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend",
            {},
            "resource or service backend is required",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend.resource",
            {"kind": "Bucket", "name": "b"},
            "cannot set both resource and service backends",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend.service.port",
            {"name": "a", "number": 1},
            "cannot set both port name & port number",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend.service.port",
            {},
            "port name or number is required",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend.service.port",
            {"number": 70000},
            "must be between 1 and 65535, inclusive",
        ),
        (
            "ingresses.networking.k8s.io",
            "spec.rules.0.http.paths.0.backend",
            {"resource": {"name": "b"}},
            "backend.resource.kind: Required value",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


def test_load_balancers_have_names_that_are_names() -> None:
    status = {"loadBalancer": {"ingress": [{"hostname": "10.0.0.1"}, {"ip": "x"}]}}
    words = refused_update(
        "ingresses.networking.k8s.io", GOOD["ingresses.networking.k8s.io"], "status", status, "status"
    )
    assert "must be a DNS name, not an IP address" in words
    assert "status.loadBalancer.ingress[1].ip" in words
