"""Kept templates: hashes, numbers, what is forgotten."""

from __future__ import annotations

from typing import Any

from cluster_core.controllers import controller_revisions as history

TEMPLATE: dict[str, Any] = {
    "metadata": {"annotations": {"ref/ready-seconds": "1"}, "labels": {"app": "db"}},
    "spec": {
        "containers": [
            {
                "image": "nginx:1.25",
                "imagePullPolicy": "IfNotPresent",
                "name": "c",
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    },
}


def _revision(name: str, number: int, created: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default", "creationTimestamp": created}, "revision": number}


def test_the_hash_is_that_of_a_real_controller() -> None:
    """The template of the recording 05-statefulset: its first revision was db-8d69b7449."""
    assert history.data_hash(history.kept(TEMPLATE), 0) == "8d69b7449"
    assert history.data_hash(history.kept(TEMPLATE), 1) != "8d69b7449"


def test_what_gos_encoder_escapes_counts() -> None:
    assert len({history.data_hash({"a": text}, 0) for text in ("<", ">", "&", "x")}) == 4


def test_a_revision_gives_its_template_back() -> None:
    assert history.template_of({"data": history.kept(TEMPLATE)}) == TEMPLATE


def test_order_is_by_number_then_age_then_name() -> None:
    young = _revision("a", 2, "2026-01-02T00:00:00Z")
    revisions = [young, _revision("c", 2), _revision("b", 2), _revision("z", 1)]
    assert [one["metadata"]["name"] for one in history.in_order(revisions)] == ["z", "b", "c", "a"]
    assert history.next_number([]) == 1
    assert history.next_number(history.in_order(revisions)) == 3


def test_the_oldest_that_nobody_needs_are_surplus() -> None:
    revisions = [_revision(name, number) for number, name in enumerate("abcd", 1)]
    names = [one["metadata"]["name"] for one in history.surplus(revisions, {"a", "d"}, 1)]
    assert names == ["b"]
    assert history.surplus(revisions, set(), 10) == []
    assert len(history.surplus(revisions, set(), 0)) == 4
