"""metadata.managedFields: order, resets, the cap, what nobody owns."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.field_set import of_paths
from cluster_core.apiserver.apply.owners import (
    APPLY,
    UPDATE,
    Owner,
    capped,
    decoded,
    encoded,
    is_reset,
    stamp,
    stripped,
)

FIELDS = {"f:a": {}}


def entry(name: str, operation: str = UPDATE, second: int = 0, **more: Any) -> dict[str, Any]:
    time = {"time": stamp(second * 1_000_000)} if second else {}
    shown = {"manager": name, "operation": operation, "apiVersion": "v1", **time, "fieldsType": "FieldsV1"}
    return {**shown, "fieldsV1": FIELDS, **more}


def test_there_and_back() -> None:
    entries = [entry("a", APPLY, 9), entry("b"), entry("a", UPDATE, 1), entry("c", UPDATE, 1, subresource="status")]
    assert encoded(decoded(list(reversed(entries)))) == entries


def test_appliers_have_one_entry_whatever_they_speak() -> None:
    found = decoded([entry("a", APPLY), entry("a", APPLY, apiVersion="v2"), entry("b"), entry("b", apiVersion="v2")])
    assert [(one.name, one.api_version) for one in found.values()] == [("a", "v2"), ("b", "v1"), ("b", "v2")]


@pytest.mark.parametrize(
    "entries",
    [
        {},
        ["x"],
        [entry("a", "Merge")],
        [entry("a", apiVersion="")],
        [entry("a", apiVersion=1)],
        [entry("a", fieldsType="")],
        [entry("a", fieldsV1=[])],
        [entry("a", fieldsV1={"x": {}})],
        [entry("a", time="yesterday")],
    ],
)
def test_what_is_no_entry_is_refused(entries: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        decoded(entries)


def test_resets() -> None:
    assert is_reset([]) and is_reset([{}])
    assert not is_reset(None) and not is_reset([{}, {}]) and not is_reset([entry("a")])


def test_what_no_manager_ever_owns() -> None:
    fields = of_paths([("f:metadata", "f:name"), ("f:metadata", "f:labels", "f:a"), ("f:kind",), ("f:metadata",)])
    manager = Owner("a", UPDATE, "v1", fields=fields)
    left = stripped({manager.key: manager}, manager.key)
    assert left[manager.key].owned == {"f:metadata": {"f:labels": {"f:a": {}}}}
    nothing = manager.owning(of_paths([("f:kind",)]))
    assert stripped({nothing.key: nothing}, nothing.key) == {}


def test_the_oldest_updaters_of_a_version_become_one() -> None:
    entries = [{**entry(f"m{number:02}", UPDATE, number + 1), "fieldsV1": {f"f:{number}": {}}} for number in range(12)]
    entries.append(entry("applier", APPLY, 1))
    shown = encoded(capped(decoded(entries)))
    assert [one["manager"] for one in shown][:3] == ["applier", "ancient-changes", "m03"]
    assert len(shown) == 11
    # The time of the youngest that went in.
    assert shown[1] == {**entry("ancient-changes", UPDATE, 3), "fieldsV1": {"f:0": {}, "f:1": {}, "f:2": {}}}
    assert encoded(capped(decoded(shown))) == shown


def test_versions_are_kept_apart_under_the_cap() -> None:
    entries = [entry(f"m{number:02}", UPDATE, number + 1, apiVersion=f"v{number % 2 + 1}") for number in range(12)]
    shown = encoded(capped(decoded(entries)))
    assert [(one["manager"], one["apiVersion"]) for one in shown][:2] == [
        ("ancient-changes", "v1"),
        ("ancient-changes", "v2"),
    ]
    assert len(shown) == 10
