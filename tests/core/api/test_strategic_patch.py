"""Strategic merge patch with its directives, and the patch that `kubectl apply` computes."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from cluster_core.api.request import Obj
from cluster_core.api.strategic_patch import strategic_merge_patch, three_way_patch

A, B, C = ({"name": name, "image": name} for name in "abc")


def containers(*items: Obj, **spec: Any) -> Obj:
    return {"spec": {"containers": list(items), **spec}}


MERGES: list[tuple[str, Obj, Obj, Obj]] = [
    (
        "an item merges by its key",
        containers(A, B),
        containers({"name": "b", "image": "x"}),
        containers(A, {"name": "b", "image": "x"}),
    ),
    ("a new item comes first", containers(A), containers(B), containers(B, A)),
    ("an item is deleted", containers(A, B), containers({"name": "a", "$patch": "delete"}), containers(B)),
    ("a list is replaced", containers(A, B), containers({"$patch": "replace"}, C), containers(C)),
    (
        "a map is replaced",
        containers(A, nodeSelector={"x": "y"}),
        {"spec": {"nodeSelector": {"$patch": "replace", "a": "b"}}},
        containers(A, nodeSelector={"a": "b"}),
    ),
    (
        "a map is emptied",
        containers(A, nodeSelector={"x": "y"}),
        {"spec": {"nodeSelector": {"$patch": "delete"}}},
        containers(A, nodeSelector={}),
    ),
    ("null removes", containers(A, hostname="h"), {"spec": {"hostname": None}}, containers(A)),
    (
        "order",
        containers(A, B),
        {"spec": {"containers": [C], "$setElementOrder/containers": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}},
        containers(C, B, A),
    ),
    (
        "an item that the order does not name stays behind its predecessor",
        containers(A, B),
        {"spec": {"containers": [C], "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}},
        containers(C, A, B),
    ),
    (
        "texts of a merged list are joined",
        {"metadata": {"finalizers": ["x/a"]}},
        {"metadata": {"finalizers": ["x/b", "x/a"]}},
        {"metadata": {"finalizers": ["x/b", "x/a"]}},
    ),
    (
        "texts of a merged list are removed",
        {"metadata": {"finalizers": ["x/a", "x/b"]}},
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/a"]}},
        {"metadata": {"finalizers": ["x/b"]}},
    ),
    (
        "an atomic list is replaced",
        containers({**A, "command": ["x", "y"]}),
        containers({"name": "a", "command": ["z"]}),
        containers({**A, "command": ["z"]}),
    ),
    (
        "one kind of volume takes the place of another",
        containers(volumes=[{"name": "v", "emptyDir": {}}]),
        {"spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "secret"], "secret": {"secretName": "s"}}]}},
        containers(volumes=[{"name": "v", "secret": {"secretName": "s"}}]),
    ),
    (
        "ports of a container merge by number",
        containers({**A, "ports": [{"containerPort": 80, "protocol": "TCP"}]}),
        containers({"name": "a", "ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 81}]}),
        containers({**A, "ports": [{"containerPort": 80, "protocol": "TCP", "name": "http"}, {"containerPort": 81}]}),
    ),
]


@pytest.mark.parametrize(("about", "obj", "patch", "expected"), MERGES, ids=[case[0] for case in MERGES])
def test_merges(about: str, obj: Obj, patch: Obj, expected: Obj) -> None:
    before = repr(obj)
    assert strategic_merge_patch(obj, patch, "Pod") == expected
    assert repr(obj) == before


def test_lists_of_the_same_name_merge_by_their_type() -> None:
    obj = {"spec": {"ports": [{"port": 80, "name": "a"}]}}
    merged = strategic_merge_patch(obj, {"spec": {"ports": [{"port": 80, "targetPort": 8080}]}}, "Service")
    assert merged == {"spec": {"ports": [{"port": 80, "name": "a", "targetPort": 8080}]}}


def test_unchanged_parts_are_shared() -> None:
    obj = containers(A, B, nodeSelector={"x": "y"})
    merged = strategic_merge_patch(obj, containers({"name": "b", "image": "z"}), "Pod")
    assert merged["spec"]["containers"][0] is A
    assert merged["spec"]["nodeSelector"] is obj["spec"]["nodeSelector"]


def test_a_list_gets_the_order_of_the_patch_even_if_nothing_else_changes() -> None:
    order = [{"name": "b"}, {"name": "a"}]
    assert strategic_merge_patch(
        containers(A, B), {"spec": {"$setElementOrder/containers": order}}, "Pod"
    ) == containers(B, A)
    assert strategic_merge_patch({"spec": {}}, {"spec": {"$setElementOrder/containers": order}}, "Pod") == {"spec": {}}


def test_without_an_order_items_keep_that_of_the_patch() -> None:
    merged = strategic_merge_patch(containers(A, B, C), containers({"name": "c"}, {"name": "a"}), "Pod")
    assert [one["name"] for one in merged["spec"]["containers"]] == ["b", "c", "a"]


def test_what_was_not_there_is_not_deleted_or_replaced() -> None:
    for directive in ("delete", "replace"):
        patch = {
            "spec": {"affinity": {"nodeAffinity": {"$patch": directive}}, "securityContext": {"$patch": directive}}
        }
        assert strategic_merge_patch({"spec": {}}, patch, "Pod") == {"spec": {"affinity": {}}}


def test_nulls_of_what_is_added_are_dropped() -> None:
    patch = {"spec": {"securityContext": {"runAsUser": None, "fsGroup": 5}, "hostname": None}}
    assert strategic_merge_patch({"spec": {}}, patch, "Pod") == {"spec": {"securityContext": {"fsGroup": 5}}}


BAD: list[tuple[Obj, str]] = [
    ({"spec": {"$patch": "x"}}, "unknown patch type found: x"),
    (containers({"image": "x"}), "does not contain declared merge key: name"),
    (containers("x"), "does not contain declared merge key: name"),  # type: ignore[arg-type]
    ({"spec": {"$retainKeys": ["a"], "hostname": "h"}}, "invalid patch format of retainKeys"),
    ({"spec": {"$setElementOrder/containers": "x"}}, "invalid patch format of setElementOrder list"),
    (containers({"name": "a", "$patch": "merge"}), "merging lists cannot yet be specified in the patch"),
    (
        {"spec": {"containers": [B, A], "$setElementOrder/containers": [{"name": "a"}, {"name": "b"}]}},
        "The order in patch list doesn't match",
    ),
    ({"metadata": {"$deleteFromPrimitiveList/finalizers": "x"}}, "invalid patch format of primitive list"),
]


@pytest.mark.parametrize(("patch", "words"), BAD)
def test_bad_patches(patch: Obj, words: str) -> None:
    with pytest.raises(ApiError, match=words) as caught:
        strategic_merge_patch({"metadata": {"finalizers": ["x/a"]}, **containers(A)}, patch, "Pod")
    assert caught.value.code == 400


def deployment(strategy: Obj, *items: Obj, **spec: Any) -> Obj:
    return {"spec": {"strategy": strategy, "template": containers(*items), **spec}}


THREE_WAY: list[tuple[str, Obj, Obj, Obj, Obj]] = [
    (
        "nothing to do",
        containers(A),
        containers(A),
        containers({**A, "imagePullPolicy": "Always"}, restartPolicy="Always"),
        {},
    ),
    (
        "a changed value",
        containers(A),
        containers({**A, "image": "x"}),
        containers(A),
        {"spec": {"containers": [{"name": "a", "image": "x"}], "$setElementOrder/containers": [{"name": "a"}]}},
    ),
    ("a field that others set stays", containers(A), containers(A), containers(A, nodeName="n"), {}),
    (
        "a field that was applied goes",
        containers(A, hostname="h"),
        containers(A),
        containers(A, hostname="h"),
        {"spec": {"hostname": None}},
    ),
    (
        "an item that was applied goes",
        containers(A, B),
        containers(A),
        containers(A, B, C),
        {"spec": {"containers": [{"$patch": "delete", "name": "b"}], "$setElementOrder/containers": [{"name": "a"}]}},
    ),
    (
        "a field of an item that stays goes",
        containers({**A, "workingDir": "/w"}),
        containers(A),
        containers({**A, "workingDir": "/w"}),
        {"spec": {"containers": [{"workingDir": None, "name": "a"}], "$setElementOrder/containers": [{"name": "a"}]}},
    ),
    (
        "drift is put right",
        containers(A),
        containers(A),
        containers({**A, "image": "drift"}),
        {"spec": {"containers": [{"name": "a", "image": "a"}], "$setElementOrder/containers": [{"name": "a"}]}},
    ),
]


@pytest.mark.parametrize(
    ("about", "original", "modified", "current", "expected"), THREE_WAY, ids=[c[0] for c in THREE_WAY]
)
def test_what_apply_sends(about: str, original: Obj, modified: Obj, current: Obj, expected: Obj) -> None:
    assert three_way_patch(original, modified, current, "Pod") == expected


def test_another_strategy_drops_the_fields_of_the_first() -> None:
    """Without $retainKeys the API server would refuse rollingUpdate beside type Recreate."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}
    patch = three_way_patch(deployment(rolling), deployment({"type": "Recreate"}), deployment(rolling), "Deployment")
    assert patch["spec"]["strategy"]["$retainKeys"] == ["type"]
    merged = strategic_merge_patch(deployment(rolling), patch, "Deployment")
    assert merged["spec"]["strategy"] == {"type": "Recreate"}


def test_applying_the_patch_makes_what_was_wanted_of_what_was_applied() -> None:
    original, modified = containers(A, B, hostname="h"), containers(C, {**A, "image": "x"})
    current = containers({**A, "imagePullPolicy": "Always"}, B, hostname="h", nodeName="n")
    patch = three_way_patch(original, modified, current, "Pod")
    merged = strategic_merge_patch(current, patch, "Pod")
    assert merged == containers(C, {"name": "a", "image": "x", "imagePullPolicy": "Always"}, nodeName="n")


def test_spoilt_annotations_do_no_harm() -> None:
    for original in ({"spec": 5}, {"spec": {"containers": 5}}, {"spec": {"containers": [5, {"name": {}}]}}):
        assert three_way_patch(original, containers(A), containers(A), "Pod") == {}
