"""Server-side applies as clients send them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.apiserver.apply.owners import APPLY, UPDATE, Owner
from cluster_core.apiserver.apply.patch import conflict_error
from tests.core.apiserver.apply.cluster import LAST_APPLIED, Outside, config_map, web

DATA = {"f:data": {"f:a": {}}}


@pytest.fixture
def outside() -> Outside:
    return Outside()


def test_an_apply_of_what_is_not_there_creates_it(outside: Outside) -> None:
    answer = outside.apply("configmaps", config_map(a="1"))
    assert (answer.code, answer.body["data"]) == (201, {"a": "1"})
    entry = answer.body["metadata"]["managedFields"]
    assert entry == [
        {
            "manager": "me",
            "operation": "Apply",
            "apiVersion": "v1",
            "time": answer.body["metadata"]["creationTimestamp"],
            "fieldsType": "FieldsV1",
            "fieldsV1": DATA,
        }
    ]


def test_the_same_again_changes_nothing(outside: Outside) -> None:
    first = outside.apply("configmaps", config_map(a="1")).body
    outside.plane.settle(30)
    again = outside.apply("configmaps", config_map(a="1"))
    assert (again.code, again.body) == (200, first)
    # Only the managers differ: a second owner is written, without a time, for it has changed nothing.
    other = outside.apply("configmaps", config_map(a="1"), "other").body
    assert other["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert [one.get("time") for one in other["metadata"]["managedFields"]] == [
        None,
        first["metadata"]["managedFields"][0]["time"],
    ]


def test_a_conflict_in_upstream_s_words(outside: Outside) -> None:
    outside.ask("create", "deployments.apps", body=web(), options={"field_manager": "kubectl-client-side-apply"})
    answer = outside.apply("deployments.apps", web(replicas=5))
    assert answer.code == 409
    assert answer.body["message"] == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    )
    assert (answer.body["reason"], answer.body["details"]) == (
        "Conflict",
        {
            "causes": [
                {
                    "reason": "FieldManagerConflict",
                    "message": 'conflict with "kubectl-client-side-apply" using apps/v1',
                    "field": ".spec.replicas",
                }
            ]
        },
    )
    forced = outside.apply("deployments.apps", web(replicas=5), force=True)
    assert (forced.code, forced.body["spec"]["replicas"], forced.body["metadata"]["generation"]) == (200, 5, 2)
    assert outside.owners("deployments.apps")["me Apply"] == {"f:spec": {"f:replicas": {}}}
    assert "f:replicas" not in outside.owners("deployments.apps")["kubectl-client-side-apply Update"]["f:spec"]


def test_several_conflicts_are_told_by_manager() -> None:
    one, other = Owner("b", UPDATE, "v1", "status"), Owner("a", APPLY, "v1")
    error = conflict_error([(other, ("f:x",)), (one, ("f:y",)), (one, ("f:z",))])
    assert error.message == (
        'Apply failed with 3 conflicts: conflicts with "a":\n- .x\nconflicts with "b" with subresource "status" using v1:\n- .y\n- .z'
    )
    assert [cause["field"] for cause in error.details["causes"]] == [".x", ".y", ".z"]
    assert isinstance(error, ApiError) and error.code == 409


def test_what_is_no_longer_applied_goes_and_what_others_own_stays(outside: Outside) -> None:
    outside.apply("configmaps", config_map(a="1", b="2"))
    outside.apply("configmaps", config_map(b="2", c="3"), "other")
    body = outside.apply("configmaps", config_map()).body
    assert body["data"] == {"b": "2", "c": "3"}
    assert list(outside.owners("configmaps")) == ["other Apply"]


def test_defaults_come_back_when_a_field_is_given_up(outside: Outside) -> None:
    outside.apply("deployments.apps", web())
    body = outside.apply("deployments.apps", {**web(), "spec": {**web()["spec"], "replicas": 5}}).body
    assert body["spec"]["replicas"] == 5
    spec = {name: value for name, value in web()["spec"].items() if name != "replicas"}
    assert outside.apply("deployments.apps", web(**spec)).body["spec"]["replicas"] == 1


def test_the_status_is_its_subresource_s(outside: Outside) -> None:
    outside.apply("deployments.apps", {**web(), "status": {"replicas": 9}})
    assert outside.get("deployments.apps")["status"] == {}
    config = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "status": {"replicas": 7}}
    body = outside.apply("deployments.apps", {**config, "spec": {"replicas": 9}}, "c", subresource="status").body
    assert (body["status"], body["spec"]["replicas"]) == ({"replicas": 7}, 3)
    assert outside.owners("deployments.apps")["c Apply status"] == {"f:status": {"f:replicas": {}}}
    missing = outside.apply("deployments.apps", config, name="none", subresource="status")
    assert missing.code == 404


REFUSED: list[tuple[Any, int, str]] = [
    (None, 400, "invalid object type: /, Kind="),
    ([], 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ("x", 400, "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string"),
    ({**config_map(), "kind": "Secret"}, 400, "invalid object type: /v1, Kind=Secret"),
    ({**config_map(), "apiVersion": "apps/v1"}, 400, "invalid object type: apps/v1, Kind=ConfigMap"),
    ({**config_map(), "metadata": {"managedFields": []}}, 400, "metadata.managedFields must be nil"),
    (
        {**config_map(), "dada": {}},
        400,
        "failed to create typed patch object (/web; /v1, Kind=ConfigMap): .dada: field not declared in schema",
    ),
    (
        {**config_map(), "metadata": "x"},
        400,
        "failed to create typed patch object (/; /v1, Kind=ConfigMap): .metadata: expected map, got &{x}",
    ),
    ({**config_map(), "metadata": {"name": "other"}}, 400, "the name of the object (other) does not match the name on"),
    (
        {**config_map(), "metadata": {}},
        400,
        "the name of the object (web based on URL) was undeterminable: name must be provided",
    ),
    (
        {**config_map(), "metadata": {"name": "web", "uid": "7"}},
        409,
        "uid mismatch: the provided object specified uid 7",
    ),
    ({**config_map(), "metadata": {"name": "web", "namespace": "x"}}, 400, "does not match the namespace sent"),
    ({**config_map(), "metadata": {"name": "web", "labels": {"a": "ä"}}}, 422, "metadata.labels: Invalid value"),
]


@pytest.mark.parametrize(("body", "code", "words"), REFUSED)
def test_configurations_that_are_refused(outside: Outside, body: Any, code: int, words: str) -> None:
    answer = outside.apply("configmaps", body)
    assert (answer.code, words in answer.body["message"]) == (code, True), answer.body


def test_a_resource_version_is_a_lock(outside: Outside) -> None:
    made = outside.apply("configmaps", config_map(a="1")).body
    stale = {**config_map(a="2"), "metadata": {"name": "web", "resourceVersion": "1"}}
    assert outside.apply("configmaps", stale).body["reason"] == "Conflict"
    stale["metadata"]["resourceVersion"] = made["metadata"]["resourceVersion"]
    assert outside.apply("configmaps", stale).code == 200


def test_a_dry_run_leaves_no_trace(outside: Outside) -> None:
    assert outside.apply("configmaps", config_map(a="1"), dry_run=True).code == 201
    assert outside.ask("get", "configmaps", "web").code == 404


def test_an_object_that_nobody_manages(outside: Outside) -> None:
    outside.ask("create", "configmaps", body=config_map(a="1"))
    body = {"metadata": {"managedFields": [{}]}}
    assert outside.ask("patch", "configmaps", "web", body, options={"patch_type": "merge"}).code == 200
    assert outside.owners("configmaps") == {}
    outside.ask("patch", "configmaps", "web", {"data": {"b": "2"}}, options={"patch_type": "merge"})
    assert outside.owners("configmaps") == {}
    assert outside.apply("configmaps", config_map(c="3")).code == 200
    everything = {"f:data": {".": {}, "f:a": {}, "f:b": {}}}
    assert outside.owners("configmaps") == {
        "me Apply": {"f:data": {"f:c": {}}},
        "before-first-apply Update": everything,
    }


def client_side(outside: Outside, **data: str) -> dict[str, Any]:
    text = json.dumps(config_map(**data))
    body = {**config_map(**data), "metadata": {"name": "web", "annotations": {LAST_APPLIED: text}}}
    made: dict[str, Any] = outside.ask(
        "create", "configmaps", body=body, options={"field_manager": "kubectl-client-side-apply"}
    ).body
    return made


def test_kubectl_takes_over_from_its_client_side_applies(outside: Outside) -> None:
    client_side(outside, a="1")
    assert outside.apply("configmaps", config_map(a="2")).code == 409
    body = outside.apply("configmaps", config_map(a="2"), "kubectl").body
    assert body["data"] == {"a": "2"}
    # Those who still apply at their side see what was applied.
    last = json.loads(body["metadata"]["annotations"][LAST_APPLIED])
    assert (last["data"], last["metadata"]) == ({"a": "2"}, {"annotations": {}, "name": "web"})


def test_kubectl_does_not_take_over_what_somebody_changed_since(outside: Outside) -> None:
    client_side(outside, a="1", b="1")
    outside.ask(
        "patch", "configmaps", "web", {"data": {"a": "5"}}, options={"patch_type": "merge", "field_manager": "e"}
    )
    answer = outside.apply("configmaps", config_map(a="2", b="2"), "kubectl")
    assert answer.body["message"] == 'Apply failed with 1 conflict: conflict with "e" using v1: .data.a'


def test_kubectl_s_migration_of_managed_fields(outside: Outside) -> None:
    """kubectl apply --server-side of an object that was applied at the client's side: managedFields by JSON patch."""
    made = client_side(outside, a="1")
    entries = made["metadata"]["managedFields"]
    moved = [{**entries[0], "manager": "kubectl", "operation": "Apply"}]
    patch = [
        {"op": "replace", "path": "/metadata/managedFields", "value": moved},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": made["metadata"]["resourceVersion"]},
    ]
    assert outside.ask("patch", "configmaps", "web", patch, options={"patch_type": "json"}).code == 200
    assert list(outside.owners("configmaps")) == ["kubectl Apply"]
    body = outside.apply("configmaps", config_map(b="2"), "kubectl").body
    assert body["data"] == {"b": "2"}


def autoscaler(version: str, **spec: Any) -> dict[str, Any]:
    body = {"apiVersion": f"autoscaling/{version}", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}}
    target = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}
    return {**body, "spec": {**target, "maxReplicas": 5, **spec}}


CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}


def test_appliers_that_speak_different_versions(outside: Outside) -> None:
    resource = "horizontalpodautoscalers.autoscaling"
    first = outside.apply(resource, autoscaler("v1", targetCPUUtilizationPercentage=50), "old", version="v1")
    assert (first.code, first.body["apiVersion"]) == (201, "autoscaling/v1")
    assert outside.get(resource)["spec"]["metrics"] == [CPU]
    entry = outside.get(resource)["metadata"]["managedFields"][0]
    assert (entry["apiVersion"], entry["fieldsV1"]["f:spec"]["f:targetCPUUtilizationPercentage"]) == (
        "autoscaling/v1",
        {},
    )
    # The same wish in the other version is no conflict; another one is, where the first has it.
    assert outside.apply(resource, autoscaler("v2", metrics=[CPU]), "new", version="v2").code == 200
    other = {**CPU, "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
    answer = outside.apply(resource, autoscaler("v2", metrics=[other]), "new", version="v2")
    assert answer.body["message"] == (
        'Apply failed with 1 conflict: conflict with "old": .spec.targetCPUUtilizationPercentage'
    )
    # One who gives a field up in the old version takes it from the object in the new one, but the other still has it.
    assert (
        outside.apply(resource, autoscaler("v1"), "old", version="v1").body["spec"]["targetCPUUtilizationPercentage"]
        == 50
    )
    assert "old Apply" in outside.owners(resource)


def test_one_manager_may_change_its_version(outside: Outside) -> None:
    resource = "horizontalpodautoscalers.autoscaling"
    outside.apply(resource, autoscaler("v1", targetCPUUtilizationPercentage=50, minReplicas=2), version="v1")
    body = outside.apply(resource, autoscaler("v2", metrics=[CPU]), version="v2").body
    assert [one["apiVersion"] for one in body["metadata"]["managedFields"]] == ["autoscaling/v2"]
    assert (body["spec"]["metrics"], body["spec"]["minReplicas"]) == ([CPU], 1)
