"""Claims of storage in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds.claim_validation import (
    WORDS,
    validate_claim_spec,
    validate_claim_status,
    validate_claim_update,
    with_both_sources,
)
from cluster_core.api.request import Obj


def spec(size: str = "1Gi", **fields: Any) -> Obj:
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **fields}


OTHER = {"kind": "PersistentVolumeClaim", "name": "other"}
CASES: list[tuple[Obj, str]] = [
    ({}, "spec.accessModes: Required value: at least 1 access mode is required"),
    (
        spec(accessModes=["Sometimes"]),
        'spec.accessModes: Unsupported value: "Sometimes": supported values: "ReadOnlyMany"',
    ),
    (
        spec(accessModes=["ReadWriteOncePod", "ReadWriteOnce"]),
        "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
    ),
    (spec("0"), 'spec.resources[storage]: Invalid value: "0": must be greater than zero'),
    (spec(resources={}), "spec.resources[storage]: Required value"),
    (spec(selector={"matchLabels": {"a b": "c"}}), 'spec.selector.matchLabels: Invalid value: "a b"'),
    (spec(storageClassName="A"), 'spec.storageClassName: Invalid value: "A"'),
    (spec(volumeAttributesClassName="A"), 'spec.volumeAttributesClassName: Invalid value: "A"'),
    (spec(volumeMode="Tape"), 'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'),
    (spec(dataSource={"kind": "PersistentVolumeClaim"}), "spec.dataSource.name: Required value"),
    (
        spec(dataSource={"kind": "Pod", "name": "p"}),
        "spec.dataSource: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
    ),
    (spec(dataSourceRef={**OTHER, "apiGroup": "A_"}), 'spec.dataSourceRef.apiGroup: Invalid value: "A_"'),
    (spec(dataSourceRef={**OTHER, "namespace": "A"}), 'spec.dataSourceRef.namespace: Invalid value: "A"'),
    (spec(dataSource=OTHER, dataSourceRef={**OTHER, "name": "x"}), "must match dataSourceRef"),
    (
        spec(dataSource=OTHER, dataSourceRef={**OTHER, "namespace": "x"}),
        "may not be specified when dataSourceRef.namespace is specified",
    ),
]


@pytest.mark.parametrize(("given", "words"), CASES)
def test_refusals(given: Obj, words: str) -> None:
    causes = [cause.text() for cause in validate_claim_spec(given, "spec")]
    assert any(words in text for text in causes), causes


def test_both_ways_to_say_where_the_data_comes_from() -> None:
    assert with_both_sources(spec(dataSource=OTHER))["dataSourceRef"] == OTHER
    assert with_both_sources(spec(dataSourceRef=OTHER))["dataSource"] == OTHER
    assert "dataSource" not in with_both_sources(spec(dataSourceRef={**OTHER, "namespace": "x"}))


def claim(given: Obj, phase: str = "Bound", capacity: str = "1Gi") -> Obj:
    return {"spec": given, "status": {"phase": phase, "capacity": {"storage": capacity}}}


def changes(new: Obj, old: Obj) -> list[str]:
    return [cause.text() for cause in validate_claim_update({"spec": new}, old)]


ALLOWED: list[tuple[Obj, Obj]] = [
    (spec(), claim(spec())),
    (spec("2Gi"), claim(spec())),
    (spec("2Gi"), claim(spec("3Gi"))),
    (spec(volumeName="v"), claim(spec(), "Pending")),
    (spec(storageClassName="c"), claim(spec(), "Pending")),
    (spec(volumeAttributesClassName="b"), claim(spec(volumeAttributesClassName="a"))),
]


@pytest.mark.parametrize(("new", "old"), ALLOWED)
def test_what_may_change(new: Obj, old: Obj) -> None:
    assert changes(new, old) == []


FIXED: list[tuple[Obj, Obj, str]] = [
    (spec("2Gi"), claim(spec(), "Pending"), f"spec: Forbidden: {WORDS}"),
    (spec(volumeName="w"), claim(spec(volumeName="v")), f"spec: Forbidden: {WORDS}"),
    (spec(storageClassName="d"), claim(spec(storageClassName="c")), f"spec: Forbidden: {WORDS}"),
    (
        spec("1Gi"),
        claim(spec("3Gi"), capacity="2Gi"),
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
    ),
    (
        spec(volumeMode="Block"),
        claim(spec(volumeMode="Filesystem")),
        'volumeMode: Invalid value: "Block": field is immutable',
    ),
    (
        spec(),
        claim(spec(volumeAttributesClassName="a")),
        "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden",
    ),
    (
        spec(volumeAttributesClassName=""),
        claim(spec(volumeAttributesClassName="a")),
        "update from non-nil value to an empty string is forbidden",
    ),
]


@pytest.mark.parametrize(("new", "old", "words"), FIXED)
def test_what_may_not_change(new: Obj, old: Obj, words: str) -> None:
    found = changes(new, old)
    assert any(words in text for text in found), found


STATUSES: list[tuple[Obj, str]] = [
    ({"capacity": {"storage": "-1"}}, "status.capacity[storage]: Invalid value: -1: must be a valid resource quantity"),
    (
        {"allocatedResourceStatuses": {"storage": "Soon"}},
        'status.allocatedResourceStatus: Unsupported value: "storage"',
    ),
    (
        {"allocatedResources": {"cpu": "1"}},
        'status.allocatedResources: Unsupported value: "cpu": supported values: "stor',
    ),
    ({"allocatedResources": {"storage": "-1"}}, "status.allocatedResources[storage]: Invalid value: -1"),
]


@pytest.mark.parametrize(("status", "words"), STATUSES)
def test_statuses(status: Obj, words: str) -> None:
    found = [cause.text() for cause in validate_claim_status(status)]
    assert any(words in text for text in found), found
