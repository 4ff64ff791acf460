"""Server-side applies of custom resources: lists and maps as their schema says."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from tests.core.apiserver.apply.cluster import Outside
from tests.core.apiserver.crontab import CRDS, RESOURCE, SCALED, definition, spec_schema, version

TEXT = {"type": "string"}
LISTS = {
    "plain": {"type": "array", "items": TEXT},
    "set": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
    "ports": {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["port", "protocol"],
        "items": {
            "type": "object",
            "required": ["port", "protocol"],
            "properties": {"port": {"type": "integer"}, "protocol": {**TEXT, "default": "TCP"}, "name": TEXT},
        },
    },
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
}


def crontab(api: str = "v1", **spec: Any) -> Obj:
    return {"apiVersion": f"stable.example.com/{api}", "kind": "CronTab", "metadata": {"name": "web"}, "spec": spec}


@pytest.fixture
def outside() -> Outside:
    found = Outside()
    versions = (
        version("v1", spec_schema(**LISTS), subresources=SCALED),
        version("v1beta1", spec_schema(**LISTS), storage=False),
    )
    found.plane.made(CRDS, definition(*versions), "")
    found.plane.settle(1)
    return found


def test_items_are_told_apart_by_their_keys(outside: Outside) -> None:
    first = outside.apply(RESOURCE, crontab(ports=[{"port": 80}], set=["a"], plain=["a"]), "a", version="v1")
    assert first.code == 201, first.body
    ports = [{"port": 80, "protocol": "TCP", "name": "x"}, {"port": 80, "protocol": "UDP"}]
    second = outside.apply(RESOURCE, crontab(ports=ports, set=["b"]), "b", version="v1")
    assert second.body["spec"]["ports"] == ports and second.body["spec"]["set"] == ["a", "b"]
    answer = outside.apply(RESOURCE, crontab(plain=["b"]), "b", version="v1")
    assert answer.body["message"] == 'Apply failed with 1 conflict: conflict with "a": .spec.plain'
    assert outside.owners(RESOURCE)["a Apply"]["f:spec"]["f:ports"] == {
        'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:port": {}}
    }


def test_a_spec_is_added_with_its_first_field(outside: Outside) -> None:
    """Custom resources have no Go struct: nothing is there before somebody sets it."""
    body = crontab(image="x", free={"a": {"b": 1}})
    outside.ask("create", RESOURCE, body=body, options={"field_manager": "me"}, version="v1")
    spec = outside.owners(RESOURCE)["me Update"]["f:spec"]
    assert spec == {
        ".": {},
        "f:cronSpec": {},
        "f:free": {".": {}, "f:a": {".": {}, "f:b": {}}},
        "f:image": {},
        "f:replicas": {},
    }


def test_status_and_scale_have_owners_of_their_own(outside: Outside) -> None:
    outside.apply(RESOURCE, crontab(image="x", replicas=2), "a", version="v1")
    status = {**crontab(), "status": {"replicas": 2}}
    outside.apply(RESOURCE, {**status, "spec": {"image": "y"}}, "s", subresource="status", version="v1")
    patch = {"spec": {"replicas": 3}}
    options = {"patch_type": "merge", "field_manager": "hpa"}
    assert outside.ask("patch", RESOURCE, "web", patch, subresource="scale", options=options, version="v1").code == 200
    assert outside.owners(RESOURCE) == {
        "a Apply": {"f:spec": {"f:image": {}}},
        "s Apply status": {"f:status": {"f:replicas": {}}},
        "hpa Update scale": {"f:spec": {"f:replicas": {}}},
    }


def test_versions_of_a_definition(outside: Outside) -> None:
    outside.apply(RESOURCE, crontab("v1beta1", image="x"), "a", version="v1beta1")
    answer = outside.apply(RESOURCE, crontab(image="y"), "b", version="v1")
    assert answer.body["message"] == 'Apply failed with 1 conflict: conflict with "a": .spec.image'
    body = outside.apply(RESOURCE, crontab(replicas=2), "a", version="v1").body
    assert ("image" in body["spec"], body["spec"]["replicas"]) == (False, 2)


def test_unknown_fields_are_refused(outside: Outside) -> None:
    answer = outside.apply(RESOURCE, crontab(imgae="x"), version="v1")
    words = "(/web; stable.example.com/v1, Kind=CronTab): .spec.imgae: field not declared in schema"
    assert (answer.code, words in answer.body["message"]) == (400, True), answer.body
    assert outside.apply(RESOURCE, crontab(free={"any": [1, {"thing": None}]}), version="v1").code == 201
