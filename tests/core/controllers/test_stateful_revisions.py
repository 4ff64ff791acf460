"""Which revisions a StatefulSet has."""

from __future__ import annotations

from cluster_core.controllers.controller_revisions import data_hash, kept
from cluster_core.controllers.stateful_revisions import settle
from tests.core.controllers.sets import Obj, owner


def _kept(name: str, number: int, image: str) -> Obj:
    template = owner()["spec"]["template"]
    template["spec"]["containers"][0]["image"] = image
    meta = {"name": name, "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"metadata": meta, "revision": number, "data": kept(template)}


def test_the_first_revision_is_made_and_is_current_too() -> None:
    found = settle(owner(), [], {})
    assert found.action is not None and found.action.verb == "create"
    name = f"db-{data_hash(kept(owner()['spec']['template']), 0)}"
    assert found.update["metadata"]["name"] == found.current["metadata"]["name"] == name
    assert found.update["metadata"]["labels"]["controller.kubernetes.io/hash"] == name.removeprefix("db-")
    assert found.update["revision"] == 1


def test_the_newest_revision_with_the_template_stays() -> None:
    revisions = [_kept("old", 1, "i:0"), _kept("new", 2, "i:1")]
    who = owner() | {"status": {"currentRevision": "old"}}
    found = settle(who, revisions, {})
    assert found.action is None
    assert (found.current["metadata"]["name"], found.update["metadata"]["name"]) == ("old", "new")


def test_a_template_of_long_ago_gets_the_next_number() -> None:
    revisions = [_kept("a", 1, "i:1"), _kept("b", 2, "i:0")]
    found = settle(owner(), revisions, {})
    assert found.action is not None and found.action.verb == "update"
    assert (found.update["metadata"]["name"], found.update["revision"]) == ("a", 3)


def test_a_name_that_is_taken_counts_as_a_collision() -> None:
    data = kept(owner()["spec"]["template"])
    name = f"db-{data_hash(data, 0)}"
    found = settle(owner(), [], {name: _kept(name, 1, "other")})
    assert found.collisions == 1
    assert found.update["metadata"]["name"] == f"db-{data_hash(data, 1)}"
    same = settle(owner(), [], {name: _kept(name, 1, "i:1")})
    assert same.collisions == 0 and same.action is None
