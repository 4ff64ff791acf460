"""Schemas of custom kinds."""

from __future__ import annotations

from cluster_core.api.kinds.kind import Kind
from cluster_core.api.openapi.custom import custom_name, custom_schemas


class Widget(Kind):
    """A custom kind whose list has a name of its own."""

    group, kind, plural = "example.com", "Widget", "widgets"

    @property
    def list_kind(self) -> str:  # type: ignore[override]
        return "WidgetBag"


def test_a_list_is_called_as_the_definition_says() -> None:
    _own, listed = custom_schemas(Widget(), "v1", {"type": "object"}).items()
    assert listed[0] == "com.example.v1.WidgetBag"
    assert listed[1]["x-kubernetes-group-version-kind"] == [
        {"group": "example.com", "version": "v1", "kind": "WidgetBag"}
    ]


def test_the_group_is_reversed() -> None:
    assert custom_name("stable.example.com", "v1", "CronTab") == "com.example.stable.v1.CronTab"


def test_metadata_is_upstreams_whatever_the_author_wrote() -> None:
    given = {
        "type": "object",
        "properties": {"metadata": {"type": "object"}, "spec": {"type": "string"}},
        "required": ["spec"],
    }
    own, listed = custom_schemas(Widget(), "v1", given).values()
    assert own["properties"]["metadata"]["allOf"][0]["$ref"].endswith("ObjectMeta")
    assert own["properties"]["spec"] == {"type": "string"}
    assert own["required"] == ["spec"]
    assert listed["properties"]["items"]["items"] == {"$ref": "#/components/schemas/com.example.v1.Widget"}
    assert given["properties"]["metadata"] == {"type": "object"}
