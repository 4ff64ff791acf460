"""Filters: which objects pass, and where they are looked for."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.request import Obj
from cluster_core.apiserver.filter import Filter, node_of


def pod(name: str, namespace: str = "default", node: str = "") -> Obj:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"nodeName": node}, "status": {}}


PODS = {f"{namespace}/{name}": pod(name, namespace) for namespace in ("default", "other") for name in ("b", "a")}


def filtered(namespace: str = "", **options: str) -> Filter:
    return Filter.of(by_resource("pods"), namespace, options)


def test_keys_are_in_order_and_of_the_namespace() -> None:
    assert filtered().keys(PODS) == ["default/a", "default/b", "other/a", "other/b"]
    assert filtered("other").keys(PODS) == ["other/a", "other/b"]


def test_a_name_is_looked_up() -> None:
    assert filtered("other", field_selector="metadata.name=a").keys(PODS) == ["other/a"]
    assert filtered("", field_selector="metadata.name=a").keys(PODS) == ["default/a", "other/a"]
    assert filtered("other", field_selector="metadata.name=c").keys(PODS) == []
    assert filtered("other", field_selector="metadata.name!=a").keys(PODS) == ["other/a", "other/b"]


def test_several_terms_and_their_negation() -> None:
    wanted = filtered(field_selector="spec.nodeName=n1,status.phase!=Failed")
    assert not wanted.empty
    assert wanted.indexed == "n1"
    assert wanted.matches(pod("a", node="n1"))
    assert not wanted.matches({**pod("a", node="n1"), "status": {"phase": "Failed"}})
    assert not wanted.matches(pod("a", node="n2"))


def test_the_node_of_a_pod() -> None:
    assert (node_of(pod("a")), node_of(pod("a", node="n"))) == ("", "n")
