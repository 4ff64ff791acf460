"""Server-side apply: the algebra of field sets, what several appliers make of an object, and whatever strangers send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_core.api.field_set import (
    FieldSet,
    difference,
    intersection,
    is_member,
    of_paths,
    ordered,
    parsed,
    paths,
    recursive_difference,
    union,
)
from cluster_core.api.kinds import KINDS
from cluster_core.apiserver.apply.compare import compare
from cluster_core.apiserver.apply.elements import field_set
from cluster_core.apiserver.apply.owners import APPLY, UPDATE, Owner, Owners
from cluster_core.apiserver.apply.updater import applied, updated
from tests.core.apiserver.apply.cluster import Outside
from tests.core.apiserver.apply.shapes import SHAPE, OneType
from tests.properties.seeds import META, SEEDS
from tests.properties.test_api_fuzz import JSON, acceptable, spoilt

Obj = dict[str, Any]
ELEMENTS = st.sampled_from(["f:a", "f:b", 'k:{"name":"x"}', 'v:"y"', "i:0"])
PATHS = st.lists(st.lists(ELEMENTS, min_size=1, max_size=3).map(tuple), max_size=6)
TEXT = st.sampled_from(["a", "b", "c"])
STRUCT = st.fixed_dictionaries(
    {}, optional={"text": TEXT, "number": st.integers(0, 2), "inner": st.just({"text": "z"})}
)
ITEM = st.fixed_dictionaries({"name": TEXT}, optional={"value": st.integers(0, 2), "args": st.lists(TEXT, max_size=2)})
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "number": st.integers(0, 2),
        "struct": STRUCT,
        "whole": st.dictionaries(st.sampled_from("ab"), TEXT, max_size=2),
        "labels": st.dictionaries(TEXT, TEXT, max_size=2),
        "set": st.lists(TEXT, max_size=3, unique=True),
        "atomic": st.lists(TEXT, max_size=2),
        "items": st.lists(ITEM, max_size=3, unique_by=lambda item: item["name"]),
        "any": st.dictionaries(TEXT, st.one_of(TEXT, st.dictionaries(TEXT, TEXT, max_size=2)), max_size=2),
    },
)
TYPING = OneType()


def members(fields: FieldSet) -> set[tuple[str, ...]]:
    return set(paths(fields))


@given(one=PATHS, other=PATHS)
def test_sets_of_fields_are_sets_of_paths(one: list[Any], other: list[Any]) -> None:
    left, right = of_paths(one), of_paths(other)
    assert members(left) == set(one)
    assert members(union(left, right)) == set(one) | set(other)
    assert members(intersection(left, right)) == set(one) & set(other)
    assert members(difference(left, right)) == set(one) - set(other)
    below = {path for path in one if not any(path[: len(root)] == root for root in other)}
    assert members(recursive_difference(left, right)) == below
    assert parsed(left) == left == ordered(left) and union(left, left) == left


@given(old=CONFIG, new=CONFIG)
def test_what_one_way_adds_the_other_way_removes(old: Obj, new: Obj) -> None:
    there, back = compare(old, new, SHAPE), compare(new, old, SHAPE)
    assert (there.added, there.modified) == (back.removed, back.modified)
    assert not members(there.added) & members(there.removed)
    assert compare(old, dict(old), SHAPE).changed == {}


class Applied:
    """An object that appliers share."""

    def __init__(self) -> None:
        self.live: Obj = {}
        self.owners: Owners = {}

    def apply(self, name: str, config: Obj) -> None:
        new, self.owners = applied(self.live, config, self.owners, Owner(name, APPLY, "v1"), TYPING, {}, True)
        self.live = self.live if new is None else new

    def owned(self, *names: str) -> FieldSet:
        found: FieldSet = {}
        for one in self.owners.values():
            found = union(found, one.owned if not names or one.name in names else {})
        return found


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), CONFIG), min_size=1, max_size=6))
def test_every_field_has_an_owner_and_owners_own_what_is_there(steps: list[tuple[str, Obj]]) -> None:
    shared = Applied()
    for name, config in steps:
        shared.apply(name, config)
        there = members(field_set(shared.live, SHAPE))
        owned = members(shared.owned())
        assert members(field_set(config, SHAPE)) <= members(shared.owned(name))
        assert {path for path in there if _is_leaf(path, there)} <= owned
        assert {path for path in owned if _is_leaf(path, owned)} <= there | _empties(shared.live)


@given(config=CONFIG, other=CONFIG)
def test_an_apply_is_idempotent(config: Obj, other: Obj) -> None:
    shared = Applied()
    shared.apply("b", other)
    shared.apply("a", config)
    before, owners = shared.live, dict(shared.owners)
    shared.apply("a", config)
    assert shared.live is before and shared.owners == owners


@given(config=CONFIG, other=CONFIG)
def test_an_empty_apply_gives_up_what_was_the_manager_s_alone(config: Obj, other: Obj) -> None:
    shared = Applied()
    shared.apply("a", config)
    shared.apply("b", other)
    theirs = members(shared.owned("b"))
    shared.apply("a", {})
    assert [one.name for one in shared.owners.values() if one.name == "a"] == []
    there = members(field_set(shared.live, SHAPE))
    assert {path for path in there if _is_leaf(path, there)} <= theirs
    assert members(shared.owned("b")) == theirs


@given(changes=st.lists(CONFIG, min_size=1, max_size=5), config=CONFIG)
def test_updates_own_what_they_change_and_nothing_that_is_gone(changes: list[Obj], config: Obj) -> None:
    shared = Applied()
    shared.apply("a", config)
    for number, new in enumerate(changes):
        writer = Owner(f"u{number}", UPDATE, "v1")
        change = compare(shared.live, new, SHAPE)
        shared.owners = updated(shared.live, new, shared.owners, writer, TYPING, {})
        shared.live = new
        assert shared.owned(writer.name) == change.changed
        assert not members(intersection(shared.owned(), change.removed))
        for one in shared.owners.values():
            assert one.owned and (one.name == writer.name or not intersection(one.owned, change.changed))


def _is_leaf(path: tuple[str, ...], among: set[tuple[str, ...]]) -> bool:
    return not any(other != path and other[: len(path)] == path for other in among)


def _empties(live: Obj) -> set[tuple[str, ...]]:
    """Granular lists that are there, but empty: their field is named by nobody's leaf."""
    return {(f"f:{name}",) for name, value in live.items() if value in ([], {}, None)}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_applied(data: st.DataObject) -> None:
    apply_and_patch_owners(data)


@pytest.mark.slow
@settings(max_examples=600, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_much_that_is_applied(data: st.DataObject) -> None:
    apply_and_patch_owners(data)


def apply_and_patch_owners(data: st.DataObject) -> None:
    """Apply something of some kind by two managers, and put managedFields right (or wrong) by hand."""
    outside = Outside()
    kind = data.draw(st.sampled_from([kind for kind in KINDS if kind.kind in SEEDS]), label="kind")
    seed = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": META, **SEEDS[kind.kind]}
    bodies = st.one_of(spoilt(seed), spoilt(seed), st.just(seed), JSON)
    for manager in ("a", "b", "a"):
        body = data.draw(bodies, label=f"apply by {manager}")
        force = data.draw(st.booleans())
        subresource = data.draw(st.sampled_from(["", "", "", "status", "scale"]))
        answer = outside.apply(kind.resource, body, manager, "x", force=force, subresource=subresource)
        acceptable(answer.code, answer.body)
    there = outside.ask("get", kind.resource, "x")
    if there.ok:
        entries = there.body["metadata"].get("managedFields")
        given_entries = data.draw(spoilt(entries) if entries else JSON, label="managedFields")
        patch = [{"op": "add", "path": "/metadata/managedFields", "value": given_entries}]
        answer = outside.ask("patch", kind.resource, "x", patch, options={"patch_type": "json", "field_manager": "c"})
        acceptable(answer.code, answer.body)
        acceptable(200, outside.ask("get", kind.resource, "x").body)
        assert all(is_member(node) or node for node in _nodes(outside.ask("get", kind.resource, "x").body))


def _nodes(obj: Obj) -> list[FieldSet]:
    entries = obj.get("metadata", {}).get("managedFields") or []
    return [node for entry in entries for node in entry["fieldsV1"].values()]
