"""The server-side applies that real clients were recorded with, one after the other, on one API server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml

from cluster_core.api.field_set import difference
from cluster_core.api.kinds import by_gvk
from cluster_core.apiserver.apply.elements import field_set
from cluster_core.apiserver.apply.owners import STRIPPED
from cluster_core.apiserver.apply.versions import Versions
from tests.core.apiserver.apply.cluster import Outside

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "kubectl" / "requests.jsonl"
PATH = re.compile(r"^/(?:api|apis/[^/]+)/[^/]+/namespaces/default/[^/]+/(?P<name>[^/]+)$")


def recorded() -> list[dict[str, Any]]:
    """The requests, without those of the same client under another prefix."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if "application/apply-patch+yaml" in line]
    return [one for one in found if PATH.match(one["path"])]


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_recorded_applies_are_answered_as_they_were() -> None:
    requests, outside = recorded(), Outside()
    assert len(requests) > 8
    for request in requests:
        config, query = (
            yaml.safe_load(request["body"]),
            {key: one[0] for key, one in parse_qs(request["query"]).items()},
        )
        kind, match = by_gvk(config["apiVersion"], config["kind"]), PATH.match(request["path"])
        assert match is not None
        name, before = match["name"], outside.ask("get", kind.resource, match["name"])
        if request["status"] == 200 and not before.ok:
            outside.ask("create", kind.resource, body={**config, "data": {"b": "3"}})
            before = outside.ask("get", kind.resource, name)
        options = {"dry_run": "All"} if "dryRun" in query else {}
        force = query.get("force", "false")
        answer = outside.apply(kind.resource, config, query["fieldManager"], name, force=force, **options)
        assert answer.code == request["status"], (request["path"], answer.body)
        check_owner(kind, config, query["fieldManager"], answer.body)
        if options:
            assert outside.ask("get", kind.resource, name).body == before.body


def check_owner(kind: Any, config: dict[str, Any], manager: str, body: dict[str, Any]) -> None:
    """The manager owns what it has applied, and nothing else."""
    entries = [one for one in body["metadata"]["managedFields"] if one["manager"] == manager]
    shape = Versions(kind).shape(kind.api_version)
    assert shape is not None and [one["operation"] for one in entries] == ["Apply"]
    assert entries[0]["fieldsV1"] == difference(field_set(config, shape), STRIPPED)
