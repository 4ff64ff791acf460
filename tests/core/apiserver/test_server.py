"""Reads, watches, collections, what is told of each stage, and the loss of etcd or of the server itself."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj
from cluster_core.sim.process import TopologyChanged
from tests.core.apiserver.plane import COMPONENT, Client, Plane, deployment, pod


@pytest.fixture
def plane() -> Plane:
    return Plane()


def told(plane: Plane, message_id: str = "api.request") -> list[dict[str, Any]]:
    """The parameters of the trace entries of an id."""
    return [entry.params for entry in plane.sim.trace.entries if entry.message_id == message_id]


def config_map(name: str, **labels: str) -> Obj:
    return {"metadata": {"name": name, "labels": labels}, "data": {"a": "b"}}


def test_lists_are_ordered_selected_and_of_a_revision(plane: Plane) -> None:
    for name, tier in (("b", "x"), ("a", "x"), ("c", "y")):
        plane.made("configmaps", config_map(name, tier=tier))
    answer = plane.ask("list", "configmaps", namespace="default", options={"label_selector": "tier=x"}).body
    assert [obj["metadata"]["name"] for obj in answer["items"]] == ["a", "b"]
    assert (answer["kind"], answer["metadata"]["resourceVersion"]) == (
        "ConfigMapList",
        str(plane.server.cache.revision),
    )
    fields = plane.ask("list", "configmaps", options={"field_selector": "metadata.name=c"}).body["items"]
    assert [obj["metadata"]["name"] for obj in fields] == ["c"]


BAD_SELECTORS = [
    ({"label_selector": "a b"}, "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ({"label_selector": "a in b"}, "unable to parse requirement: found 'b' expected: '('"),
    ({"label_selector": "a=b,"}, "found '', expected: identifier after ','"),
    ({"label_selector": "a=b c"}, "found 'c', expected: ',' or 'end of string'"),
    ({"label_selector": "=a"}, "found '=', expected: !, identifier, or 'end of string'"),
    ({"label_selector": "-a=b"}, "name part must consist of alphanumeric characters"),
    ({"field_selector": "spec.foo=1"}, "field label not supported: spec.foo"),
    ({"field_selector": "nonsense"}, "invalid selector: 'nonsense'; can't understand 'nonsense'"),
]


@pytest.mark.parametrize(("options", "words"), BAD_SELECTORS)
@pytest.mark.parametrize("verb", ["list", "watch", "deletecollection"])
def test_bad_selectors(plane: Plane, verb: str, options: dict[str, str], words: str) -> None:
    answer = plane.ask(verb, "pods", namespace="default", options=options)
    assert (answer.code, answer.reason) == (400, "BadRequest")
    assert words in answer.body["message"]


def test_kinds_without_fields_of_their_own_name_the_two_there_are(plane: Plane) -> None:
    answer = plane.ask("list", "configmaps", options={"field_selector": "data.a=b"})
    assert (
        answer.body["message"] == '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'
    )


def test_what_is_not_served(plane: Plane) -> None:
    for verb in ("get", "list", "watch", "create", "delete"):
        answer = plane.ask(verb, "gadgets", namespace="default", name="x", body={})
        assert (answer.code, answer.body["message"]) == (404, "the server could not find the requested resource")
    assert plane.ask("get", "pods", namespace="default", name="x").body["message"] == 'pods "x" not found'
    assert plane.ask("nonsense", "pods", namespace="default").code == 405


def test_deletecollection_deletes_what_the_selectors_find(plane: Plane) -> None:
    for name, tier in (("a", "x"), ("b", "x"), ("c", "y")):
        plane.made("configmaps", config_map(name, tier=tier))
    answer = plane.ask("deletecollection", "configmaps", namespace="default", options={"label_selector": "tier=x"})
    assert (answer.code, answer.body["kind"], len(answer.body["items"])) == (200, "ConfigMapList", 2)
    assert [name for name in "abc" if plane.get("configmaps", name)] == ["c"]
    nothing = plane.ask("deletecollection", "configmaps", namespace="other")
    assert (nothing.code, nothing.body["items"]) == (200, [])


def test_deletecollection_in_pages_and_dry(plane: Plane) -> None:
    for name in "abc":
        plane.made("configmaps", config_map(name))
    dry = plane.ask("deletecollection", "configmaps", namespace="default", options={"dry_run": ["All"]})
    assert len(dry.body["items"]) == 3
    first = plane.ask("deletecollection", "configmaps", namespace="default", options={"limit": 2})
    assert ([obj["metadata"]["name"] for obj in first.body["items"]], first.body["items"][0]["data"]) == (
        ["a", "b"],
        {"a": "b"},
    )
    assert first.body["metadata"]["remainingItemCount"] == 1
    assert [name for name in "abc" if plane.get("configmaps", name)] == ["c"]
    wrong = plane.ask("deletecollection", "configmaps", namespace="default", options={"propagation_policy": "x"})
    assert wrong.code == 422
    assert plane.ask("deletecollection", "tokenreviews.authentication.k8s.io").code == 405


def test_deletecollection_gives_grace_to_pods(plane: Plane) -> None:
    for name in ("a", "b"):
        plane.bound(name)
    plane.ask("deletecollection", "pods", namespace="default", options={"grace_period": 9})
    assert [plane.get("pods", name)["metadata"]["deletionGracePeriodSeconds"] for name in "ab"] == [9, 9]  # type: ignore[index]


def test_a_watch_begins_after_its_revision_and_sees_selectors(plane: Plane) -> None:
    revision = plane.made("configmaps", config_map("a", tier="x"))["metadata"]["resourceVersion"]
    options = {"resource_version": revision, "label_selector": "tier=x"}
    number = plane.client.ask("watch", "configmaps", namespace="default", options=options)
    plane.made("configmaps", config_map("b", tier="x"))
    plane.made("configmaps", config_map("c", tier="y"))
    for name, tier in (("b", "y"), ("c", "x")):
        body = {"metadata": {"labels": {"tier": tier}}}
        plane.ask("patch", "configmaps", namespace="default", name=name, body=body, options={"patch_type": "merge"})
    plane.ask("delete", "configmaps", namespace="default", name="a")
    plane.settle(1)
    seen = [(kind, obj["metadata"]["name"]) for kind, obj in plane.client.events[number]]
    assert seen == [("ADDED", "b"), ("DELETED", "b"), ("ADDED", "c"), ("DELETED", "a")]


@pytest.mark.parametrize("revision", ["", "0"])
def test_a_watch_from_nowhere_begins_with_what_there_is(plane: Plane, revision: str) -> None:
    plane.made("configmaps", config_map("a"))
    number = plane.client.ask("watch", "configmaps", namespace="default", options={"resource_version": revision})
    plane.settle(1)
    assert [(kind, obj["metadata"]["name"]) for kind, obj in plane.client.events[number]] == [("ADDED", "a")]


def test_revisions_that_cannot_be(plane: Plane) -> None:
    bad = plane.ask("watch", "pods", options={"resource_version": "soon"})
    assert (bad.code, bad.reason) == (400, "BadRequest")
    future = plane.ask("watch", "pods", options={"resource_version": "999999"})
    assert (future.code, future.reason) == (504, "Timeout")


def test_the_stages_of_a_write(plane: Plane) -> None:
    plane.client.ask("watch", "pods")
    plane.client.ask("watch", "pods", options={"label_selector": "app=elsewhere"})
    plane.made("pods", pod())
    last = told(plane)[-1]
    assert (last["verb"], last["object"], last["code"]) == ("create", "pod/default/web", 201)
    stages = last["stages"]
    assert list(stages) == ["authentication", "authorization", "defaulting", "admission", "etcd", "watches"]
    assert stages["authentication"] == "kubernetes-admin"
    assert stages["authorization"] == {
        "authorizer": "RBAC",
        "reason": 'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" '
        'to Group "kubeadm:cluster-admins"',
        "rule": 0,
        "role": "clusterrole/cluster-admin",
        "binding": "clusterrolebinding/kubeadm:cluster-admins",
    }
    assert [plugin for plugin, _fields in stages["admission"]] == [
        "ServiceAccount",
        "Priority",
        "DefaultTolerationSeconds",
    ]
    assert stages["defaulting"] > 5
    assert (stages["etcd"], stages["watches"]) == (plane.server.cache.revision, 1)


def test_a_refusal_is_told_with_its_message(plane: Plane) -> None:
    plane.ask("create", "pods", namespace="nope", body=pod())
    last = told(plane, "api.refused")[-1]
    assert (last["code"], last["message"], last["object"]) == (404, 'namespaces "nope" not found', "pod/nope")


def test_reads_and_events_are_not_told(plane: Plane) -> None:
    before = len(plane.sim.trace.entries)
    plane.made("events", {"metadata": {"name": "e"}, "involvedObject": {"namespace": "default"}}, user=COMPONENT)
    plane.ask("list", "pods")
    plane.ask("get", "pods", namespace="default", name="nope")
    assert len(plane.sim.trace.entries) == before


def test_an_object_that_is_too_large(plane: Plane) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"][0]["command"] = ["x" * 2_000_000]
    answer = plane.ask("create", "deployments", namespace="default", body=body)
    assert (answer.code, answer.reason) == (413, "RequestEntityTooLarge")


def test_a_restarted_server_reads_everything_again_and_watches_begin_anew(plane: Plane) -> None:
    plane.made("configmaps", config_map("a"))
    number = plane.client.ask("watch", "configmaps", namespace="default")
    plane.settle(1)
    revision = plane.server.cache.revision
    plane.server.crash()
    plane.server.restart()
    plane.made("configmaps", config_map("b"))
    assert plane.get("configmaps", "a") is not None
    assert [obj["metadata"]["name"] for _kind, obj in plane.client.events[number]] == ["a"]
    again = plane.ask("watch", "configmaps", namespace="default", options={"resource_version": str(revision)})
    assert (again.code, again.reason) in ((200, ""), (410, "Expired"))


def test_without_etcd_a_write_fails_in_etcds_words_and_reads_go_on(plane: Plane) -> None:
    plane.made("configmaps", config_map("a"))
    number = plane.client.ask("create", "configmaps", namespace="default", body=config_map("b"))
    plane.sim.step()
    plane.member.crash()
    plane.server.on_topology_changed(TopologyChanged("etcd-1"))
    plane.settle(20)
    assert plane.client.responses[number].body["message"] == "etcdserver: request timed out"
    assert plane.get("configmaps", "a") is not None


def test_a_dead_watcher_is_forgotten(plane: Plane) -> None:
    other = Client(plane.sim, "other-client")
    other.ask("watch", "configmaps")
    plane.settle(1)
    assert len(plane.server.cache.watches) == 1
    other.crash()
    plane.made("configmaps", config_map("a"))
    plane.settle(1)
    assert not plane.server.cache.watches


def test_the_card_counts(plane: Plane) -> None:
    plane.client.ask("watch", "configmaps")
    plane.settle(1)
    card = plane.server.card()
    assert (card["watches"], card["in_flight"], card["member"]) == (1, 0, "etcd-1")
    assert card["objects"] == plane.server.cache.count == len(list(plane.member.store.items()))


def test_a_pod_waits_a_while_for_the_default_account_of_a_new_namespace(plane: Plane) -> None:
    plane.ask("create", "namespaces", body={"metadata": {"name": "team"}})
    number = plane.client.ask("create", "pods", namespace="team", body=pod())
    plane.sim.advance(plane.sim.now + 300_000, 10_000)
    assert number not in plane.client.responses
    plane.ask("create", "serviceaccounts", namespace="team", body={"metadata": {"name": "default"}})
    plane.settle(1)
    assert plane.client.responses[number].code == 201


def test_an_account_that_does_not_come_is_refused_in_the_end(plane: Plane) -> None:
    plane.ask("create", "namespaces", body={"metadata": {"name": "team"}})
    began = plane.sim.now
    answer = plane.ask("create", "pods", namespace="team", body=pod())
    assert answer.code == 403
    assert answer.body["message"].endswith(
        'error looking up service account team/default: serviceaccount "default" not found'
    )
    assert 900_000 < plane.sim.now - began < 2_000_000
