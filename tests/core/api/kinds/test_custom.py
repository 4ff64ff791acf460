"""Custom kinds."""

from __future__ import annotations

import pickle

import pytest

from cluster_core.api.kinds.custom import CustomKind, custom_form
from cluster_core.api.schema import DecodeError
from tests.core.apiserver.crontab import SCALED, crontab, definition, version


def test_names() -> None:
    kind = CustomKind(definition(version(subresources=SCALED)))
    assert (kind.resource, kind.api_version, kind.singular, kind.list_kind) == (
        "crontabs.stable.example.com",
        "stable.example.com/v1",
        "crontab",
        "CronTabList",
    )
    assert (kind.short_names, kind.categories, kind.namespaced, kind.custom) == (("ct",), ("all",), True, True)
    assert [one.name for one in kind.subresources] == ["scale", "status"]
    assert kind.scale_paths is not None and kind.scale_paths.selector == ("status", "labelSelector")


def test_versions_in_order() -> None:
    crd = definition(version("v1beta1", storage=False), version("v2"), version("v1", storage=False, served=False))
    kind = CustomKind(crd)
    assert (kind.version, kind.served_versions) == ("v2", ("v2", "v1beta1"))
    assert kind.form("v1") is None
    form = kind.form("v1beta1")
    assert form is not None and form.api_version == "stable.example.com/v1beta1" and form.kind.version == "v2"


def test_what_is_compiled_stays_in_the_process() -> None:
    kind = CustomKind(definition())
    assert kind.rules.schema
    again = pickle.loads(pickle.dumps(custom_form(kind.crd, "v1")))
    assert again.kind.crd == kind.crd and again.shown(crontab())["spec"]["replicas"] == 1


def test_bodies() -> None:
    kind = CustomKind(definition())
    body = {**crontab(odd=1), "metadata": {"name": "a", "odd": 1}}
    found, unknown = kind.decode("", body)
    assert (found["metadata"], unknown) == ({"name": "a"}, ["metadata.odd", "spec.odd"])
    for wrong in ({**body, "metadata": 5}, {**body, "spec": {"image": "\ud800"}}):
        with pytest.raises(DecodeError):
            kind.decode("", wrong)


def test_columns() -> None:
    columns = [{"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"}]
    assert CustomKind(definition(version(additionalPrinterColumns=columns))).printer_columns("v1") == columns
    assert [one["name"] for one in CustomKind(definition()).printer_columns("v1")] == ["Age"]


def test_generations() -> None:
    kind = CustomKind(definition())
    old = kind.prepare_create({**crontab(), "status": {"a": 1}})
    assert old["status"] == {"a": 1}, "without a subresource, the status is a field like others"
    same = kind.prepare_update({**old, "metadata": {"name": "x", "labels": {}}}, old)
    assert same["metadata"]["generation"] == 1
    assert kind.prepare_update({**old, "status": {"a": 2}}, old)["metadata"]["generation"] == 2


def test_replicas_are_numbers() -> None:
    kind = CustomKind(definition(version(subresources=SCALED)))
    bad = {**crontab(), "status": {"replicas": -1}}
    assert ".status.replicas: Invalid value: -1: should be a non-negative integer" in [
        c.text() for c in kind.validate_create(bad)
    ]


def test_finalizers_without_a_domain() -> None:
    kind = CustomKind(definition())
    obj = {**crontab(), "metadata": {"name": "a", "finalizers": ["mine", "example.com", "a.b/c", "orphan"]}}
    assert [text.partition(": prefer")[0] for text in kind.warnings(obj, None)] == [
        'metadata.finalizers: "example.com"',
        'metadata.finalizers: "mine"',
    ]
