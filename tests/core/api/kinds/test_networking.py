"""Ingress classes, addresses and ranges."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.api.kinds.tables import GONE, changed, refusal, refused_update
from tests.core.apiserver.plane import Plane

GOOD: dict[str, Obj] = {
    "ingresses.networking.k8s.io": {
        "metadata": {"name": "web"},
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
    },
    "ingressclasses.networking.k8s.io": {
        "metadata": {"name": "nginx"},
        "spec": {"controller": "example.com/nginx", "parameters": {"kind": "Settings", "name": "all"}},
    },
    "ipaddresses.networking.k8s.io": {
        "metadata": {"name": "10.96.0.7"},
        "spec": {"parentRef": {"resource": "services", "name": "web"}},
    },
    "servicecidrs.networking.k8s.io": {"metadata": {"name": "more"}, "spec": {"cidrs": ["10.97.0.0/16"]}},
}


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (
            "ingressclasses.networking.k8s.io",
            "spec.controller",
            "nginx",
            'spec.controller: Invalid value: "nginx": must be a domain-prefixed path',
        ),
        (
            "ingressclasses.networking.k8s.io",
            "spec.parameters.scope",
            "Galaxy",
            'spec.parameters.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespace"',
        ),
        (
            "ingressclasses.networking.k8s.io",
            "spec.parameters.scope",
            "Namespace",
            "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
        ),
        (
            "ingressclasses.networking.k8s.io",
            "spec.parameters.namespace",
            "default",
            "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
        ),
        ("ingressclasses.networking.k8s.io", "spec.parameters.kind", "", "spec.parameters.kind: Required value"),
        (
            "ipaddresses.networking.k8s.io",
            "metadata.name",
            "10.096.0.7",
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ),
        ("ipaddresses.networking.k8s.io", "metadata.name", "2001:DB8::1", 'must be in canonical form ("2001:db8::1")'),
        ("ipaddresses.networking.k8s.io", "spec.parentRef", GONE, "spec.parentRef: Required value"),
        (
            "ipaddresses.networking.k8s.io",
            "spec.parentRef.name",
            "a/b",
            "spec.parentRef.name: Invalid value: \"a/b\": may not contain '/'",
        ),
        ("servicecidrs.networking.k8s.io", "spec.cidrs", [], "spec.cidrs: Required value: at least one CIDR required"),
        (
            "servicecidrs.networking.k8s.io",
            "spec.cidrs",
            ["10.0.0.1/8"],
            'spec.cidrs[0]: Invalid value: "10.0.0.1/8": must be in canonical form ("10.0.0.0/8")',
        ),
        (
            "servicecidrs.networking.k8s.io",
            "spec.cidrs",
            ["10.0.0.0/8", "11.0.0.0/8"],
            "may specify no more than one IP for each IP family",
        ),
    ],
)
def test_refused(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refusal(kind, changed(GOOD[kind], path, value))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_accepted(kind: str) -> None:
    assert Plane().ask("create", kind, namespace="default", body=GOOD[kind]).code == 201


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"),
    [
        (
            "ingressclasses.networking.k8s.io",
            "spec.controller",
            "example.com/other",
            'spec.controller: Invalid value: "example.com/other": field is immutable',
        ),
        ("ipaddresses.networking.k8s.io", "spec.parentRef.name", "api", "spec.parentRef: Invalid value"),
        (
            "servicecidrs.networking.k8s.io",
            "spec.cidrs",
            ["10.98.0.0/16"],
            'spec.cidrs[0]: Invalid value: "10.98.0.0/16": field is immutable',
        ),
    ],
)
def test_what_does_not_change(kind: str, path: str, value: Any, words: str) -> None:
    assert words in refused_update(kind, GOOD[kind], path, value)


def test_parameters_are_of_the_cluster() -> None:
    made = Plane().made("ingressclasses.networking.k8s.io", GOOD["ingressclasses.networking.k8s.io"])
    assert made["spec"]["parameters"]["scope"] == "Cluster"


def test_annotation_and_field_agree() -> None:
    meta = {"name": "web", "annotations": {"kubernetes.io/ingress.class": "a"}}
    body = changed(changed(GOOD["ingresses.networking.k8s.io"], "metadata", meta), "spec.ingressClassName", "b")
    assert "must match `ingressClassName` when both are specified" in refusal("ingresses.networking.k8s.io", body)
