"""What ordinary writes do to the owners of fields, and managers that a client puts right by hand."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.apiserver.apply.ownership import ownership_of
from tests.core.apiserver.apply.cluster import Outside, config_map, web
from tests.core.apiserver.plane import COMPONENT, pod

MERGE = {"patch_type": "merge", "field_manager": "editor"}


@pytest.fixture
def outside() -> Outside:
    return Outside()


def test_creates_updates_and_patches(outside: Outside) -> None:
    made = outside.ask("create", "configmaps", body=config_map(a="1"), options={"agent": "curl/8.0"}).body
    outside.ask("update", "configmaps", "web", {**made, "data": {"a": "1", "b": "2"}}, options={"field_manager": "put"})
    outside.ask("patch", "configmaps", "web", {"data": {"c": "3"}}, options=MERGE)
    assert outside.owners("configmaps") == {
        "curl Update": {"f:data": {".": {}, "f:a": {}}},
        "put Update": {"f:data": {"f:b": {}}},
        "editor Update": {"f:data": {"f:c": {}}},
    }


def test_a_change_of_nothing_is_no_write(outside: Outside) -> None:
    made = outside.ask("create", "configmaps", body=config_map(a="1")).body
    again = outside.ask("update", "configmaps", "web", made, options={"field_manager": "other"})
    assert again.body == made


def test_defaults_are_the_creator_s_and_admission_s_fields_are_nobody_s(outside: Outside) -> None:
    outside.ask("create", "pods", body=pod(), options={"field_manager": "me"})
    spec = outside.owners("pods")["me Update"]["f:spec"]
    assert spec["f:restartPolicy"] == {} and spec["f:containers"]['k:{"name":"c"}']["f:imagePullPolicy"] == {}
    found = outside.get("pods")["spec"]
    assert "tolerations" in found and "f:tolerations" not in spec


def test_a_binding_is_nobody_s(outside: Outside) -> None:
    outside.ask("create", "pods", body=pod(), options={"field_manager": "me"})
    body = {"target": {"name": "node-1"}}
    assert outside.ask("create", "pods", "web", body, subresource="binding").code == 201
    assert list(outside.owners("pods")) == ["me Update"]
    assert outside.get("pods")["spec"]["nodeName"] == "node-1"


def test_components_neither_see_nor_send_managed_fields(outside: Outside) -> None:
    outside.apply("deployments.apps", web())
    found = outside.plane.get("deployments", "web")
    assert found is not None and "managedFields" not in found["metadata"]
    body = {**found, "status": {"replicas": 1}}
    fields: dict[str, Any] = {"namespace": "default", "name": "web", "body": body, "subresource": "status"}
    assert outside.plane.ask("update", "deployments", user=COMPONENT, **fields).code == 200
    assert outside.owners("deployments.apps")["client Update status"] == {"f:status": {"f:replicas": {}}}
    assert "me Apply" in outside.owners("deployments.apps")


def test_an_empty_list_resets_and_one_that_is_nonsense_counts_for_nothing(outside: Outside) -> None:
    made = outside.ask("create", "configmaps", body=config_map(a="1"), options={"field_manager": "me"}).body
    bad = [{"manager": "x", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"x": {}}}]
    body = {**made, "data": {"a": "2"}, "metadata": {**made["metadata"], "managedFields": bad}}
    assert outside.ask("update", "configmaps", "web", body, options={"field_manager": "me"}).code == 200
    assert outside.owners("configmaps") == {"me Update": {"f:data": {".": {}, "f:a": {}}}}
    for reset in ([], [{}]):
        made = outside.apply("configmaps", config_map(a="2"), force=True).body
        body = {**made, "metadata": {**made["metadata"], "managedFields": reset}}
        answer = outside.ask("update", "configmaps", "web", body)
        assert answer.code == 200 and "managedFields" not in answer.body["metadata"]
        assert answer.body["metadata"]["resourceVersion"] != made["metadata"]["resourceVersion"]


def test_not_through_a_subresource(outside: Outside) -> None:
    made = outside.apply("deployments.apps", web()).body
    body = {**made, "status": {"replicas": 1}, "metadata": {**made["metadata"], "managedFields": [{}]}}
    assert outside.ask("update", "deployments.apps", "web", body, subresource="status").code == 200
    assert "me Apply" in outside.owners("deployments.apps")


def test_a_created_object_may_bring_its_owners(outside: Outside) -> None:
    entry = {"manager": "old", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1"}
    body = config_map(a="1", b="2")
    body["metadata"]["managedFields"] = [{**entry, "fieldsV1": {"f:data": {"f:b": {}}}}]
    outside.ask("create", "configmaps", body=body, options={"field_manager": "restore"})
    # What a create adds is the creator's, and nobody else's.
    assert outside.owners("configmaps") == {"restore Update": {"f:data": {".": {}, "f:a": {}, "f:b": {}}}}


@pytest.mark.parametrize(
    ("verb", "options", "words"),
    [
        (
            "patch",
            {"patch_type": "apply"},
            'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
        ),
        (
            "patch",
            {"patch_type": "merge", "force": True},
            'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
        ),
        (
            "create",
            {"field_manager": "x" * 129},
            'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
        ),
        (
            "update",
            {"field_manager": "a\n"},
            'UpdateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\n": invalid character U+000A (at position 1)',
        ),
    ],
)
def test_options_that_are_refused(outside: Outside, verb: str, options: dict[str, Any], words: str) -> None:
    answer = outside.ask(verb, "configmaps", "web", config_map(), options=options)
    assert (answer.code, answer.body["message"]) == (422, words)


def test_the_owners_survive_a_crash_of_the_api_server(outside: Outside) -> None:
    outside.apply("configmaps", config_map(a="1"))
    before = outside.get("configmaps")
    outside.plane.server.crash()
    outside.plane.server.restart()
    outside.plane.settle()
    assert outside.get("configmaps") == before


def test_strangers_writes_leave_no_notes(outside: Outside) -> None:
    outside.ask("create", "configmaps", body=config_map(a="1"), options={"field_manager": "me"})
    outside.ask("patch", "configmaps", "web", {"data": {"b": "2"}}, options=MERGE)
    stored = outside.plane.server.cache.get("configmaps", "default", "web")
    assert ownership_of(stored).notes == () and len(ownership_of(stored).managers) == 2
    fields: dict[str, Any] = {"namespace": "default", "name": "web", "options": {"patch_type": "merge"}}
    outside.plane.ask("patch", "configmaps", user=COMPONENT, body={"data": {"c": "3"}}, **fields)
    stored = outside.plane.server.cache.get("configmaps", "default", "web")
    assert [note.manager for note in ownership_of(stored).notes] == ["client"]


def test_owners_of_what_is_atomic_by_hand(outside: Outside) -> None:
    made = outside.apply("deployments.apps", web()).body
    entry = made["metadata"]["managedFields"][0]
    entry = {**entry, "fieldsV1": {"f:spec": {"f:selector": {"f:matchLabels": {"f:app": {}}}}}}
    body = {**made, "metadata": {**made["metadata"], "managedFields": [entry]}}
    outside.ask("update", "deployments.apps", "web", body)
    assert outside.owners("deployments.apps")["me Apply"] == {"f:spec": {"f:selector": {}}}


def test_items_that_cannot_be_told_apart_change_no_owner(outside: Outside) -> None:
    account: dict[str, Any] = {"metadata": {"name": "web"}, "secrets": [{"name": "a"}]}
    outside.ask("create", "serviceaccounts", body=account, options={"field_manager": "me"})
    before = outside.owners("serviceaccounts")
    patch = [{"op": "add", "path": "/secrets/-", "value": {"kind": "Secret"}}]
    assert outside.ask("patch", "serviceaccounts", "web", patch, options={"patch_type": "json"}).code == 200
    assert outside.owners("serviceaccounts") == before
    config = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web"}, "secrets": [{"name": "b"}]}
    answer = outside.apply("serviceaccounts", config)
    assert (answer.code, "omits all key fields" in answer.body["message"]) == (400, True)
