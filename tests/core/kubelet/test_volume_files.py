"""Files of API objects: what is missing is said in upstream's words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.kubelet.volume_files import NotMountable, files_of, mode_of, objects_of

POD: dict[str, Any] = {
    "metadata": {"name": "p", "namespace": "default", "labels": {"a": "b"}},
    "spec": {"containers": []},
}
OBJECTS = {"configmaps/c": {"data": {"k": "v"}}, "secrets/s": {"data": {"k": "dg=="}}, "serviceaccounts/default": {}}


def get(resource: str, namespace: str, name: str) -> Any:
    return OBJECTS.get(f"{resource}/{name}")


def files(**volume: Any) -> dict[str, bytes]:
    return files_of(POD, {"name": "v", **volume}, {"token": "t"}, get)


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        ({"configMap": {"name": "x"}}, 'configmap "x" not found'),
        ({"secret": {"secretName": "x"}}, 'secret "x" not found'),
        (
            {"configMap": {"name": "c", "items": [{"key": "x", "path": "x"}]}},
            "configmap references non-existent config key: x",
        ),
        (
            {"secret": {"secretName": "s", "items": [{"key": "x", "path": "x"}]}},
            "references non-existent secret key: x",
        ),
        (
            {"projected": {"sources": [{"configMap": {"name": "x"}}, {"secret": {"name": "y"}}]}},
            '[configmap "x" not found, secret "y" not found]',
        ),
    ],
)
def test_what_is_missing_is_named(volume: dict[str, Any], text: str) -> None:
    with pytest.raises(NotMountable) as caught:
        files(**volume)
    assert str(caught.value) == text


def test_what_is_optional_may_be_missing() -> None:
    assert files(configMap={"name": "x", "optional": True}) == {}
    assert files(secret={"secretName": "s", "optional": True, "items": [{"key": "x", "path": "x"}]}) == {}


def test_sources_are_put_together() -> None:
    label = {"fieldRef": {"fieldPath": "metadata.labels"}, "path": "labels"}
    sources: list[Any] = [
        {"configMap": {"name": "c"}},
        {"secret": {"name": "s", "items": [{"key": "k", "path": "x/y"}]}},
        {"downwardAPI": {"items": [label]}},
        {"serviceAccountToken": {"path": "token"}},
    ]
    assert files(projected={"sources": sources}) == {"k": b"v", "x/y": b"v", "labels": b'a="b"', "token": b"t"}
    assert objects_of({"projected": {"sources": sources}}) == [("configmaps", "c"), ("secrets", "s")]
    assert mode_of({"secret": {"defaultMode": 0o400}}) == 0o400
