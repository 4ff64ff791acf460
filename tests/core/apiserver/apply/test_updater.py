"""Several managers of one object: the cases of structured-merge-diff's tests, on a type of our own."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import path_text, paths
from cluster_core.apiserver.apply.owners import APPLY, UPDATE, Owner, Owners
from cluster_core.apiserver.apply.updater import ConflictError, applied, updated
from tests.core.apiserver.apply.shapes import OneType

Obj = dict[str, Any]
TYPING = OneType()


class State:
    """An object and its managers; each method is one request."""

    def __init__(self) -> None:
        self.live: Obj = {}
        self.managers: Owners = {}

    def apply(self, name: str, config: Obj, force: bool = False, version: str = "v1") -> None:
        manager = Owner(name, APPLY, version)
        new, self.managers = applied(self.live, config, self.managers, manager, TYPING, {}, force)
        self.live = self.live if new is None else new

    def update(self, name: str, new: Obj, version: str = "v1") -> None:
        manager = Owner(name, UPDATE, version)
        self.managers = updated(self.live, new, self.managers, manager, TYPING, {})
        self.live = new

    def conflicts(self, name: str, config: Obj) -> list[tuple[str, str]]:
        with pytest.raises(ConflictError) as error:
            self.apply(name, config)
        return [(manager.name, path_text(path)) for manager, path in error.value.conflicts]

    def owns(self, name: str) -> list[str]:
        found = [manager for manager in self.managers.values() if manager.name == name]
        return [path_text(path) for manager in found for path in paths(manager.owned)]


@pytest.fixture
def state() -> State:
    return State()


def test_applying_twice_takes_the_new_value(state: State) -> None:
    state.apply("a", {"number": 1, "text": "x"})
    state.apply("a", {"number": 2, "text": "x"})
    assert (state.live, state.owns("a")) == ({"number": 2, "text": "x"}, [".number", ".text"])


def test_what_is_no_longer_applied_goes(state: State) -> None:
    state.apply("a", {"number": 1, "text": "x", "struct": {"text": "y"}})
    state.apply("a", {"number": 1})
    assert (state.live, state.owns("a")) == ({"number": 1}, [".number"])


def test_what_an_updater_set_stays(state: State) -> None:
    state.apply("a", {"number": 1})
    state.update("u", {"number": 1, "text": "x"})
    state.apply("a", {"number": 2})
    assert state.live == {"number": 2, "text": "x"}
    assert (state.owns("a"), state.owns("u")) == ([".number"], [".text"])


def test_a_field_that_an_updater_changed_is_a_conflict(state: State) -> None:
    state.apply("a", {"number": 1, "text": "x"})
    state.update("u", {"number": 2, "text": "x"})
    assert (state.owns("a"), state.owns("u")) == ([".text"], [".number"])
    assert state.conflicts("a", {"number": 3, "text": "x"}) == [("u", ".number")]
    state.apply("a", {"number": 3, "text": "x"}, force=True)
    assert (state.live, state.owns("u")) == ({"number": 3, "text": "x"}, [])


def test_the_same_value_is_no_conflict_and_has_two_owners(state: State) -> None:
    state.apply("a", {"number": 1})
    state.apply("b", {"number": 1})
    assert (state.owns("a"), state.owns("b")) == ([".number"], [".number"])
    state.apply("a", {})
    assert (state.live, state.owns("a")) == ({"number": 1}, [])
    state.apply("b", {})
    assert state.live == {}


def test_items_of_several_appliers(state: State) -> None:
    state.apply("a", {"items": [{"name": "a"}, {"name": "b"}, {"name": "c"}]})
    state.apply("b", {"items": [{"name": "c"}, {"name": "d"}]})
    state.apply("a", {"items": [{"name": "a"}]})
    assert state.live == {"items": [{"name": "a"}, {"name": "c"}, {"name": "d"}]}
    assert state.owns("a") == ['.items[name="a"]', '.items[name="a"].name']


def test_fields_of_one_item_have_owners_of_their_own(state: State) -> None:
    state.apply("a", {"items": [{"name": "a", "value": 1}]})
    state.apply("b", {"items": [{"name": "a", "args": ["x"]}]})
    assert state.conflicts("b", {"items": [{"name": "a", "value": 2}]}) == [("a", '.items[name="a"].value')]
    state.apply("a", {"items": []})
    # The item is b's, too; its value was a's alone.
    assert state.live == {"items": [{"name": "a", "args": ["x"]}]}


def test_an_item_goes_with_its_owner_whatever_others_set_in_it(state: State) -> None:
    state.apply("a", {"items": [{"name": "a", "value": 1}, {"name": "b"}]})
    state.update("u", {"items": [{"name": "a", "value": 1}, {"name": "b", "value": 5}]})
    assert state.owns("u") == ['.items[name="b"].value']
    state.apply("a", {"items": [{"name": "a", "value": 1}]})
    assert (state.live, state.owns("u")) == ({"items": [{"name": "a", "value": 1}]}, [])


def test_members_of_a_set(state: State) -> None:
    state.apply("a", {"set": ["a", "b"]})
    state.apply("b", {"set": ["b", "c"]})
    state.apply("a", {"set": ["x"]})
    assert state.live == {"set": ["b", "c", "x"]} and state.owns("a") == ['.set[="x"]']


def test_what_is_atomic_has_one_owner(state: State) -> None:
    state.apply("a", {"atomic": ["a"], "whole": {"a": "1"}})
    assert state.conflicts("b", {"atomic": ["b"]}) == [("a", ".atomic")]
    assert state.conflicts("b", {"whole": {"b": "1"}}) == [("a", ".whole")]
    state.apply("b", {"whole": {"b": "1"}}, force=True)
    assert (state.live["whole"], state.owns("a")) == ({"b": "1"}, [".atomic"])


def test_conflicts_come_by_manager_and_field(state: State) -> None:
    state.apply("b", {"number": 1, "struct": {"text": "x"}})
    state.apply("a", {"text": "x"})
    found = state.conflicts("c", {"number": 2, "struct": {"text": "y"}, "text": "z"})
    assert found == [("a", ".text"), ("b", ".number"), ("b", ".struct.text")]


def test_default_keys_are_the_same_item(state: State) -> None:
    state.apply("a", {"ports": [{"port": 80, "name": "x"}]})
    state.apply("b", {"ports": [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}]})
    assert [port.get("protocol") for port in state.live["ports"]] == ["TCP", "UDP"]
    assert state.live["ports"][0]["name"] == "x"


def test_fields_that_an_updater_removes_are_nobody_s(state: State) -> None:
    state.apply("a", {"text": "x", "struct": {"text": "y", "number": 1}})
    state.update("u", {"struct": {"text": "y"}})
    assert (state.owns("a"), state.owns("u")) == ([".struct.text"], [])


def test_who_spoke_a_version_that_is_gone_is_forgotten(state: State) -> None:
    state.apply("a", {"text": "x"})
    state.managers = {key: Owner(one.name, APPLY, "gone", fields=one.owned) for key, one in state.managers.items()}
    state.apply("b", {"number": 1})
    assert (state.owns("a"), state.live) == ([], {"text": "x", "number": 1})


def test_a_struct_that_is_left_empty_goes_with_its_last_field(state: State) -> None:
    state.apply("a", {"text": "x", "struct": {"inner": {"text": "y"}}})
    state.apply("a", {"text": "x"})
    assert state.live == {"text": "x"}


def test_untyped_maps_are_granular(state: State) -> None:
    state.apply("a", {"any": {"x": {"y": 1}, "l": [1]}})
    state.apply("b", {"any": {"x": {"z": 2}}})
    assert state.live == {"any": {"x": {"y": 1, "z": 2}, "l": [1]}}
    assert state.conflicts("b", {"any": {"l": [2]}}) == [("a", ".any.l")]
    state.apply("a", {"any": {"l": [1]}})
    assert state.live == {"any": {"x": {"z": 2}, "l": [1]}}
