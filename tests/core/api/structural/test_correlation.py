"""What was which before an update."""

from __future__ import annotations

from cluster_core.api.structural.correlation import Old, correlated


def test_fields() -> None:
    old = Old({"a": 1, "b": None})
    assert old.field("a") == Old(1)
    assert old.field("b") == Old(None)
    assert old.field("c") is None
    assert Old([1]).field("a") is None


def test_sameness_knows_types() -> None:
    assert Old({"a": [1]}).same({"a": [1]})
    assert not Old(1).same(True)
    assert not Old(1).same(1.0)


def test_only_items_of_map_lists_are_known_again() -> None:
    old, new = Old([{"k": "a", "v": 1}, {"k": "b", "v": 2}]), [{"k": "b", "v": 3}, {"k": "c"}]
    schema = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}
    assert correlated(old, schema, new) == [Old({"k": "b", "v": 2}), None]
    assert correlated(old, {"x-kubernetes-list-type": "set"}, new) == [None, None]
    assert correlated(None, schema, new) == [None, None]
