"""Accept headers of real clients, and of none."""

from __future__ import annotations

import pytest

from cluster_core.api.errors import ApiError
from explorer.kubeapi.representation import Representation, accepted, chosen

TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("", Representation()),
        ("*/*", Representation()),
        ("application/json", Representation()),
        ("application/vnd.kubernetes.protobuf,application/json", Representation()),
        ("application/vnd.kubernetes.protobuf, */*", Representation()),
        ("application/json;stream=watch", Representation()),
        ("application/yaml", Representation("yaml")),
        ("application/json;q=0.5, application/yaml", Representation("yaml")),
        (TABLE, Representation("json", "Table")),
        ("application/json;as=Table;v=v1beta1;g=meta.k8s.io", Representation("json", "Table", "v1beta1")),
        (
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
            Representation("json", "PartialObjectMetadata"),
        ),
        (
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
            Representation(),
        ),
        ("application/json;as=Nothing;g=meta.k8s.io;v=v1,application/json", Representation()),
    ],
)
def test_chosen(header: str, form: Representation) -> None:
    assert chosen(header) == form


@pytest.mark.parametrize(
    "header",
    [
        "text/html",
        "application/vnd.kubernetes.protobuf",
        "application/json;as=Table;v=v9;g=meta.k8s.io",
        ";;;,,;=",
        "\x00",
    ],
)
def test_nothing_that_can_be_served(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        chosen(header)
    assert refused.value.code == 406
    assert refused.value.message.startswith("only the following media types are accepted: application/json")


def test_included_objects() -> None:
    assert chosen(TABLE, "Object").include == "Object"
    with pytest.raises(ApiError):
        chosen(TABLE, "Everything")


def test_weights_and_content_types() -> None:
    assert [media.kind for media in accepted("a/b;q=0.1,c/d;q=x,e/f;q=0.9,g/h;q=7")] == ["e/f", "a/b", "c/d", "g/h"]
    assert Representation().content_type == "application/json"
    assert Representation("yaml").content_type == "application/yaml"
