"""Schemas of custom kinds."""

from __future__ import annotations

from cluster_core.api.openapi.custom import custom_name, custom_schemas


def test_the_group_is_reversed() -> None:
    assert custom_name("stable.example.com", "v1", "CronTab") == "com.example.stable.v1.CronTab"


def test_metadata_is_upstreams_whatever_the_author_wrote() -> None:
    given = {
        "type": "object",
        "properties": {"metadata": {"type": "object"}, "spec": {"type": "string"}},
        "required": ["spec"],
    }
    own, listed = custom_schemas("example.com", "v1", "Widget", "widgets", given).values()
    assert own["properties"]["metadata"]["allOf"][0]["$ref"].endswith("ObjectMeta")
    assert own["properties"]["spec"] == {"type": "string"}
    assert own["required"] == ["spec"]
    assert listed["properties"]["items"]["items"] == {"$ref": "#/components/schemas/com.example.v1.Widget"}
    assert given["properties"]["metadata"] == {"type": "object"}
