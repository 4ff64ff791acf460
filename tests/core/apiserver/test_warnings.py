"""Warnings that travel with answers."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Request
from cluster_core.apiserver.warnings import WARNINGS_MAX, told
from tests.core.apiserver.plane import COMPONENT, Plane, deployment, pod


@pytest.fixture
def plane() -> Plane:
    return Plane()


def test_unknown_and_double_fields_are_dropped_with_a_warning(plane: Plane) -> None:
    body = {"metadata": {"name": "a"}, "dat": {}, "data": {"a": "b"}}
    options: dict[str, Any] = {"duplicate_fields": ["data.a"]}
    wanted = ('unknown field "dat"', 'duplicate field "data.a"')
    assert plane.ask("create", "configmaps", namespace="default", body=body, options=options).warnings == wanted
    quiet = plane.ask(
        "create", "configmaps", namespace="other", body=body, options={**options, "field_validation": "Ignore"}
    )
    assert (quiet.code, quiet.warnings) == (201, ())
    strict = plane.ask(
        "update",
        "configmaps",
        namespace="default",
        name="a",
        body=body,
        options={**options, "field_validation": "Strict"},
    )
    assert strict.code == 400
    assert strict.body["message"] == (
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat", duplicate field "data.a"'
    )


def test_a_pod_whose_name_is_no_host_name(plane: Plane) -> None:
    answer = plane.ask("create", "pods", namespace="default", body=pod("a.b"))
    assert answer.warnings[0].startswith(
        "metadata.name: this is used in the Pod's hostname, which can result in surprising"
    )


def test_templates_warn_when_they_are_created_or_changed(plane: Plane) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}
    words = (
        'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'
    )
    assert plane.ask("create", "deployments", namespace="default", body=body).warnings == (words,)
    for patch, warned in (({"metadata": {"labels": {"a": "b"}}}, ()), ({"spec": {"replicas": 5}}, (words,))):
        answer = plane.ask(
            "patch", "deployments", namespace="default", name="web", body=patch, options={"patch_type": "merge"}
        )
        assert answer.warnings == warned
    component = plane.ask("create", "replicasets", COMPONENT, namespace="default", body=body)
    assert component.warnings == ()


SERVICES = [
    ({"clusterIP": "None", "externalIPs": ["1.2.3.4"]}, "spec.externalIPs is ignored for headless services"),
    ({"externalName": "a.example.com"}, 'spec.externalName is ignored when spec.type is not "ExternalName"'),
]


@pytest.mark.parametrize(("spec", "words"), SERVICES)
def test_services(plane: Plane, spec: dict[str, Any], words: str) -> None:
    body = {"metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}], **spec}}
    answer = plane.ask("create", "services", namespace="default", body=body)
    assert answer.code == 201, answer.body
    assert words in answer.warnings


def test_owners_are_named_once(plane: Plane) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}
    body = {"metadata": {"name": "a", "ownerReferences": [owner, {**owner}, {**owner, "uid": "v"}]}}
    answer = plane.ask("create", "configmaps", namespace="default", body=body)
    assert [found["uid"] for found in answer.body["metadata"]["ownerReferences"]] == ["u", "v"]
    assert answer.warnings[0].endswith("duplicate UID(s) observed: u")


def test_deprecated_versions_warn_readers_too(plane: Plane) -> None:
    words = ("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",)
    assert plane.server.read(Request(0, "", "jane", "list", "endpoints", "default")).warnings == words
    body = {"metadata": {"name": "a"}}
    assert plane.ask("create", "endpoints", namespace="default", body=body).warnings == words


def test_each_once_and_not_too_many() -> None:
    assert told(["a", "b", "a"]) == ("a", "b")
    assert len(told([str(number) for number in range(500)])) == WARNINGS_MAX
