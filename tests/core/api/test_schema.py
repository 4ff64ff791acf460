"""The table of types and the decoder."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.kinds import KINDS
from cluster_core.api.schema import TABLE, DecodeError, decode, fields_of
from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.config import ClusterConfig


def test_every_served_kind_and_every_struct_it_names_is_in_the_table() -> None:
    # Metrics are read only: nobody sends a body of theirs.
    assert all(kind.kind in TABLE for kind in KINDS if "create" in kind.verbs)
    named = {field.struct for struct in TABLE for field in fields_of(struct).values() if field.struct}
    assert named <= TABLE.keys()


def test_how_lists_merge_is_known_by_type_not_by_name() -> None:
    assert fields_of("PodSpec")["containers"].merge == "name"
    assert fields_of("ServiceSpec")["ports"].merge == "port"
    assert fields_of("Container")["ports"].merge == "containerPort"
    assert fields_of("ObjectMeta")["finalizers"].merge == "+"
    assert fields_of("Container")["command"].merge == ""
    assert fields_of("DeploymentSpec")["strategy"].retain


def test_what_the_components_store_is_of_the_apis_types() -> None:
    """Nothing that a booted cluster holds has a field that Kubernetes does not know, or a value of another type."""
    cluster = Cluster(ClusterConfig(nodes=1), 1)
    objects = [(kind, obj) for kind in KINDS for obj in cluster.world.objects(kind.resource).values()]
    assert len(objects) > 30
    for kind, obj in objects:
        _found, unknown = decode(kind.kind, obj)
        assert unknown == [], f"{kind.kind} {obj['metadata']['name']}"


def test_decoding_keeps_zeros_and_drops_what_is_empty() -> None:
    given = {
        "spec": {"replicas": 0, "paused": False, "template": {"metadata": {"labels": {}}, "spec": {"volumes": []}}}
    }
    found, unknown = decode("Deployment", given)
    assert unknown == []
    assert found == {"spec": {"replicas": 0, "paused": False, "template": {"metadata": {}, "spec": {}}}}


def test_a_null_in_a_list_is_the_zero_of_its_type() -> None:
    found, _ = decode("Pod", {"spec": {"containers": [{"command": [None, "a"], "env": [None]}]}})
    assert found["spec"]["containers"][0] == {"command": ["", "a"], "env": [{}]}


BAD: list[tuple[str, Any, str]] = [
    ("Pod", [], "json: cannot unmarshal array into Go value of type v1.Pod"),
    (
        "Pod",
        {"spec": {"containers": {}}},
        "cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    ),
    (
        "Pod",
        {"spec": {"hostNetwork": 1}},
        "cannot unmarshal number into Go struct field PodSpec.spec.hostNetwork of type bool",
    ),
    ("Pod", {"spec": {"nodeSelector": []}}, "of type map[string]string"),
    ("Pod", {"metadata": {"creationTimestamp": "noon"}}, 'parsing time "noon" as "2006-01-02T15:04:05Z07:00"'),
    ("Secret", {"data": {"a": "not base64"}}, "illegal base64 data at input byte 3"),
    ("Service", {"spec": {"ports": [{"targetPort": True}]}}, "cannot unmarshal bool into Go value of type int32"),
    ("EndpointSlice", {"ports": [{"port": "a"}]}, "Go struct field EndpointPort.ports.port of type int32"),
    ("ConfigMap", {"data": {"a": "\ud800"}}, "json: invalid surrogate in string literal"),
]


@pytest.mark.parametrize(("kind", "body", "words"), BAD)
def test_values_of_the_wrong_type(kind: str, body: Any, words: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(kind, body)
    assert words in str(caught.value)
