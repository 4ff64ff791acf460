"""Shapes of the served types."""

from __future__ import annotations

import pytest

from cluster_core.api.kinds import KINDS
from cluster_core.api.merge_shape import ANY, Shape, shape_of


def at(struct: str, *names: str) -> Shape:
    shape = shape_of(struct)
    for name in names:
        shape = (shape.item or ANY) if name == "[]" else shape.fields[name]
    return shape


def test_lists_with_keys_and_their_defaults() -> None:
    ports = at("Deployment", "spec", "template", "spec", "containers", "[]", "ports")
    assert (ports.base, ports.atomic, dict(ports.keys)) == ("list", False, {"containerPort": 0, "protocol": "TCP"})
    assert dict(at("Pod", "spec", "imagePullSecrets").keys) == {"name": ""}


def test_sets_and_atomic_lists() -> None:
    finalizers, args = at("Pod", "metadata", "finalizers"), at("Container", "args")
    assert (finalizers.atomic, dict(finalizers.keys)) == (False, {})
    assert args.atomic and args.form(["a"]) == "leaf"


def test_atomic_maps_and_structs() -> None:
    assert at("Service", "spec", "selector").form({"a": "b"}) == "leaf"
    assert at("Deployment", "spec", "selector").form({}) == "leaf"
    assert at("Pod", "metadata", "labels").form({}) == "map"
    # A reference is atomic, but where a field says otherwise.
    assert at("Event", "involvedObject").atomic and not at("PersistentVolume", "spec", "claimRef").atomic


def test_what_go_has_where_nobody_set_a_field() -> None:
    assert dict(shape_of("Deployment").zeros) == {"metadata": {}, "spec": {}, "status": {}}
    assert shape_of("PodSpec").zeros["containers"] is None
    assert dict(shape_of("Container").zeros) == {"resources": {}}


def test_scalars() -> None:
    assert at("Deployment", "spec", "replicas").scalar == "numeric"
    assert at("Pod", "spec", "hostNetwork").scalar == "boolean"
    assert at("ServicePort", "targetPort").scalar == "untyped"
    assert at("Pod", "spec", "nodeName").scalar == "string"


def test_what_is_not_typed_goes_by_its_values() -> None:
    assert (ANY.form({}), ANY.form([]), ANY.form(1)) == ("map", "leaf", "leaf")
    assert shape_of("Unheard") is ANY and ANY.of("x").of("y") is ANY


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.stored], ids=lambda kind: kind.resource)
def test_every_stored_kind_has_its_shape(kind: object) -> None:
    shape = shape_of(kind.struct)  # type: ignore[attr-defined]
    assert shape.base == "map" and "metadata" in shape.fields and shape.item is None
