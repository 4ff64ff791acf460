"""What an OpenAPI document says of a kind, as kubectl explain prints it."""

from __future__ import annotations

from cluster_core.kubectl.explaining import explain
from cluster_core.kubectl.resources import Resource

DOCUMENT = {
    "components": {
        "schemas": {
            "io.x.Thing": {
                "description": "A thing.",
                "type": "object",
                "required": ["size"],
                "properties": {
                    "size": {"type": "integer"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/io.x.Part"}},
                    "notes": {"type": "object", "additionalProperties": {"type": "string"}},
                    "inner": {"allOf": [{"$ref": "#/components/schemas/io.x.Thing"}], "description": "Another."},
                },
                "x-kubernetes-group-version-kind": [{"group": "x", "kind": "Thing", "version": "v1"}],
            },
            "io.x.Part": {
                "description": "A part.",
                "type": "object",
                "properties": {"kind": {"type": "string", "enum": ["", "a", "b", "c", "d"], "description": "Which."}},
            },
        }
    }
}
THING = Resource("x", "v1", "things", "thing", "Thing", True)


def text(path: str, recursive: bool = False) -> str:
    return explain(DOCUMENT, THING, path.split(".") if path else [], recursive).text or ""


def test_a_kind_and_its_fields() -> None:
    found = explain(DOCUMENT, THING, [], False)
    assert found.head == "GROUP:      x\nKIND:       Thing\nVERSION:    v1\n\n"
    assert found.text is not None
    lines = found.text.split("\n")
    assert lines[:4] == ["DESCRIPTION:", "    A thing.", "    ", "FIELDS:"]
    assert "  inner\t<Thing>" in lines and "  notes\t<map[string]string>" in lines
    assert "  parts\t<[]Part>" in lines and "  size\t<integer> -required-" in lines


def test_a_field_of_the_items_of_a_list() -> None:
    assert text("parts.kind") == "FIELD: kind <string>\nENUM:\n" + "\n".join(
        ['    ""', "    a", "    b", "    c", "    d", "", "DESCRIPTION:", "    Which.", "    ", ""]
    )


def test_a_path_may_go_around_a_cycle() -> None:
    assert text("inner.inner.size").startswith("FIELD: size <integer>")


def test_recursion_stops_at_a_reference_that_was_followed() -> None:
    assert text("", recursive=True).count("  size\t<integer>") == 2
    assert '    kind\t<string>\n    enum: "", a, b, c, ....\n' in text("", recursive=True)


def test_a_path_that_leads_nowhere() -> None:
    assert explain(DOCUMENT, THING, ["nope"], False).text is None
    assert explain(DOCUMENT, Resource("y", "v1", "z", "z", "Z", True), [], False).text is None
