"""Discovery against what a real API server tells: `real_discovery.json` are its APIResourceLists (from PyPI kmock 0.8, MIT)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cluster_core.api import discovery
from cluster_core.api.kinds import KINDS
from cluster_core.api.kinds.kind import Kind

REAL: list[list[Any]] = json.loads((Path(__file__).parent / "real_discovery.json").read_text(encoding="utf-8"))
GROUP_VERSIONS = [f"{group}/{version}" if group else version for group, version in discovery.group_versions(KINDS)]
# Served in 1.36, not yet in the version that was recorded.
NEWER = {"volumeattributesclasses", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings"}


class Widget(Kind):
    """A custom kind."""

    group, version, kind, plural, versions = "example.com", "v1", "Widget", "widgets", ("v1", "v1beta1", "v2alpha1")


def rows(group_version: str) -> list[list[Any]]:
    group, _, version = group_version.rpartition("/")
    found = discovery.resource_list(KINDS, group, version)
    assert found is not None
    assert found["groupVersion"] == group_version
    return [
        [
            group_version,
            each["name"],
            each["singularName"],
            "Namespaced" if each["namespaced"] else "Cluster",
            each["kind"],
            each["verbs"],
            each.get("shortNames", []),
            each.get("categories", []),
        ]
        for each in found["resources"]
    ]


@pytest.mark.parametrize("group_version", GROUP_VERSIONS)
def test_resources_are_told_as_by_a_real_api_server(group_version: str) -> None:
    ours = [row for row in rows(group_version) if row[1] not in NEWER]
    served = {row[1] for row in ours}
    assert ours == [row for row in REAL if row[0] == group_version and row[1] in served]


def test_scale_eviction_and_token_name_the_group_that_they_speak() -> None:
    found = discovery.resource_list(KINDS, "", "v1")
    assert found is not None
    entries = {each["name"]: (each.get("group"), each.get("version"), each["kind"]) for each in found["resources"]}
    assert entries["pods/eviction"] == ("policy", "v1", "Eviction")
    assert entries["replicationcontrollers/scale"] == ("autoscaling", "v1", "Scale")
    assert entries["serviceaccounts/token"] == ("authentication.k8s.io", "v1", "TokenRequest")


def test_groups_are_in_the_order_of_kube_aggregator() -> None:
    names = [each["name"] for each in discovery.group_list([*KINDS, Widget()])["groups"]]
    assert names[:2] == [
        "apiregistration.k8s.io",
        "apps",
    ]
    assert names.index("batch") < names.index("policy") < names.index("storage.k8s.io") < names.index("example.com")
    assert "" not in names


def test_the_preferred_version_is_first() -> None:
    found = discovery.group([Widget()], "example.com")
    assert found is not None
    assert [each["version"] for each in found["versions"]] == ["v1", "v1beta1", "v2alpha1"]
    assert found["preferredVersion"] == {"groupVersion": "example.com/v1", "version": "v1"}
    autoscaling = discovery.group(KINDS, "autoscaling")
    assert autoscaling is not None
    assert autoscaling["preferredVersion"]["version"] == "v2"


def test_versions_sort_as_upstream() -> None:
    given = ["foo10", "v1alpha1", "v1beta2", "v11", "v2", "foo1", "v12alpha1", "v1beta10"]
    assert sorted(given, key=discovery.version_order) == [
        "v11",
        "v2",
        "v1beta10",
        "v1beta2",
        "v12alpha1",
        "v1alpha1",
        "foo1",
        "foo10",
    ]


def test_aggregated_discovery_splits_core_and_groups() -> None:
    core = discovery.aggregated(KINDS, "v2", core=True)
    assert [each["metadata"]["name"] for each in core["items"]] == [""]
    groups = discovery.aggregated(KINDS, "v2beta1")
    assert groups["apiVersion"] == "apidiscovery.k8s.io/v2beta1"
    apps = next(each for each in groups["items"] if each["metadata"]["name"] == "apps")
    deployments = next(each for each in apps["versions"][0]["resources"] if each["resource"] == "deployments")
    assert deployments == {
        "resource": "deployments",
        "responseKind": {"group": "", "version": "", "kind": "Deployment"},
        "scope": "Namespaced",
        "singularResource": "deployment",
        "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        "shortNames": ["deploy"],
        "categories": ["all"],
        "subresources": [
            {
                "subresource": "scale",
                "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
                "verbs": ["get", "patch", "update"],
            },
            {
                "subresource": "status",
                "responseKind": {"group": "", "version": "", "kind": "Deployment"},
                "verbs": ["get", "patch", "update"],
            },
        ],
    }


def test_what_is_not_served_is_none() -> None:
    assert discovery.group(KINDS, "nope.io") is None
    assert discovery.group(KINDS, "") is None
    assert discovery.resource_list(KINDS, "apps", "v1beta1") is None
    assert discovery.api_versions()["versions"] == ["v1"]
