"""The versions of a kind, and what a subresource cannot change."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.merge_shape import shape_of
from cluster_core.api.request import Obj
from cluster_core.apiserver.apply.versions import Versions, ignored_fields

DEPLOYMENT, CONFIG_MAP = by_resource("deployments.apps"), by_resource("configmaps")
SCHEMA: Obj = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"cron": {"type": "string"}}}},
}
AUTOSCALER = by_resource("horizontalpodautoscalers.autoscaling")


def test_shapes_of_served_versions() -> None:
    assert Versions(DEPLOYMENT).shape("apps/v1") is shape_of("Deployment")
    assert Versions(DEPLOYMENT).shape("apps/v1beta1") is None
    assert Versions(DEPLOYMENT).shape("v1") is None
    assert Versions(AUTOSCALER).shape("autoscaling/v1") is not None


def test_objects_in_another_version() -> None:
    obj = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"}}
    typing = Versions(AUTOSCALER)
    assert typing.convert(obj, "autoscaling/v2") is obj
    there = typing.convert(obj, "autoscaling/v1")
    assert there["apiVersion"] == "autoscaling/v1"
    assert typing.convert(there, "autoscaling/v2")["apiVersion"] == "autoscaling/v2"


def test_what_a_write_cannot_change() -> None:
    assert ignored_fields(DEPLOYMENT, "") == {"f:status": {}}
    assert ignored_fields(CONFIG_MAP, "") == {}
    found = ignored_fields(DEPLOYMENT, "status", {"metadata": {}, "status": {}}, {"spec": {}})
    assert found == {"f:metadata": {}, "f:spec": {}}


def test_events_are_served_by_two_groups() -> None:
    typing = Versions(by_resource("events"))
    assert typing.shape("v1") is shape_of("Event") and typing.shape("events.k8s.io/v1") is shape_of("events.Event")
    there = typing.convert({"apiVersion": "v1", "kind": "Event", "message": "m"}, "events.k8s.io/v1")
    assert (there["apiVersion"], there["note"]) == ("events.k8s.io/v1", "m")


class Custom(Kind):
    """A kind of a CustomResourceDefinition, as far as an apply looks at it."""

    group, kind, plural, versions = "stable.example.com", "CronTab", "crontabs", ("v1", "v1beta1")

    def published_schema(self, version: str) -> Obj | None:
        """The same for both versions."""
        return SCHEMA


def test_custom_kinds_have_the_shape_of_their_schema() -> None:
    typing = Versions(Custom())
    shape = typing.shape("stable.example.com/v1beta1")
    assert shape is not None and shape.fields["spec"].fields["cron"].scalar == "string"
    assert typing.shape("stable.example.com/v2") is None
    obj = {"apiVersion": "stable.example.com/v1", "spec": {"cron": "* * * * *"}}
    there = typing.convert(obj, "stable.example.com/v1beta1")
    assert there == {**obj, "apiVersion": "stable.example.com/v1beta1"}
