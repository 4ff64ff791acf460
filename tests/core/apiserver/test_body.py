"""Bodies as objects: the strict decoder's words, and what a patch may bring."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import COMPONENT, Plane, deployment

STRICT = {"field_validation": "Strict"}


def _with(path: str, value: Any) -> Obj:
    body = deployment()
    *folders, last = path.split("/")
    place: Any = body
    for name in folders:
        place = place[int(name)] if name.isdigit() else place[name]
    place[last] = value
    return body


WORDS = [
    ("spec/replica", 3, 'strict decoding error: unknown field "spec.replica"'),
    (
        "spec/template/spec/containers/0/imag",
        "x",
        'strict decoding error: unknown field "spec.template.spec.containers[0].imag"',
    ),
    (
        "spec/replicas",
        "3",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    (
        "spec/replicas",
        1.5,
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    (
        "spec/replicas",
        2**31,
        "cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ),
    (
        "spec/paused",
        "yes",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool",
    ),
    ("spec", [], "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec"),
    (
        "spec/template/spec/containers/0/env",
        [{"name": "A", "value": 1}],
        "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
    ),
    (
        "spec/template/spec/containers/0/resources",
        {"requests": {"cpu": "lots"}},
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ),
    (
        "metadata/labels",
        {"a": 1},
        "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
    ),
]


@pytest.mark.parametrize(("path", "value", "words"), WORDS)
def test_what_does_not_fit_is_refused_in_the_decoders_words(path: str, value: Any, words: str) -> None:
    plane = Plane()
    response = plane.ask("create", "deployments", namespace="default", body=_with(path, value), options=STRICT)
    assert (response.code, response.reason) == (400, "BadRequest")
    assert response.body["message"].startswith('Deployment in version "v1" cannot be handled as a Deployment: ')
    assert words in response.body["message"]


def test_every_unknown_field_is_named() -> None:
    body = _with("spec/replica", 3)
    body["spec"]["nonsense"] = {"a": 1}
    answer = Plane().ask("create", "deployments", namespace="default", body=body, options=STRICT)
    assert answer.body["message"].endswith('unknown field "spec.replica", unknown field "spec.nonsense"')


def test_without_strictness_unknown_fields_are_dropped() -> None:
    made = Plane().made("deployments", _with("spec/replica", 3))
    assert "replica" not in made["spec"]


def test_quantities_are_stored_in_their_shortest_form() -> None:
    resources = {"requests": {"cpu": 0.5, "memory": "1024Mi"}, "limits": {"cpu": "1000m"}}
    made = Plane().made("deployments", _with("spec/template/spec/containers/0/resources", resources))
    stored = made["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert stored == {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": "1"}}


def test_nulls_and_empty_maps_are_as_if_unset() -> None:
    body = _with("spec/template/metadata/annotations", {})
    body["metadata"]["creationTimestamp"] = None
    made = Plane().made("deployments", body)
    assert made["spec"]["template"]["metadata"] == {"labels": {"app": "web"}}


PATCHES: list[tuple[str, Any, int, str]] = [
    (
        "merge",
        [],
        400,
        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    ),
    (
        "json",
        {},
        400,
        "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    ),
    (
        "json",
        [{"op": "test", "path": "/spec/replicas", "value": 9}],
        422,
        "the server rejected our request due to an error in our request",
    ),
    ("json", [{"op": "test", "path": "/kind", "value": "Deployment", "x": 1}], 422, 'json patch unknown field "[0].x"'),
    (
        "json",
        [{"op": "remove", "path": "/spec/nope"}],
        422,
        "the server rejected our request due to an error in our request",
    ),
    ("cbor", {}, 415, "the body of the request was in an unknown format - accepted media types include: "),
    ("merge", {"spec": {"replica": 1}}, 422, 'strict decoding error: unknown field "spec.replica"'),
    ("strategic", {"spec": {"replicas": "x"}}, 422, 'patch: Invalid value: "map[spec:map[replicas:x]]": '),
    ("merge", {"spec": {"replicas": "x"}}, 422, 'patch: Invalid value: "{\\"metadata\\":{'),
    ("strategic", {"spec": {"$patch": "nonsense"}}, 400, "unknown patch type found: nonsense"),
    ("strategic", {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}, 400, "declared merge key: name"),
    ("merge", {"kind": "Pod"}, 400, 'Pod in version "v1" cannot be handled as a Deployment'),
    ("merge", {"metadata": {"resourceVersion": "1"}}, 409, "the object has been modified"),
]


@pytest.mark.parametrize(("how", "patch", "code", "words"), PATCHES)
def test_refused_patches(how: str, patch: Any, code: int, words: str) -> None:
    plane = Plane()
    before = plane.made("deployments", deployment())
    options = {"patch_type": how, **STRICT}
    response = plane.ask("patch", "deployments", namespace="default", name="web", body=patch, options=options)
    assert response.code == code
    assert words in response.body["message"]
    assert plane.get("deployments", "web") == before


def test_bodies_of_the_clusters_own_components_are_not_decoded_again() -> None:
    plane = Plane()
    inner = deployment()["spec"]["template"]["spec"]["containers"][0]["image"]
    made = plane.made("deployments", deployment(), user=COMPONENT)
    assert made["spec"]["template"]["spec"]["containers"][0]["image"] == inner
