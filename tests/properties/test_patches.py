"""Patches against naive models: JSON patches round-trip, merge patches carry a difference, strategic ones do what apply wants."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_core.api.json_patch import json_patch
from cluster_core.api.patch import merge_patch
from cluster_core.api.quantity import canonical, parse
from cluster_core.api.request import Obj
from cluster_core.api.selector import parse_label_selector
from cluster_core.api.strategic_patch import strategic_merge_patch, three_way_patch
from cluster_core.api.yaml import ManifestError, load_manifests

LEAF = st.one_of(st.integers(-3, 3), st.sampled_from(["", "a", "b"]), st.booleans())
NAME = st.sampled_from(["a", "b", "c/d", "e~f", "0", "-"])
JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAME, inner, max_size=3)),
    max_leaves=10,
)
DICT = st.dictionaries(NAME, JSON, max_size=4)


def escaped(path: list[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def difference(old: Any, new: Any, path: list[str]) -> list[dict[str, Any]]:
    """A JSON patch that leads from one value to another."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [{"op": "remove", "path": escaped([*path, name])} for name in old if name not in new]
        come = [{"op": "add", "path": escaped([*path, name]), "value": new[name]} for name in new if name not in old]
        inner = [step for name in new if name in old for step in difference(old[name], new[name], [*path, name])]
        return gone + inner + come
    if isinstance(old, list) and isinstance(new, list):
        common = min(len(old), len(new))
        inner = [step for place in range(common) for step in difference(old[place], new[place], [*path, str(place)])]
        gone = [{"op": "remove", "path": escaped([*path, str(place)])} for place in reversed(range(common, len(old)))]
        come = [{"op": "add", "path": escaped([*path, "-"]), "value": value} for value in new[common:]]
        return inner + gone + come
    return [] if json.dumps(old) == json.dumps(new) else [{"op": "replace", "path": escaped(path), "value": new}]


@settings(deadline=None)
@given(old=DICT, new=DICT)
def test_a_json_patch_leads_from_one_object_to_the_other(old: Obj, new: Obj) -> None:
    before = json.dumps(old)
    steps = difference(old, new, [])
    assert json.dumps(json_patch(old, steps), sort_keys=True) == json.dumps(new, sort_keys=True)
    tested = [{"op": "test", "path": escaped([name]), "value": value} for name, value in old.items()]
    assert json_patch(old, tested) == old
    assert json.dumps(old) == before


@settings(deadline=None)
@given(obj=DICT, name=NAME, target=NAME)
def test_moving_there_and_back_and_copying(obj: Obj, name: str, target: str) -> None:
    if name not in obj or target in obj:
        return
    there = {"op": "move", "from": escaped([name]), "path": escaped([target])}
    back = {"op": "move", "from": escaped([target]), "path": escaped([name])}
    assert json_patch(obj, [there, back]) == obj
    copied = json_patch(obj, [{"op": "copy", "from": escaped([name]), "path": escaped([target])}])
    assert copied == {**obj, target: obj[name]}


def merge_difference(old: Obj, new: Obj) -> Obj:
    """RFC 7396 the other way round."""
    found: Obj = {name: None for name in old if name not in new}
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict):
            found[name] = merge_difference(old[name], value)
        else:
            found[name] = value
    return found


@settings(deadline=None)
@given(old=DICT, new=DICT)
def test_a_merge_patch_carries_a_difference(old: Obj, new: Obj) -> None:
    patch = merge_difference(old, new)
    assert merge_patch(old, patch) == new
    assert merge_patch(new, patch) == new


CONTAINER_NAME = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def containers(draw: st.DrawFn) -> list[Obj]:
    """Containers with different names and some fields."""
    found = []
    for name in draw(st.lists(CONTAINER_NAME, unique=True, max_size=4)):
        container: Obj = {"name": name}
        for field, values in (("image", ["x", "y"]), ("workingDir", ["/", "/w"]), ("command", [["a"], ["b", "c"]])):
            if draw(st.booleans()):
                container[field] = draw(st.sampled_from(values))
        for number in draw(st.lists(st.sampled_from(["A", "B"]), unique=True, max_size=2)):
            container.setdefault("env", []).append({"name": number, "value": draw(st.sampled_from(["1", "2"]))})
        found.append(container)
    return found


@st.composite
def pods(draw: st.DrawFn) -> Obj:
    """A pod with containers, a node selector, finalizers."""
    pod: Obj = {"metadata": {"name": "p"}, "spec": {"containers": draw(containers())}}
    if draw(st.booleans()):
        pod["spec"]["nodeSelector"] = draw(
            st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"]), min_size=1)
        )
    if draw(st.booleans()):
        pod["metadata"]["finalizers"] = draw(st.lists(st.sampled_from(["f/a", "f/b"]), unique=True, min_size=1))
    return pod


def normal(pod: Obj) -> str:
    """Lists that merge by key as maps: their order is another matter."""

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(part) for name, part in value.items()}
        if isinstance(value, list) and value and all(isinstance(item, dict) and "name" in item for item in value):
            return {item["name"]: shape(item) for item in value}
        return value

    shaped = shape(pod)
    finalizers = shaped["metadata"].get("finalizers")
    if finalizers is not None:
        shaped["metadata"]["finalizers"] = sorted(finalizers)
    return json.dumps(_without_empty(shaped), sort_keys=True)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: _without_empty(part) for name, part in value.items()}
        return {name: part for name, part in found.items() if part not in ({}, [])}
    return value


@settings(max_examples=60, deadline=None)
@given(original=pods(), modified=pods())
def test_apply_on_what_was_applied_gives_what_is_wanted(original: Obj, modified: Obj) -> None:
    patch = three_way_patch(original, modified, original, "Pod")
    merged = strategic_merge_patch(original, patch, "Pod")
    assert normal(merged) == normal(modified)
    assert three_way_patch(modified, modified, merged, "Pod") == {}


@settings(max_examples=60, deadline=None)
@given(original=pods(), modified=pods(), current=pods())
def test_apply_sets_what_is_wanted_and_leaves_what_others_own(original: Obj, modified: Obj, current: Obj) -> None:
    before = json.dumps(current)
    merged = strategic_merge_patch(current, three_way_patch(original, modified, current, "Pod"), "Pod")
    assert json.dumps(current) == before
    live = {item["name"]: item for item in merged["spec"]["containers"]}
    for wanted in modified["spec"]["containers"]:
        assert all(live[wanted["name"]][field] == wanted[field] for field in wanted if field != "env")
        assert all(env in live[wanted["name"]]["env"] for env in wanted.get("env", ()))
    applied = {item["name"] for item in original["spec"]["containers"]}
    kept = {item["name"] for item in modified["spec"]["containers"]}
    others = {item["name"] for item in current["spec"]["containers"]} - applied
    assert live.keys() == kept | others


@settings(max_examples=60, deadline=None)
@given(pod=pods(), wanted=pods())
def test_a_strategic_patch_is_idempotent(pod: Obj, wanted: Obj) -> None:
    once = strategic_merge_patch(pod, wanted, "Pod")
    assert strategic_merge_patch(once, wanted, "Pod") == once
    assert strategic_merge_patch(pod, {}, "Pod") == pod


SUFFIX = st.sampled_from(["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e3", "E-2"])


@settings(deadline=None)
@given(number=st.decimals(-9999, 9999, places=3), suffix=SUFFIX)
def test_the_stored_form_of_a_quantity_has_its_value_and_stays(number: Any, suffix: str) -> None:
    text = f"{number}{suffix}"
    stored = canonical(text)
    assert canonical(stored) == stored
    assert len(stored) <= len(text) + 8
    difference_of = parse(stored) - parse(text)
    assert 0 <= difference_of < 1
    assert difference_of == 0 or suffix.endswith("i")


KEYS = st.sampled_from(["app", "tier", "x/y"])
VALUES = st.sampled_from(["", "a", "b-1"])


@st.composite
def requirements(draw: st.DrawFn) -> tuple[str, Any]:
    """The text of a requirement and a naive predicate."""
    key, value = draw(KEYS), draw(VALUES)
    many = draw(st.lists(VALUES, min_size=1, max_size=3))
    space = draw(st.sampled_from(["", " "]))
    return draw(
        st.sampled_from(
            [
                (f"{key}{space}={space}{value}", lambda labels: labels.get(key) == value),
                (f"{key}!={value}", lambda labels: labels.get(key) != value),
                (f"{key} in ({','.join(many)})", lambda labels: labels.get(key) in many),
                (f"{key} notin ({space}{','.join(many)})", lambda labels: labels.get(key) not in many),
                (key, lambda labels: key in labels),
                (f"!{space}{key}", lambda labels: key not in labels),
            ]
        )
    )


@settings(deadline=None)
@given(wanted=st.lists(requirements(), max_size=3), labels=st.dictionaries(KEYS, VALUES))
def test_selectors_match_as_their_parts_do(wanted: list[tuple[str, Any]], labels: dict[str, str]) -> None:
    selector = parse_label_selector(",".join(text for text, _holds in wanted))
    assert selector.matches(labels) == all(holds(labels) for _text, holds in wanted)
    assert parse_label_selector(str(selector)).matches(labels) == selector.matches(labels)


@settings(deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="ab:-[]{}&*#|>'\"\n \t!%@?,\x00\x85：", max_size=40)))
def test_any_text_is_read_or_refused_as_a_manifest(text: str) -> None:
    try:
        json.dumps(load_manifests(f"apiVersion: v1\nkind: X\nrest:\n  {text}"))
    except ManifestError as error:
        where = (error.line, error.column)
    else:
        where = (0, 0)
    assert min(where) >= 0
