"""The spec of a definition, in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.structural.definition_spec import validate_spec

ROOT = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "string"}}}}}
NAMES = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "listKind": "CronTabList"}


def spec(*versions: Any, **more: Any) -> dict[str, Any]:
    given = versions or ({},)
    full = [
        {"name": "v1", "served": True, "storage": place == 0, "schema": {"openAPIV3Schema": ROOT}, **one}
        for place, one in enumerate(given)
    ]
    return {"group": "example.com", "scope": "Namespaced", "names": NAMES, "versions": full, **more}


def texts(*versions: Any, **more: Any) -> list[str]:
    return [cause.text() for cause in validate_spec(spec(*versions, **more))]


def test_right_ones() -> None:
    assert texts() == []
    assert texts({"name": "v1"}, {"name": "v2"}) == []


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ({"schema": None}, "spec.versions[0].schema.openAPIV3Schema: Required value"),
        (
            {"schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {}}}}},
            "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
        ),
        (
            {"additionalPrinterColumns": [{"name": "A", "type": "odd", "jsonPath": ".a"}]},
            'spec.additionalPrinterColumns[0].type: Invalid value: "odd": must be one of boolean,date,integer,number,string',
        ),
        (
            {"additionalPrinterColumns": [{"name": "A", "type": "string", "jsonPath": "a"}]},
            'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .',
        ),
        (
            {"subresources": {"scale": {"specReplicasPath": ".status.x", "statusReplicasPath": ""}}},
            'spec.subresources.scale.specReplicasPath: Invalid value: ".status.x": should be a json path under .spec',
        ),
        (
            {"subresources": {"scale": {"specReplicasPath": ".spec.x", "statusReplicasPath": ""}}},
            "spec.subresources.scale.statusReplicasPath: Required value",
        ),
        (
            {"selectableFields": [{"jsonPath": ".metadata.name"}]},
            'spec.selectableFields[0].jsonPath: Invalid value: ".metadata.name": is an invalid path: does not refer to a valid field',
        ),
        (
            {"selectableFields": [{"jsonPath": ".spec"}]},
            'spec.selectableFields[0].jsonPath: Invalid value: ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
        (
            {"selectableFields": [{"jsonPath": ".spec.a"}, {"jsonPath": ".spec.a"}]},
            'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.a"',
        ),
        (
            {"deprecationWarning": "x"},
            'spec.versions[0].deprecationWarning: Invalid value: "x": can only be set for deprecated versions',
        ),
        ({"storage": False}, "must have exactly one version marked as storage version"),
    ],
)
def test_versions(version: Any, words: str) -> None:
    assert any(words in text for text in texts(version))


def test_what_differs_is_told_of_its_version() -> None:
    odd = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {}}}}
    found = texts({"name": "v1"}, {"name": "v2", "schema": odd})
    assert found == [
        "spec.versions[1].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields"
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"group": "com"}, 'spec.group: Invalid value: "com": should be a domain with at least one dot'),
        ({"group": ""}, "spec.group: Required value"),
        ({"scope": "Odd"}, 'spec.scope: Unsupported value: "Odd": supported values: "Cluster", "Namespaced"'),
        (
            {"names": {**NAMES, "listKind": "CronTab"}},
            'spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same',
        ),
        ({"names": {**NAMES, "shortNames": ["C"]}}, 'spec.names.shortNames[0]: Invalid value: "C": a DNS-1035 label'),
        ({"names": {"plural": "x"}}, "spec.names.kind: Required value"),
    ],
)
def test_names(more: Any, words: str) -> None:
    assert any(text.startswith(words) for text in texts(**more))


def test_versions_have_different_names() -> None:
    assert any("must contain unique version names" in text for text in texts({}, {}))
