"""The revisions of a DaemonSet."""

from __future__ import annotations

from cluster_core.api.objects import pod_template_hash
from cluster_core.controllers import daemon_history as history
from cluster_core.controllers.controller_revisions import kept
from tests.core.controllers.sets import Obj, daemon, daemon_owner

DIGEST = pod_template_hash(daemon_owner()["spec"]["template"])


def _kept(name: str, number: int, image: str = "i:1") -> Obj:
    template = daemon_owner()["spec"]["template"]
    template["spec"]["containers"][0]["image"] = image
    meta = {"name": f"agent-{name}", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {
        "metadata": {**meta, "labels": {"controller-revision-hash": name}},
        "revision": number,
        "data": kept(template),
    }


def _none() -> list[Obj]:
    return []


def test_the_first_revision_is_made() -> None:
    found = history.settle(daemon_owner(), [], _none, {})
    assert [(one.verb, one.body["metadata"]["name"], one.body["revision"]) for one in found.actions] == [
        ("create", f"agent-{DIGEST}", 1)
    ]
    assert found.digest == DIGEST and found.actions[0].body["metadata"]["labels"]["app"] == "agent"


def test_the_current_revision_is_found_and_numbered_anew_after_a_rollback() -> None:
    revisions = [_kept("a", 1), _kept("b", 2, "i:0")]
    found = history.settle(daemon_owner(), revisions, _none, {})
    assert found.digest == "a" and found.actions[0].body["revision"] == 3
    assert [one["metadata"]["name"] for one in found.old] == ["agent-b"]
    assert not history.settle(daemon_owner(), [_kept("a", 5), _kept("b", 2, "i:0")], _none, {}).actions


def test_of_duplicates_the_newest_stays_and_pods_follow() -> None:
    pods = [daemon("n1", "a"), daemon("n2", "b")]
    found = history.settle(daemon_owner(), [_kept("a", 1), _kept("b", 2)], lambda: pods, {})
    assert found.digest == "b"
    assert [(one.verb, one.name) for one in found.actions] == [("patch", "agent-n1-a"), ("delete", "agent-a")]


def test_a_name_that_is_taken_collides_unless_it_keeps_the_same() -> None:
    name = f"agent-{DIGEST}"
    assert history.settle(daemon_owner(), [], _none, {name: _kept("x", 1, "other")}).collides
    same = history.settle(daemon_owner(), [], _none, {name: _kept("x", 1)})
    assert not same.collides and not same.actions


def test_old_revisions_go_but_for_those_of_pods() -> None:
    old = [_kept(name, number, f"i:{name}") for number, name in enumerate("abc", 1)]
    found = history.surplus(daemon_owner(revisionHistoryLimit=1), old, lambda: [daemon("n1", "a")])
    assert [one["metadata"]["name"] for one in found] == ["agent-b", "agent-c"]
    assert history.surplus(daemon_owner(), old, _none) == []
