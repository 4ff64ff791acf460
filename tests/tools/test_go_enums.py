"""Enums out of a Go file of a few lines."""

from __future__ import annotations

from tools import go_enums
from tools.make_openapi import add_enum

GO = """
package v1

import (
	v1 "k8s.io/api/core/v1"
)

// Policy says how.
// +enum
type Policy string

// Other is no enum.
type Other string

const (
	// PolicyAlways means that it is done
	// every time.
	PolicyAlways Policy = "Always"
	PolicyNever  Policy = "Never"

	OtherThing Other = "Thing"
)

// Spec of it.
type Spec struct {
	// How.
	Policy Policy `json:"policy,omitempty" protobuf:"bytes,1,opt,name=policy,casttype=Policy"`
	Pointer *Policy `json:"pointer,omitempty" protobuf:"bytes,2,opt,name=pointer"`
	Many []Policy `json:"many,omitempty" protobuf:"bytes,3,rep,name=many"`
	Core v1.Protocol `json:"core,omitempty" protobuf:"bytes,4,opt,name=core"`
	Other Other `json:"other,omitempty" protobuf:"bytes,5,opt,name=other"`
}
"""


def test_values_and_what_is_said_of_them() -> None:
    found = go_enums.enums_of("api/x/v1", GO)
    assert list(found) == [("api/x/v1", "Policy")]
    enum = found["api/x/v1", "Policy"]
    assert enum.values == ("Always", "Never")
    assert enum.described("How.") == (
        'How.\n\nPossible enum values:\n - `"Always"` means that it is done every time.\n - `"Never"`'
    )


def test_fields_name_the_package_of_their_type() -> None:
    found = {each.name: each for each in go_enums.fields_of("api/x/v1", GO)}
    assert (found["policy"].enum, found["pointer"].enum) == (("api/x/v1", "Policy"), ("api/x/v1", "Policy"))
    assert found["many"].shape == "[]"
    assert found["core"].enum == ("api/core/v1", "Protocol")


def test_schemas_get_them() -> None:
    schemas = {
        "io.k8s.api.x.v1.Spec": {"properties": {"policy": {"type": "string"}, "many": {"type": "array", "items": {}}}}
    }
    enum = go_enums.Enum(("A",), (' - `"A"`',))
    for each in go_enums.fields_of("api/x/v1", GO):
        add_enum(schemas, "api/x/v1", each, enum)
    found = schemas["io.k8s.api.x.v1.Spec"]["properties"]
    assert found["policy"] == {"type": "string", "enum": ["A"], "description": 'Possible enum values:\n - `"A"`'}
    assert found["many"] == {"type": "array", "items": {"enum": ["A"]}}
