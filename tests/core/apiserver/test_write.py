"""What goes to etcd, and how many fields a stage has changed."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError, Cause
from cluster_core.api.kinds import by_resource
from cluster_core.apiserver.write import changed_fields, refuse, revision, stored


def test_the_revision_is_etcds_own() -> None:
    obj = {"metadata": {"name": "a", "resourceVersion": "7"}, "spec": {}}
    assert revision(obj) == 7
    assert stored(obj) == {"metadata": {"name": "a"}, "spec": {}}
    assert obj["metadata"]["resourceVersion"] == "7"
    bare = {"metadata": {"name": "a"}}
    assert stored(bare) is bare


def test_changed_fields_are_counted_by_identity() -> None:
    old = {"a": {}, "b": [1]}
    assert changed_fields(old, old) == 0
    assert changed_fields({**old, "c": 1}, old) == 1
    assert changed_fields({**old, "a": {"x": 1}}, old) == 1
    assert changed_fields({"a": 1}, None) == 1
    assert changed_fields(None, old) == 0


def test_causes_become_a_status() -> None:
    refuse(by_resource("pods"), {"metadata": {"name": "a"}}, [])
    with pytest.raises(ApiError, match='Pod "a" is invalid: spec: Required value'):
        refuse(by_resource("pods"), {"metadata": {"name": "a"}}, [Cause("spec", "Required")])
