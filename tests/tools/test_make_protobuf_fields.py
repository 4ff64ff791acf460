"""The table of protobuf fields from a message of a few lines."""

from __future__ import annotations

from tools import make_protobuf_fields

PROTO = """
message Volume {
  // Name of it.
  optional string name = 1;

  optional VolumeSource volumeSource = 2;
  map<string, bytes> data = 3;
  repeated int64 groups = 4;
  optional .k8s.io.apimachinery.pkg.apis.meta.v1.Time at = 5;
  optional int32 count = 6;
  optional int32 pointer = 7;
}

message Raw {
  optional bytes raw = 1;
}
"""
GO = """
type Volume struct {
	// Name of it.
	Name string `json:"name" protobuf:"bytes,1,opt,name=name"`
	VolumeSource `json:",inline" protobuf:"bytes,2,opt,name=volumeSource"`
	Data map[string][]byte `json:"data,omitempty" protobuf:"bytes,3,rep,name=data"`
	Groups []int64 `json:"groups,omitempty" protobuf:"varint,4,rep,name=groups"`
	At metav1.Time `json:"at,omitempty" protobuf:"bytes,5,opt,name=at"`
	Count int32 `json:"howMany,omitempty" protobuf:"varint,6,opt,name=count"`
	Pointer *int32 `json:"pointer,omitempty" protobuf:"varint,7,opt,name=pointer"`
}

type Raw struct {
	Bytes []byte `json:"-" protobuf:"bytes,1,opt,name=raw"`
}
"""


def test_names_are_those_of_json_and_zeros_are_known() -> None:
    assert make_protobuf_fields.messages_of(PROTO, GO, "core.v1.") == {
        "core.v1.Volume": {
            "1": "name string",
            "2": "- @core.v1.VolumeSource",
            "3": "data {}bytes",
            "4": "groups []int64",
            "5": "at @meta.v1.Time",
            "6": "howMany int32 ?",
            "7": "pointer int32",
        },
        "core.v1.Raw": {"1": "raw bytes"},
    }


def test_packages_are_short() -> None:
    assert (
        make_protobuf_fields.short("k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON")
        == "apiextensions.v1.JSON"
    )
    assert make_protobuf_fields.short_package("io.k8s.api.core.v1") == "core.v1"
