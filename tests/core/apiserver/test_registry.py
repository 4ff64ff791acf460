"""Creates, updates and patches: what is stored, and in which words a write is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.sim.limits import Limits
from tests.core.apiserver.plane import COMPONENT, Plane, deployment, pod

CHANGED = "the object has been modified; please apply your changes to the latest version and try again"


@pytest.fixture
def plane() -> Plane:
    return Plane()


def test_a_new_object_gets_what_only_the_server_may_give(plane: Plane) -> None:
    body = deployment()
    body["metadata"] |= {"uid": "mine", "generation": 7, "creationTimestamp": "2001-01-01T00:00:00Z"}
    made = plane.made("deployments", {**body, "status": {"replicas": 9}})
    meta = made["metadata"]
    assert meta["uid"] != "mine"
    assert meta["creationTimestamp"].startswith("2025-01-01T")
    assert (meta["generation"], meta["namespace"], made["status"]) == (1, "default", {})
    assert int(meta["resourceVersion"]) > 0


def test_generated_names_end_in_five_safe_characters(plane: Plane) -> None:
    names = [plane.made("pods", {**pod(), "metadata": {"generateName": "web-"}})["metadata"]["name"] for _ in range(20)]
    assert len(set(names)) == 20
    assert all(len(name) == 9 and set(name[4:]) <= set("bcdfghjklmnpqrstvwxz2456789") for name in names)


REFUSED: list[tuple[str, Obj, int, str]] = [
    ("pods", {"metadata": {}}, 422, "metadata.name: Required value: name or generateName is required"),
    (
        "pods",
        {**pod("web"), "metadata": {"name": "web", "namespace": "elsewhere"}},
        400,
        "does not match the namespace sent",
    ),
    (
        "pods",
        {**pod("web"), "metadata": {"name": "web", "resourceVersion": "5"}},
        400,
        "resourceVersion should not be set on",
    ),
    ("pods", {**pod("web"), "kind": "Service"}, 400, 'Service in version "v1" cannot be handled as a Pod'),
    (
        "pods",
        {**pod("web"), "apiVersion": "v2"},
        400,
        "the API version in the data (v2) does not match the expected API",
    ),
    ("pods", pod("web", serviceAccountName="nobody"), 403, 'serviceaccount "nobody" not found'),
    ("pods", pod("web", priorityClassName="vip"), 403, "no PriorityClass with name vip was found"),
]


@pytest.mark.parametrize(("resource", "body", "code", "words"), REFUSED)
def test_refused_creates(plane: Plane, resource: str, body: Obj, code: int, words: str) -> None:
    response = plane.ask("create", resource, namespace="default", body=body)
    assert response.code == code
    assert words in response.body["message"]


def test_what_is_there_cannot_be_created(plane: Plane) -> None:
    plane.made("deployments", deployment())
    response = plane.ask("create", "deployments", namespace="default", body=deployment())
    assert (response.code, response.reason) == (409, "AlreadyExists")
    assert response.body["message"] == 'deployments.apps "web" already exists'


def test_nothing_is_created_in_a_namespace_that_is_missing_or_ending(plane: Plane) -> None:
    missing = plane.ask("create", "pods", namespace="nope", body=pod())
    assert (missing.code, missing.body["message"]) == (404, 'namespaces "nope" not found')
    plane.ask("delete", "namespaces", name="other")
    ending = plane.ask("create", "pods", namespace="other", body=pod())
    assert ending.code == 403
    assert ending.body["message"].endswith(
        "unable to create new content in namespace other because it is being terminated"
    )


def test_of_two_writers_with_the_same_version_one_gets_a_conflict(plane: Plane) -> None:
    old = plane.made("deployments", deployment())
    first = plane.client.ask("update", "deployments", namespace="default", name="web", body=_scaled(old, 5))
    second = plane.client.ask("update", "deployments", namespace="default", name="web", body=_scaled(old, 7))
    plane.settle()
    answers = [plane.client.responses[number] for number in (first, second)]
    assert [answer.code for answer in answers] == [200, 409]
    assert answers[1].body["message"] == f'Operation cannot be fulfilled on deployments.apps "web": {CHANGED}'


def test_patches_and_updates_without_a_version_try_again(plane: Plane) -> None:
    old = plane.made("deployments", deployment())
    blind = _scaled(old, 9)
    blind["metadata"].pop("resourceVersion")
    asked = [
        plane.client.ask(
            "patch", "deployments", namespace="default", name="web", body={"metadata": {"labels": {str(n): "x"}}}
        )
        for n in range(5)
    ]
    asked.append(plane.client.ask("update", "deployments", namespace="default", name="web", body=blind))
    plane.settle()
    assert [plane.client.responses[number].code for number in asked] == [200] * 6


def test_an_equal_update_writes_nothing(plane: Plane) -> None:
    old = plane.made("deployments", deployment())
    again = plane.ask("update", "deployments", namespace="default", name="web", body=old)
    assert (again.code, again.body) == (200, old)


def test_generation_counts_specs_and_status_is_apart(plane: Plane) -> None:
    old = plane.made("deployments", deployment())
    labelled = _patch(plane, {"metadata": {"labels": {"a": "b"}}, "status": {"replicas": 5}})
    assert (labelled["metadata"]["generation"], labelled["status"]) == (1, {})
    scaled = _patch(plane, {"spec": {"replicas": 5}})
    assert scaled["metadata"]["generation"] == 2
    told = plane.ask(
        "update",
        "deployments",
        namespace="default",
        name="web",
        subresource="status",
        body={**old, "metadata": {"name": "web"}, "spec": {}, "status": {"replicas": 5}},
    ).body
    assert (told["status"], told["spec"], told["metadata"]["generation"]) == ({"replicas": 5}, scaled["spec"], 2)


def test_parts_that_did_not_change_are_shared(plane: Plane) -> None:
    plane.made("deployments", deployment())
    before = plane.server.cache.get("deployments.apps", "default", "web")
    _patch(plane, {"spec": {"replicas": 5}}, user=COMPONENT)
    after = plane.server.cache.get("deployments.apps", "default", "web")
    assert before is not None
    assert after is not None
    assert after["spec"]["template"]["spec"]["containers"][0] == before["spec"]["template"]["spec"]["containers"][0]
    assert after["status"] is before["status"]


IMMUTABLE: list[tuple[str, Obj, Obj, str]] = [
    (
        "deployments",
        deployment(),
        {"spec": {"selector": {"matchLabels": {"app": "x"}}, "template": {"metadata": {"labels": {"app": "x"}}}}},
        'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ),
    (
        "pods",
        pod(),
        {"spec": {"restartPolicy": "Never"}},
        "spec: Forbidden: pod updates may not change fields other than",
    ),
    ("pods", pod(), {"spec": {"tolerations": [{"operator": "Exists"}]}}, "existing toleration can not be modified"),
    (
        "services",
        {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}},
        {"spec": {"clusterIP": "10.96.9.9"}},
        'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
    ),
    ("secrets", {"metadata": {"name": "web"}}, {"type": "Other"}, 'type: Invalid value: "Other": field is immutable'),
    (
        "configmaps",
        {"metadata": {"name": "web"}, "immutable": True, "data": {"a": "b"}},
        {"data": {"a": "c"}},
        "data: Forbidden: field is immutable when `immutable` is set",
    ),
]


@pytest.mark.parametrize(("resource", "body", "patch", "words"), IMMUTABLE)
def test_what_an_update_may_not_change(plane: Plane, resource: str, body: Obj, patch: Obj, words: str) -> None:
    before = plane.made(resource, body)
    options = {"patch_type": "merge"}
    response = plane.ask("patch", resource, namespace="default", name="web", body=patch, options=options)
    assert response.code == 422
    assert words in response.body["message"]
    assert plane.get(resource, "web") == before


def test_images_of_a_pod_may_change(plane: Plane) -> None:
    plane.made("pods", pod())
    body = {"spec": {"containers": [{"name": "c", "image": "nginx:1.26"}]}}
    changed = plane.ask("patch", "pods", namespace="default", name="web", body=body).body
    assert changed["spec"]["containers"][0]["image"] == "nginx:1.26"
    assert changed["metadata"]["generation"] == 2


@pytest.mark.parametrize("verb", ["create", "update", "patch", "delete"])
def test_a_dry_run_stores_nothing(plane: Plane, verb: str) -> None:
    before = plane.made("deployments", deployment())
    revision = plane.server.cache.revision
    named = {} if verb == "create" else {"name": "web"}
    body: Any = deployment("new") if verb == "create" else None if verb == "delete" else _scaled(before, 9)
    response = plane.ask(verb, "deployments", namespace="default", body=body, options={"dry_run": True}, **named)
    assert response.ok
    assert plane.server.cache.revision == revision
    if verb in ("update", "patch"):
        assert response.body["spec"]["replicas"] == 9


def test_limits_of_the_run_are_told(plane: Plane) -> None:
    small = Plane(Limits(pods=1))
    small.made("pods", pod("a"))
    response = small.ask("create", "pods", namespace="default", body=pod("b"))
    assert response.code == 403
    assert "limit of this run reached: at most 1 pods" in response.body["message"]


def test_subresources_that_a_kind_lacks(plane: Plane) -> None:
    plane.made("configmaps", {"metadata": {"name": "web"}})
    for subresource in ("status", "scale", "nonsense"):
        answer = plane.ask("update", "configmaps", namespace="default", name="web", subresource=subresource, body={})
        assert (answer.code, answer.body["message"]) == (404, "the server could not find the requested resource")


def _scaled(obj: Obj, replicas: int) -> Obj:
    return {**obj, "metadata": dict(obj["metadata"]), "spec": {**obj["spec"], "replicas": replicas}}


def _patch(plane: Plane, body: Obj, **fields: Any) -> Obj:
    response = plane.ask(
        "patch", "deployments", namespace="default", name="web", body=body, options={"patch_type": "merge"}, **fields
    )
    assert response.ok, response.body
    found: Obj = response.body
    return found


NAMES: list[tuple[str, Obj, int, str]] = [
    ("patch", {"metadata": {"name": "b"}}, 400, "the name of the object (b) does not match the name on the URL (web)"),
    ("update", {"metadata": {"name": "b"}}, 400, "the name of the object (b) does not match the name on the URL (web)"),
    (
        "update",
        {"data": {}},
        400,
        "the name of the object (web based on URL) was undeterminable: name must be provided",
    ),
    (
        "update",
        {"metadata": {"name": "web", "namespace": "other"}},
        400,
        "the namespace of the provided object does not match the namespace sent on the request",
    ),
    (
        "update",
        {"metadata": {"name": "web", "resourceVersion": "1"}},
        409,
        "the object has been modified; please apply",
    ),
    (
        "update",
        {"metadata": {"name": "web", "uid": "u"}},
        409,
        'Operation cannot be fulfilled on configmaps "web": StorageError: invalid object, Code: 4, Key: '
        "/registry/configmaps/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u",
    ),
]


@pytest.mark.parametrize(("verb", "body", "code", "words"), NAMES)
def test_the_object_is_the_one_of_the_path(plane: Plane, verb: str, body: Obj, code: int, words: str) -> None:
    plane.made("configmaps", {"metadata": {"name": "web"}})
    options = {"patch_type": "merge"} if verb == "patch" else {}
    answer = plane.ask(verb, "configmaps", namespace="default", name="web", body=body, options=options)
    assert answer.code == code
    assert words in answer.body["message"]


def test_some_kinds_are_updated_only_from_what_was_read(plane: Plane) -> None:
    plane.made("leases.coordination.k8s.io", {"metadata": {"name": "a"}, "spec": {"holderIdentity": "x"}})
    body = {"metadata": {"name": "a"}, "spec": {"holderIdentity": "y"}}
    answer = plane.ask("update", "leases.coordination.k8s.io", namespace="default", name="a", body=body)
    assert (answer.code, answer.body["message"]) == (
        422,
        'leases.coordination.k8s.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
    options = {"patch_type": "merge"}
    patched = plane.ask(
        "patch", "leases.coordination.k8s.io", namespace="default", name="a", body=body, options=options
    )
    assert patched.code == 200


def test_a_generated_name_that_is_always_taken(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster_core.apiserver.write.Context.suffix", lambda _self, length: "x" * length)
    body = {"metadata": {"generateName": "a-"}}
    assert plane.ask("create", "configmaps", namespace="default", body=body).body["metadata"]["name"] == "a-xxxxx"
    answer = plane.ask("create", "configmaps", namespace="default", body=body)
    assert (answer.code, answer.reason, answer.body["details"]["retryAfterSeconds"]) == (409, "AlreadyExists", 1)
    assert "the server was not able to generate a unique name for the object" in answer.body["message"]


def test_objects_are_bounded_however_they_grow(plane: Plane) -> None:
    before = plane.made("deployments", deployment())
    container = {"name": "c", "image": "nginx:1.25", "args": ["x" * 1_600_000]}
    grown = {"spec": {"template": {"spec": {"containers": [container]}}}}
    patched = plane.ask("patch", "deployments", namespace="default", name="web", body=grown)
    template = {**before["spec"]["template"], "spec": {"containers": [container]}}
    body = {**before, "spec": {**before["spec"], "template": template}}
    updated = plane.ask("update", "deployments", namespace="default", name="web", body=body)
    for answer in (patched, updated):
        assert (answer.code, answer.body["message"]) == (413, "Request entity too large: limit is 1500000")
    assert plane.get("deployments", "web") == before
