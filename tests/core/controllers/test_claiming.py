"""Adoption and release."""

from __future__ import annotations

from typing import Any

from cluster_core.api.selector import from_map
from cluster_core.controllers.claiming import claim
from tests.core.controllers.sets import member, owner

SELECTOR = from_map({"app": "db"})
OWNED = [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": True}]


def _claim(owned: list[Any], orphans: list[Any], **meta: Any) -> tuple[list[str], list[tuple[str, int]]]:
    who = owner()
    who["metadata"] |= meta
    mine, actions = claim(who, "pods", SELECTOR, owned, orphans, lambda pod: pod["metadata"]["name"] != "db-9")
    changes = [(action.name, len(action.body["metadata"]["ownerReferences"])) for action in actions]
    return [pod["metadata"]["name"] for pod in mine], changes


def test_orphans_that_match_are_adopted_and_strangers_released() -> None:
    other = member(1, ownerReferences=OWNED)
    other["metadata"]["labels"] = {"app": "other"}
    assert _claim([member(0, ownerReferences=OWNED), other], [member(2)]) == (
        ["db-0", "db-2"],
        [("db-1", 0), ("db-2", 1)],
    )


def test_what_does_not_belong_is_neither_kept_nor_adopted() -> None:
    assert _claim([member(9, ownerReferences=OWNED)], [member(9)]) == ([], [("db-9", 0)])


def test_what_is_being_deleted_is_not_adopted() -> None:
    assert _claim([], [member(2, deletionTimestamp="2026-01-01T00:00:00Z")]) == ([], [])


def test_an_owner_that_leaves_changes_nothing() -> None:
    found = _claim([member(9, ownerReferences=OWNED)], [member(2)], deletionTimestamp="2026-01-01T00:00:00Z")
    assert found == ([], [])


def test_a_namesake_of_the_owner_has_other_pods() -> None:
    former = [{**OWNED[0], "uid": "uid-before"}]
    assert _claim([member(0, ownerReferences=former)], []) == ([], [])
