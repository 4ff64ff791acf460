"""Deletion: grace, finalizers, preconditions, the writes that a watcher sees. Compared with the recording 18-pod-lifecycle."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.plane import Plane, deployment, pod


@pytest.fixture
def plane() -> Plane:
    return Plane()


def watched(plane: Plane, resource: str = "pods") -> list[tuple[str, Obj]]:
    """What a watch that begins now will have seen."""
    options = {"resource_version": str(plane.server.cache.revision)}
    number = plane.client.ask("watch", resource, namespace="default", options=options)
    plane.settle(1)
    return plane.client.events.setdefault(number, [])


def delete(plane: Plane, resource: str, name: str = "web", **options: Any) -> Any:
    return plane.ask("delete", resource, namespace="default", name=name, options=options)


def test_a_pod_on_a_node_is_told_to_end_and_stays(plane: Plane) -> None:
    plane.bound("web", terminationGracePeriodSeconds=45)
    answer = delete(plane, "pods").body
    meta = answer["metadata"]
    assert meta["deletionGracePeriodSeconds"] == 45
    assert meta["generation"] == 2
    assert plane.get("pods", "web") == answer


def test_a_second_deletion_can_only_shorten_the_grace(plane: Plane) -> None:
    plane.bound("web")
    first = delete(plane, "pods").body["metadata"]
    assert delete(plane, "pods", grace_period=60).body["metadata"] == first
    shorter = delete(plane, "pods", grace_period=5).body["metadata"]
    assert shorter["deletionGracePeriodSeconds"] == 5
    assert shorter["deletionTimestamp"] < first["deletionTimestamp"]


def test_the_kubelets_last_deletion_is_two_writes_as_recorded(plane: Plane) -> None:
    plane.bound("web")
    seen = watched(plane)
    delete(plane, "pods")
    delete(plane, "pods", grace_period=0)
    plane.settle(1)
    told = [(kind, obj["metadata"]["deletionGracePeriodSeconds"], obj["metadata"]["generation"]) for kind, obj in seen]
    assert told == [("MODIFIED", 30, 2), ("MODIFIED", 0, 2), ("DELETED", 0, 2)]
    assert len({obj["metadata"]["resourceVersion"] for _kind, obj in seen}) == 3


def test_a_pod_without_a_node_goes_at_once(plane: Plane) -> None:
    plane.made("pods", pod())
    assert delete(plane, "pods").code == 200
    assert plane.get("pods", "web") is None


def test_other_kinds_have_no_grace_and_answer_with_a_status(plane: Plane) -> None:
    plane.made("deployments", deployment())
    answer = delete(plane, "deployments", grace_period=30).body
    assert (answer["kind"], answer["status"]) == ("Status", "Success")
    assert answer["details"]["kind"] == "deployments"
    assert plane.get("deployments", "web") is None


POLICIES = [
    ("replicasets", "Foreground", ["foregroundDeletion"]),
    ("replicasets", "Orphan", ["orphan"]),
    ("replicationcontrollers", None, ["orphan"]),
]


@pytest.mark.parametrize(("resource", "policy", "finalizers"), POLICIES)
def test_the_propagation_policy_is_a_finalizer(
    plane: Plane, resource: str, policy: str | None, finalizers: list[str]
) -> None:
    body = deployment()
    if resource == "replicationcontrollers":
        body["spec"]["selector"] = {"app": "web"}
    plane.made(resource, body)
    delete(plane, resource, propagation_policy=policy)
    left = plane.get(resource, "web")
    assert left is not None
    assert left["metadata"]["finalizers"] == finalizers
    assert left["metadata"]["deletionGracePeriodSeconds"] == 0


def test_an_object_with_finalizers_goes_with_the_last_of_them(plane: Plane) -> None:
    body = deployment()
    body["metadata"]["finalizers"] = ["example.com/a", "example.com/b"]
    plane.made("deployments", body)
    delete(plane, "deployments")
    for left in (["example.com/b"], []):
        assert plane.get("deployments", "web") is not None
        plane.ask(
            "patch",
            "deployments",
            namespace="default",
            name="web",
            body={"metadata": {"finalizers": left}},
            options={"patch_type": "merge"},
        )
    assert plane.get("deployments", "web") is None


def test_no_finalizer_is_added_to_what_is_being_deleted(plane: Plane) -> None:
    body = deployment()
    body["metadata"]["finalizers"] = ["example.com/a"]
    plane.made("deployments", body)
    delete(plane, "deployments")
    patch = {"metadata": {"finalizers": ["example.com/a", "example.com/new"]}}
    answer = plane.ask(
        "patch", "deployments", namespace="default", name="web", body=patch, options={"patch_type": "merge"}
    )
    assert answer.code == 422
    assert 'found new finalizers []string{"example.com/new"}' in answer.body["message"]


def test_preconditions(plane: Plane) -> None:
    uid = plane.made("deployments", deployment())["metadata"]["uid"]
    answer = delete(plane, "deployments", preconditions={"uid": "other"})
    assert answer.code == 409
    assert answer.body["message"] == (
        'Operation cannot be fulfilled on Deployment.apps "web": the UID in the precondition (other) does not match the UID in '
        f"record ({uid}). The object might have been deleted and then recreated"
    )
    moved = delete(plane, "deployments", preconditions={"resourceVersion": "1"})
    assert (moved.code, "The object might have been modified" in moved.body["message"]) == (409, True)
    assert delete(plane, "deployments", preconditions={"uid": uid}).code == 200


def test_bad_options(plane: Plane) -> None:
    plane.bound("web")
    soon = delete(plane, "pods", grace_period="soon")
    assert (soon.code, soon.body["message"]) == (400, 'strconv.ParseInt: parsing "soon": invalid syntax')
    sideways = delete(plane, "pods", propagation_policy="Sideways")
    assert (sideways.code, sideways.body["message"]) == (
        422,
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: '
        '"Foreground", "Background", "Orphan", "nil"',
    )
    both = delete(plane, "pods", propagation_policy="Orphan", orphan_dependents="true")
    assert "orphanDependents and deletionPropagation cannot be both set" in both.body["message"]
    assert delete(plane, "pods", "nope").body["message"] == 'pods "nope" not found'


def test_a_negative_grace_is_one_second(plane: Plane) -> None:
    plane.bound("web")
    assert delete(plane, "pods", grace_period=-5).body["metadata"]["deletionGracePeriodSeconds"] == 1


def test_options_of_the_body_come_before_those_of_the_query(plane: Plane) -> None:
    plane.bound("web")
    body = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 7, "dryRun": ["All"]}
    for _ in range(2):
        answer = plane.ask("delete", "pods", namespace="default", name="web", body=body, options={"grace_period": 3})
        assert answer.body["metadata"]["deletionGracePeriodSeconds"] == 7
    left = plane.get("pods", "web")
    assert left is not None
    assert "deletionTimestamp" not in left["metadata"]
    refused = plane.ask("delete", "pods", namespace="default", name="web", body={"gracePeriodSeconds": "x"})
    assert (refused.code, "cannot unmarshal string" in refused.body["message"]) == (400, True)
    assert plane.ask("delete", "pods", namespace="default", name="web", body={"kind": "Pod"}).code == 400


def test_jobs_of_old_leave_their_pods_with_a_warning(plane: Plane) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    for name in ("a", "b"):
        plane.made("jobs", {"metadata": {"name": name}, "spec": {"template": template}})
    answer = delete(plane, "jobs", "a")
    assert answer.body["metadata"]["finalizers"] == ["orphan"]
    assert answer.warnings[0].startswith("child pods are preserved by default when jobs are deleted;")
    plain = delete(plane, "jobs", "b", propagation_policy="Background")
    assert (plain.body["kind"], plain.warnings) == ("Status", ())


def test_a_foreground_deletion_may_become_a_background_one(plane: Plane) -> None:
    plane.made("deployments", deployment())
    first = delete(plane, "deployments", propagation_policy="Foreground").body
    assert first["metadata"]["finalizers"] == ["foregroundDeletion"]
    again = delete(plane, "deployments")
    assert again.body["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert delete(plane, "deployments", propagation_policy="Background").body["kind"] == "Status"
    assert plane.get("deployments", "web") is None


def test_a_namespace_ends_by_its_finalizer(plane: Plane) -> None:
    plane.ask("delete", "namespaces", name="other")
    ending = plane.get("namespaces", "other", "")
    assert ending is not None
    assert ending["status"]["phase"] == "Terminating"
    plane.ask(
        "update", "namespaces", name="other", subresource="finalize", body={"metadata": {"name": "other"}, "spec": {}}
    )
    assert plane.get("namespaces", "other", "") is None


def test_some_namespaces_stay(plane: Plane) -> None:
    answer = plane.ask("delete", "namespaces", name="default")
    assert answer.body["message"] == 'namespaces "default" is forbidden: this namespace may not be deleted'
