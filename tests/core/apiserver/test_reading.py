"""Lists in pages and of revisions, out of band as in the simulation."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Obj, Request, Response
from cluster_core.apiserver.continue_token import encode
from tests.core.apiserver.plane import SECOND, Plane, unmanaged


@pytest.fixture
def plane() -> Plane:
    plane = Plane()
    for name in ("d", "b", "e", "a", "c"):
        put(plane, name, tier="x" if name < "d" else "y")
    return plane


def put(plane: Plane, name: str, **labels: str) -> Obj:
    return plane.made("configmaps", {"metadata": {"name": name, "labels": labels}})


def read(plane: Plane, verb: str = "list", name: str = "", namespace: str = "default", **options: Any) -> Response:
    return plane.server.read(Request(0, "", "jane", verb, "configmaps", namespace, name, options=options))


def names(answer: Response) -> str:
    assert answer.ok, answer.body
    return "".join(obj["metadata"]["name"] for obj in answer.body["items"])


def pages(plane: Plane, limit: int, between: Any = None, **options: Any) -> list[Response]:
    found = [read(plane, limit=limit, **options)]
    while token := found[-1].body["metadata"].get("continue"):
        if between is not None:
            between(len(found))
        found.append(read(plane, limit=limit, **options, **{"continue": token}))
    return found


def test_pages_make_the_whole_list(plane: Plane) -> None:
    found = pages(plane, 2)
    assert [names(page) for page in found] == ["ab", "cd", "e"]
    assert [page.body["metadata"].get("remainingItemCount") for page in found] == [3, 1, None]
    assert len({page.body["metadata"]["resourceVersion"] for page in found}) == 1
    assert [names(page) for page in pages(plane, 5)] == ["abcde"]


def test_pages_of_a_selector_do_not_guess_how_many_remain(plane: Plane) -> None:
    found = pages(plane, 2, label_selector="tier=x")
    assert [names(page) for page in found] == ["ab", "c"]
    assert "remainingItemCount" not in found[0].body["metadata"]


def test_pages_over_all_namespaces(plane: Plane) -> None:
    plane.made("configmaps", {"metadata": {"name": "a"}}, namespace="other")
    keys = [
        f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"
        for page in pages(plane, 2, namespace="")
        for obj in page.body["items"]
    ]
    assert keys == sorted(keys)
    assert keys[-1] == "other/a"
    assert len(keys) == 6


def test_pages_are_of_one_moment_whatever_is_written_meanwhile(plane: Plane) -> None:
    whole = names(read(plane))

    def between(number: int) -> None:
        put(plane, f"b{number}")
        plane.ask("delete", "configmaps", namespace="default", name="cde"[number - 1])

    assert "".join(names(page) for page in pages(plane, 1, between=lambda n: between(n) if n < 4 else None)) == whole
    assert names(read(plane)) == "abb1b2b3"


def test_exactly_that_revision_or_not_older(plane: Plane) -> None:
    before = read(plane).body["metadata"]["resourceVersion"]
    put(plane, "f")
    exact = read(plane, resource_version=before, resource_version_match="Exact")
    assert (names(exact), exact.body["metadata"]["resourceVersion"]) == ("abcde", before)
    assert names(read(plane, resource_version=before, limit=9)) == "abcde"
    assert names(read(plane, resource_version=before)) == "abcdef"
    assert names(read(plane, resource_version=before, resource_version_match="NotOlderThan", limit=9)) == "abcdef"
    assert names(read(plane, resource_version="0")) == "abcdef"


def test_a_revision_that_has_not_happened(plane: Plane) -> None:
    current = plane.server.cache.revision
    for options in ({"resource_version": str(current + 5)}, {"continue": encode("a", current + 5)}):
        answer = read(plane, **options)
        assert (answer.code, answer.reason) == (504, "Timeout")
        assert answer.body["message"] == f"Timeout: Too large resource version: {current + 5}, current: {current}"
        assert answer.body["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"
    assert read(plane, "get", "a", resource_version=str(current + 5)).code == 504


def test_what_etcd_has_forgotten_is_expired_but_the_list_can_go_on(plane: Plane) -> None:
    first = read(plane, limit=2)
    revision = first.body["metadata"]["resourceVersion"]
    plane.settle(400)
    put(plane, "bb")
    plane.ask("delete", "configmaps", namespace="default", name="d")
    plane.sim.advance(plane.sim.now + 700 * SECOND, 1_000_000)
    assert plane.server.cache.compacted > int(revision)
    old = read(plane, resource_version=revision, resource_version_match="Exact")
    assert (old.code, old.reason) == (410, "Expired")
    assert old.body["message"] == "The resourceVersion for the provided list is too old."
    late = read(plane, limit=2, **{"continue": first.body["metadata"]["continue"]})
    assert (late.code, late.reason) == (410, "Expired")
    assert late.body["message"].startswith(
        "The provided continue parameter is too old to display a consistent list result."
    )
    rest = read(plane, limit=5, **{"continue": late.body["metadata"]["continue"]})
    assert names(rest) == "bbce"
    assert rest.body["metadata"]["resourceVersion"] == str(plane.server.cache.revision)


def test_reading_out_of_band_changes_nothing(plane: Plane) -> None:
    before = (plane.sim.digest, plane.sim.number, plane.sim.now, len(plane.sim.trace.entries))
    assert names(read(plane)) == "abcde"
    assert read(plane, "get", "a").body["metadata"]["name"] == "a"
    missing = read(plane, "get", "z")
    assert (missing.code, missing.body["message"]) == (404, 'configmaps "z" not found')
    assert missing.body["details"] == {"name": "z", "kind": "configmaps"}
    assert (plane.sim.digest, plane.sim.number, plane.sim.now, len(plane.sim.trace.entries)) == before


def test_a_server_that_is_down_says_so(plane: Plane) -> None:
    plane.server.crash()
    answer = read(plane)
    assert (answer.code, answer.reason) == (503, "ServiceUnavailable")


def test_in_the_simulation_it_is_the_same(plane: Plane) -> None:
    asked = plane.ask("list", "configmaps", namespace="default", options={"limit": 2})
    found = read(plane, limit=2).body
    assert all(item["metadata"]["managedFields"] for item in found["items"])
    assert asked.body == {**found, "items": [unmanaged(item) for item in found["items"]]}


def test_another_version(plane: Plane) -> None:
    request = Request(0, "", "jane", "list", "horizontalpodautoscalers.autoscaling", "default", version="v1")
    answer = plane.server.read(request)
    assert (answer.body["apiVersion"], answer.body["kind"]) == ("autoscaling/v1", "HorizontalPodAutoscalerList")
    assert plane.server.read(Request(0, "", "jane", "list", "pods", version="v2")).code == 404
    assert plane.server.read(Request(0, "", "jane", "list", "selfsubjectreviews.authentication.k8s.io")).code == 405


def ask(
    plane: Plane, verb: str, resource: str = "configmaps", name: str = "", body: Any = None, **fields: Any
) -> Response:
    return plane.server.read(Request(0, "", "kubernetes-admin", verb, resource, "default", name, body, **fields))


def test_a_dry_run_out_of_band_answers_as_in_the_simulation(plane: Plane) -> None:
    before = (plane.sim.digest, plane.sim.number, len(plane.sim.trace.entries))
    options = {"dry_run": ["All"]}
    made = ask(plane, "create", body={"metadata": {"generateName": "z-"}, "dat": {}}, options=options)
    assert (made.code, made.warnings) == (201, ('unknown field "dat"',))
    assert len(made.body["metadata"]["name"]) == 7
    patch = {"data": {"a": "c"}}
    changed = ask(plane, "patch", name="a", body=patch, options={**options, "patch_type": "merge"})
    assert changed.body["data"] == {"a": "c"}
    assert ask(plane, "delete", name="a", options=options).body["status"] == "Success"
    assert [obj["metadata"]["name"] for obj in ask(plane, "deletecollection", options=options).body["items"]] == list(
        "abcde"
    )
    refused = ask(plane, "create", body={"metadata": {"name": "A"}}, options=options)
    assert refused.code == 422
    assert (plane.sim.digest, plane.sim.number, len(plane.sim.trace.entries)) == before
    twice = ask(plane, "create", body={"metadata": {"generateName": "z-"}}, options=options)
    assert twice.body["metadata"]["uid"] == made.body["metadata"]["uid"]


def test_nothing_is_written_out_of_band(plane: Plane) -> None:
    before = plane.server.cache.revision
    for verb, name, body in (
        ("create", "", {"metadata": {"name": "n"}}),
        ("delete", "a", None),
        ("deletecollection", "", None),
    ):
        assert ask(plane, verb, name=name, body=body).code == 405
    plane.settle(1)
    assert plane.server.cache.revision == before
