"""CustomResourceDefinition: defaults, names, what an update may change."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds.custom_resource_definition import CustomResourceDefinition
from cluster_core.api.request import Obj
from tests.core.apiserver.crontab import definition, version

KIND = CustomResourceDefinition()


def made(*versions: Obj, **spec: Any) -> Obj:
    return KIND.prepare_create(KIND.defaults(definition(*versions, **spec)))


def established(crd: Obj) -> Obj:
    return {**crd, "status": {**crd["status"], "conditions": [{"type": "Established", "status": "True"}]}}


def test_defaults() -> None:
    crd = made(names={"plural": "crontabs", "kind": "CronTab"})
    assert crd["spec"]["names"] == {
        "plural": "crontabs",
        "kind": "CronTab",
        "singular": "crontab",
        "listKind": "CronTabList",
    }
    assert KIND.defaults(crd) == crd
    assert KIND.validate(crd) == []
    webhook = {"strategy": "Webhook", "webhook": {"clientConfig": {"service": {"name": "a", "namespace": "b"}}}}
    assert made(conversion=webhook)["spec"]["conversion"]["webhook"]["clientConfig"]["service"]["port"] == 443


def test_the_name_follows_from_the_spec() -> None:
    crd = {**definition(), "metadata": {"name": "x"}}
    assert [cause.text() for cause in KIND.validate_create(crd)] == [
        'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group'
    ]


def test_groups_of_the_community_need_an_approval() -> None:
    crd = {**definition(group="x.k8s.io"), "metadata": {"name": "crontabs.x.k8s.io"}}
    assert "protected groups must have approval annotation" in KIND.validate_create(crd)[0].text()
    crd["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, experiment"}
    assert KIND.validate_create(crd) == []
    crd["metadata"]["annotations"] = {"api-approved.kubernetes.io": "so what"}
    assert 'starting with "unapproved"' in KIND.validate_create(crd)[0].text()


def test_unknown_fields_cannot_be_preserved_everywhere() -> None:
    assert KIND.validate_create(definition(preserveUnknownFields=True))[0].field == "spec.preserveUnknownFields"


def test_names_stay() -> None:
    old = established(made())
    new = {**old, "spec": {**old["spec"], "scope": "Cluster", "group": "other.com"}}
    assert [cause.text() for cause in KIND.validate_update(new, old)] == [
        'spec.group: Invalid value: "other.com": field is immutable',
        'spec.scope: Invalid value: "Cluster": field is immutable',
    ]
    assert KIND.validate_update(old, old) == []


def test_stored_versions() -> None:
    old = made()
    new = KIND.prepare_update(
        KIND.defaults(definition(version("v1", storage=False), version("v2"))) | {"metadata": old["metadata"]}, old
    )
    assert new["status"]["storedVersions"] == ["v1", "v2"]
    gone = KIND.prepare_update(KIND.defaults(definition(version("v2"))) | {"metadata": old["metadata"]}, new)
    assert (
        KIND.validate_update(gone, new)[0]
        .text()
        .startswith('status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was')
    )


def test_a_status_may_take_finalizers_away() -> None:
    old = {**made(), "metadata": {"name": "x", "generation": 1, "finalizers": ["a/b", "c/d"]}}
    new = KIND.prepare_status_update({**old, "metadata": {"name": "x", "finalizers": ["c/d", "e/f"]}}, old)
    assert new["metadata"] == {"name": "x", "generation": 1, "finalizers": ["c/d"]}
    odd = {**old, "status": {"acceptedNames": {"plural": "X"}}}
    assert KIND.validate_status_update(odd, old)[0].field == "status.acceptedNames.plural"


def test_odd_formats_are_told() -> None:
    spec = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "format": "odd"},
            "b": {"type": "array", "items": {"type": "integer", "format": "date"}},
        },
    }
    crd = made(version(spec=spec))
    assert KIND.warnings(crd, None) == ['unrecognized format "odd"', 'unrecognized format "date"']
    assert KIND.warnings(crd, crd) == []
