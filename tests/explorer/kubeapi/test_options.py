"""Options of requests, and upstream's words for those that there are not."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.exchange import Exchange
from explorer.kubeapi.options import manager_of, of_delete, of_read, of_write


def exchange(query: str) -> Exchange:
    async def nothing(*_given: Any) -> Any:
        return None

    found = Exchange({"query_string": query.encode()}, nothing, nothing, "/")
    found.read_query()
    return found


def test_of_a_read() -> None:
    found = of_read(exchange("limit=5&continue=x&labelSelector=a%3Db&watch=1&other=y"), lists=True)
    assert found == {"limit": "5", "continue": "x", "label_selector": "a=b"}
    assert of_read(exchange("resourceVersion=0&limit=5"), lists=False) == {"resource_version": "0"}


def test_of_a_write() -> None:
    assert of_write(exchange(""), "create") == {"field_validation": "Warn"}
    assert of_write(exchange("fieldManager=m&fieldValidation=Strict&dryRun=All&force=true"), "patch") == {
        "field_validation": "Strict",
        "field_manager": "m",
        "dry_run": True,
        "force": True,
    }
    assert "force" not in of_write(exchange("force=true"), "create")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "dryRun=Some",
            'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
        ),
        ("fieldManager=" + "x" * 129, "fieldManager: Too long: may not be more than 128 bytes"),
        ("fieldManager=%01", "fieldManager: Invalid value"),
        (
            "fieldValidation=Lax",
            'fieldValidation: Unsupported value: "Lax": supported values: "Ignore", "Strict", "Warn"',
        ),
    ],
)
def test_of_a_write_that_cannot_be(query: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        of_write(exchange(query), "create")
    assert refused.value.code == 422
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({}, {}),
        ({"gracePeriodSeconds": 0}, {"grace_period": 0}),
        ({"propagationPolicy": "Foreground", "kind": "DeleteOptions"}, {"propagation_policy": "Foreground"}),
        ({"orphanDependents": True}, {"propagation_policy": "Orphan"}),
        ({"orphanDependents": False}, {"propagation_policy": "Background"}),
        ({"preconditions": {"uid": "u"}, "dryRun": ["All"]}, {"preconditions": {"uid": "u"}, "dry_run": True}),
    ],
)
def test_of_a_delete(body: dict[str, Any], options: dict[str, Any]) -> None:
    assert of_delete(exchange(""), body) == options


def test_of_a_delete_by_its_query() -> None:
    found = of_delete(exchange("gracePeriodSeconds=3&propagationPolicy=Orphan&dryRun=All"), None)
    assert found == {"grace_period": 3, "propagation_policy": "Orphan", "dry_run": True}
    assert of_delete(exchange("orphanDependents=false"), None) == {"propagation_policy": "Background"}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {"gracePeriodSeconds": "1"},
        {"gracePeriodSeconds": True},
        {"preconditions": {"uid": 1}},
        {"preconditions": []},
        {"dryRun": "All"},
        {"dryRun": ["Some"]},
        {"dryRun": [{}]},
        {"propagationPolicy": "Orphan", "orphanDependents": True},
    ],
)
def test_of_a_delete_that_cannot_be(body: Any) -> None:
    with pytest.raises(ApiError) as refused:
        of_delete(exchange(""), body)
    assert refused.value.code in (400, 422)


def test_field_managers_of_agents() -> None:
    assert manager_of("kubectl/v1.33.1 (linux/amd64)") == "kubectl"
    assert manager_of("") == "unknown"
    assert len(manager_of("x" * 500)) == 128
