"""CustomResourceDefinitions from their creation to their end, in one API server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_core.api.discovery import resource_list
from cluster_core.api.request import Obj
from cluster_core.apiserver.definitions import FINALIZER
from cluster_core.sim.limits import Limits
from tests.core.apiserver.crontab import CRDS, RESOURCE, SCALED, crontab, definition, spec_schema, version
from tests.core.apiserver.plane import Plane


def served(*versions: Obj, **spec: Any) -> Plane:
    """A plane that serves crontabs."""
    plane = Plane()
    plane.made(CRDS, definition(*versions, **spec), "")
    plane.settle(1)
    return plane


def conditions(plane: Plane, name: str = RESOURCE) -> dict[str, tuple[str, str, str]]:
    found = plane.get(CRDS, name, "")
    assert found is not None
    return {one["type"]: (one["status"], one["reason"], one["message"]) for one in found["status"]["conditions"]}


def refused(plane: Plane, body: Obj, verb: str = "create", **fields: Any) -> str:
    answer = plane.ask(verb, RESOURCE, namespace="default", body=body, **fields)
    assert answer.code >= 400, answer.body
    return str(answer.body["message"])


def test_a_definition_is_established() -> None:
    plane = Plane()
    assert plane.ask("list", RESOURCE, namespace="default").code == 404
    created = plane.made(CRDS, definition(), "")
    assert created["spec"]["names"]["listKind"] == "CronTabList"
    assert created["spec"]["conversion"] == {"strategy": "None"}
    assert created["status"]["storedVersions"] == ["v1"]
    plane.settle(1)
    assert conditions(plane) == {
        "NamesAccepted": ("True", "NoConflicts", "no conflicts found"),
        "Established": ("True", "InitialNamesAccepted", "the initial names have been accepted"),
    }
    crd = plane.get(CRDS, RESOURCE, "")
    assert crd is not None
    assert crd["status"]["acceptedNames"] == crd["spec"]["names"]
    listed = plane.ask("list", RESOURCE, namespace="default", version="v1").body
    assert (listed["kind"], listed["apiVersion"], listed["items"]) == ("CronTabList", "stable.example.com/v1", [])


def test_discovery_tells_of_it() -> None:
    plane = served(version(subresources=SCALED))
    found = resource_list(plane.server.kinds, "stable.example.com", "v1")
    assert found is not None
    assert [one["name"] for one in found["resources"]] == ["crontabs", "crontabs/scale", "crontabs/status"]
    assert found["resources"][0]["shortNames"] == ["ct"]
    assert plane.server.kinds.generation > 0


def test_objects_have_defaults_and_no_unknown_fields() -> None:
    plane = served()
    body = crontab(someRandomField=42)
    answer = plane.ask("create", RESOURCE, namespace="default", body=body)
    assert answer.code == 201
    assert answer.body["spec"] == {"cronSpec": "* * * * */5", "image": "my-awesome-cron-image", "replicas": 1}
    assert answer.body["metadata"]["generation"] == 1
    assert answer.warnings == ('unknown field "spec.someRandomField"',)
    strict = {"field_validation": "Strict"}
    words = 'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.x"'
    assert refused(plane, crontab("b", x=1), options=strict) == words


def test_every_verb() -> None:
    plane = served()
    made = plane.made(RESOURCE, crontab())
    first = {**made, "spec": {**made["spec"], "replicas": 5}}
    updated = plane.ask("update", RESOURCE, namespace="default", name=first["metadata"]["name"], body=first)
    assert (updated.code, updated.body["metadata"]["generation"]) == (200, 2)
    patched = plane.ask(
        "patch",
        RESOURCE,
        namespace="default",
        name="my-new-cron-object",
        body={"spec": {"image": None}},
        options={"patch_type": "merge"},
    )
    assert "image" not in patched.body["spec"]
    name = {"namespace": "default", "name": "my-new-cron-object"}
    smp = plane.ask("patch", RESOURCE, body={"spec": {}}, **name)
    assert smp.code == 415 and "strategic" not in smp.body["message"]
    json_patch = [{"op": "replace", "path": "/spec/replicas", "value": 7}]
    assert (
        plane.ask("patch", RESOURCE, body=json_patch, options={"patch_type": "json"}, **name).body["spec"]["replicas"]
        == 7
    )
    gone = plane.ask("delete", RESOURCE, **name)
    assert gone.body["status"] == "Success"
    plane.made(RESOURCE, crontab("b"))
    assert len(plane.ask("deletecollection", RESOURCE, namespace="default").body["items"]) == 1
    assert plane.ask("list", RESOURCE).body["items"] == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {"replicas": 11},
            "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10",
        ),
        (
            {"replicas": "x"},
            'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        ),
        ({"cronSpec": "* * * *"}, 'spec.cronSpec: Invalid value: "* * * *": spec.cronSpec in body should match'),
    ],
)
def test_values_are_refused(spec: Obj, words: str) -> None:
    plane = served()
    message = refused(plane, crontab(**spec))
    assert message.startswith(f'CronTab.stable.example.com "my-new-cron-object" is invalid: {words}')


def test_rules() -> None:
    rules = [
        {"rule": "self.minReplicas <= self.replicas", "messageExpression": "'at least ' + string(self.minReplicas)"},
        {"rule": "self.replicas >= oldSelf.replicas", "message": "never fewer", "reason": "FieldValueForbidden"},
    ]
    spec = {**spec_schema(minReplicas={"type": "integer", "default": 0}), "x-kubernetes-validations": rules}
    plane = served(version(spec=spec))
    assert refused(plane, crontab(minReplicas=3)).endswith("is invalid: spec: Invalid value: at least 3")
    plane.made(RESOURCE, crontab(replicas=4))
    fewer = {"spec": {"replicas": 2}}
    message = refused(plane, fewer, "patch", name="my-new-cron-object", options={"patch_type": "merge"})
    assert message.endswith("is invalid: spec: Forbidden: never fewer")


def test_status_and_scale() -> None:
    plane = served(version(subresources=SCALED))
    name = {"namespace": "default", "name": "a"}
    made = plane.made(RESOURCE, {**crontab("a", replicas=3), "status": {"replicas": 9}})
    assert "status" not in made
    patch = {"patch_type": "merge"}
    status = {"status": {"replicas": 2, "labelSelector": "app=a"}, "spec": {"replicas": 8}}
    after = plane.ask("patch", RESOURCE, subresource="status", body=status, options=patch, **name).body
    assert (after["status"]["replicas"], after["spec"]["replicas"], after["metadata"]["generation"]) == (2, 3, 1)
    scale = plane.ask("get", RESOURCE, subresource="scale", **name).body
    assert (scale["spec"]["replicas"], scale["status"]) == (3, {"replicas": 2, "selector": "app=a"})
    scaled = plane.ask("patch", RESOURCE, subresource="scale", body={"spec": {"replicas": 5}}, options=patch, **name)
    assert scaled.body["spec"] == {"replicas": 5}
    found = plane.get(RESOURCE, "a")
    assert found is not None and found["spec"]["replicas"] == 5
    many = plane.ask("patch", RESOURCE, subresource="scale", body={"spec": {"replicas": 50}}, options=patch, **name)
    assert many.code == 422 and "should be less than or equal to 10" in many.body["message"]
    assert plane.ask("get", RESOURCE, subresource="nonsense", **name).code == 404


def test_versions() -> None:
    old = version("v1beta1", storage=False, deprecated=True)
    new = version("v1", spec=spec_schema(zone={"type": "string", "default": "utc"}))
    plane = served(old, new)
    assert plane.server.kinds.find(RESOURCE).served_versions == ("v1", "v1beta1")  # type: ignore[union-attr]
    created = plane.ask(
        "create", RESOURCE, namespace="default", version="v1beta1", body=crontab(api="v1beta1", zone="x")
    )
    assert created.code == 201, created.body
    assert created.body["apiVersion"] == "stable.example.com/v1beta1"
    assert "zone" not in created.body["spec"]
    words = "stable.example.com/v1beta1 CronTab is deprecated; use stable.example.com/v1 CronTab"
    assert words in created.warnings
    seen = plane.ask("get", RESOURCE, namespace="default", name="my-new-cron-object", version="v1")
    assert (seen.body["apiVersion"], seen.body["spec"]["zone"]) == ("stable.example.com/v1", "utc")
    assert plane.ask("list", RESOURCE, version="v2").code == 404
    wrong = plane.ask("create", RESOURCE, namespace="default", version="v1", body=crontab("b", api="v1beta1"))
    assert "does not match the expected API version (stable.example.com/v1)" in wrong.body["message"]


def test_webhooks_are_not_called() -> None:
    client = {"clientConfig": {"url": "https://example.com"}, "conversionReviewVersions": ["v1"]}
    old = version("v1beta1", storage=False)
    plane = served(
        old,
        version("v1", spec=spec_schema(zone={"type": "string"})),
        conversion={"strategy": "Webhook", "webhook": client},
    )
    plane.made(RESOURCE, crontab(), version="v1")
    answer = plane.ask("get", RESOURCE, namespace="default", name="my-new-cron-object", version="v1beta1")
    assert answer.code == 500 and "webhooks are not called in a simulated cluster" in answer.body["message"]


def test_a_changed_definition_ends_watches() -> None:
    plane = served()
    watch = plane.client.ask("watch", RESOURCE, namespace="default")
    plane.settle(1)
    plane.made(RESOURCE, crontab())
    plane.settle(1)
    assert [kind for kind, _ in plane.client.events[watch]] == ["ADDED"]
    crd = json.loads(json.dumps(plane.get(CRDS, RESOURCE, "")))
    properties = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    properties["zone"] = {"type": "string", "default": "utc"}
    assert plane.ask("update", CRDS, name=RESOURCE, body=crd).code == 200
    plane.settle(1)
    assert plane.client.closed[watch]["reason"] == "Expired"
    found = plane.get(RESOURCE, "my-new-cron-object")
    assert found is not None and found["spec"]["zone"] == "utc", "what is stored is read with new defaults"


def test_the_end_of_a_definition_takes_its_objects_along() -> None:
    plane = served()
    plane.made(RESOURCE, {**crontab("held"), "metadata": {"name": "held", "finalizers": ["example.com/wait"]}})
    plane.made(RESOURCE, crontab("free"))
    deleted = plane.ask("delete", CRDS, name=RESOURCE).body
    assert deleted["metadata"]["finalizers"] == [FINALIZER]
    plane.settle(1)
    assert conditions(plane)["Terminating"] == (
        "True",
        "InstanceDeletionInProgress",
        "CustomResource deletion is in progress",
    )
    assert plane.get(RESOURCE, "free") is None
    assert refused(plane, crontab("late")).endswith(
        "create not allowed while custom resource definition is terminating"
    )
    body = {"metadata": {"finalizers": None}}
    plane.ask("patch", RESOURCE, namespace="default", name="held", body=body, options={"patch_type": "merge"})
    plane.settle(1)
    assert plane.get(CRDS, RESOURCE, "") is None
    assert plane.ask("list", RESOURCE).code == 404
    plane.made(CRDS, definition(), "")
    plane.settle(1)
    assert plane.ask("list", RESOURCE).body["items"] == []


def test_names_are_taken_once() -> None:
    plane = served()
    names = {"plural": "others", "singular": "crontab", "kind": "CronTab", "shortNames": ["ct"]}
    second = definition(names=names)
    second["metadata"]["name"] = "others.stable.example.com"
    plane.made(CRDS, second, "")
    plane.settle(1)
    found = conditions(plane, "others.stable.example.com")
    assert found["NamesAccepted"] == ("False", "ListKindConflict", '"CronTabList" is already in use')
    assert found["Established"] == ("False", "NotAccepted", "not all names are accepted")
    assert plane.ask("list", "others.stable.example.com").code == 404
    plane.ask("delete", CRDS, name=RESOURCE)
    plane.settle(1)
    assert conditions(plane, "others.stable.example.com")["Established"][0] == "True"


def test_after_a_crash_the_kinds_are_served_again() -> None:
    plane = served()
    plane.made(RESOURCE, crontab())
    plane.server.crash()
    plane.server.restart()
    plane.settle(2)
    assert plane.get(RESOURCE, "my-new-cron-object") is not None


def test_selectable_fields() -> None:
    plane = served(version(selectableFields=[{"jsonPath": ".spec.image"}]))
    plane.made(RESOURCE, crontab("a", image="x"))
    plane.made(RESOURCE, crontab("b", image="y"))
    found = plane.ask("list", RESOURCE, namespace="default", options={"field_selector": "spec.image=y"}).body["items"]
    assert [one["metadata"]["name"] for one in found] == ["b"]
    assert plane.ask("list", RESOURCE, options={"field_selector": "spec.replicas=1"}).code == 400


def test_definitions_are_limited() -> None:
    plane = Plane(Limits(definitions=1))
    plane.made(CRDS, definition(), "")
    second = definition(names={"plural": "others", "kind": "Other"})
    second["metadata"]["name"] = "others.stable.example.com"
    answer = plane.ask("create", CRDS, body=second)
    assert answer.code == 403 and "limit of this run reached: at most 1" in answer.body["message"]
