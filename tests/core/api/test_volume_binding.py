"""Which volume a claim can have."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.api.volume_binding import best_match, class_of, is_bound_to, mismatch, names_a_class


def volume(name: str = "v", size: str = "1Gi", phase: str = "Available", **spec: Any) -> Obj:
    full = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], **spec}
    return {"metadata": {"name": name}, "spec": full, "status": {"phase": phase}}


def claim(size: str = "1Gi", **spec: Any) -> Obj:
    full = {"resources": {"requests": {"storage": size}}, "accessModes": ["ReadWriteOnce"], **spec}
    return {"metadata": {"name": "c", "namespace": "n", "uid": "u"}, "spec": full}


def node(zone: str) -> Obj:
    return {"metadata": {"name": f"node-{zone}", "labels": {"zone": zone}}}


def in_zone(zone: str) -> Obj:
    expression = {"key": "zone", "operator": "In", "values": [zone]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (volume(), ""),
        (volume(size="1Mi"), "requested PV is too small"),
        (volume(storageClassName="x"), "storageClassName does not match"),
        (volume(volumeAttributesClassName="x"), "volumeAttributesClassName does not match"),
        (volume(volumeMode="Block"), "incompatible volumeMode"),
        (volume(accessModes=["ReadOnlyMany"]), "incompatible accessMode"),
    ],
)
def test_why_a_volume_does_not_fit(one: Obj, words: str) -> None:
    assert mismatch(one, claim()) == words
    found = best_match(claim(), [one])
    assert (found is one) == (words == "")


def test_a_volume_must_be_on_the_node() -> None:
    there, here = volume("there", nodeAffinity=in_zone("b")), volume("here", "9Gi", nodeAffinity=in_zone("a"))
    assert best_match(claim(), [there, here], node("a")) is here
    assert best_match(claim(), [there, here], node("a"), taken=["here"]) is None
    assert best_match(claim(), [there, here], delayed=True) is None


def test_a_volume_that_is_kept_for_a_claim_comes_first() -> None:
    kept = volume("kept", "5Gi", claimRef={"namespace": "n", "name": "c"})
    other = volume("other", claimRef={"namespace": "n", "name": "c", "uid": "another"})
    assert best_match(claim(), [volume("free"), kept, other], delayed=True) is kept
    assert is_bound_to(kept, claim())
    assert not is_bound_to(other, claim())
    elsewhere = {**kept, "spec": {**kept["spec"], "nodeAffinity": in_zone("b")}}
    assert best_match(claim(), [elsewhere, volume("free")], node("a")) is None


def test_classes() -> None:
    assert class_of(claim(storageClassName="x")) == "x"
    assert (
        class_of({**claim(), "metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}}) == "old"
    )
    assert names_a_class(claim(storageClassName=""))
    assert not names_a_class(claim())


def test_released_volumes_are_not_offered() -> None:
    assert best_match(claim(), [volume(phase="Released")]) is None
