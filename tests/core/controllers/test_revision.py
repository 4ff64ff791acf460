"""Revisions of a Deployment."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers import revision
from cluster_core.controllers.revision import HISTORY, REVISION


def _deployment(image: str = "a", **annotations: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    meta = {"name": "web", "namespace": "default", "uid": "u", "annotations": annotations}
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def test_the_new_replicaset_carries_the_hash_everywhere() -> None:
    made = revision.new_replicaset(_deployment(note="kept"), 2, 4, 5)
    digest = made["metadata"]["labels"]["pod-template-hash"]
    assert made["metadata"]["name"] == f"web-{digest}"
    assert made["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": digest}
    assert made["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] == digest
    annotations = made["metadata"]["annotations"]
    assert annotations == {"note": "kept", REVISION: "4", revision.DESIRED: "3", revision.MAX: "5"}


def test_the_hash_label_does_not_make_a_template_another_one() -> None:
    deployment = _deployment()
    made = revision.new_replicaset(deployment, 1, 1, 1)
    assert revision.same_template(made["spec"]["template"], deployment["spec"]["template"])
    assert revision.find_new(deployment, [made]) is made
    assert revision.find_new(_deployment("b"), [made]) is None


def test_a_rollback_notes_the_number_that_the_replicaset_had() -> None:
    made = revision.new_replicaset(_deployment(), 1, 1, 1)
    first = revision.renewed_annotations(_deployment(), made, 3)
    assert (first[REVISION], first[HISTORY]) == ("3", "1")
    again = {**made, "metadata": {**made["metadata"], "annotations": first}}
    assert revision.renewed_annotations(_deployment(), again, 7)[HISTORY] == "1,3"
    assert revision.renewed_annotations(_deployment(), again, 3) == first


def test_numbers_go_on_from_the_highest() -> None:
    old = [revision.new_replicaset(_deployment(str(n)), 0, n, 1) for n in (2, 9, 4)]
    assert revision.next_revision(old) == 10
    assert revision.next_revision([]) == 1


def test_a_name_taken_by_a_stranger_is_a_collision() -> None:
    deployment = _deployment()
    made = revision.new_replicaset(deployment, 1, 1, 1)
    stranger = {**made, "metadata": {**made["metadata"], "ownerReferences": []}}
    assert revision.collides(deployment, stranger)
    assert not revision.collides(deployment, made)
    assert not revision.collides(deployment, None)
    salted = {**deployment, "status": {"collisionCount": 1}}
    assert revision.template_hash(salted) != revision.template_hash(deployment)
