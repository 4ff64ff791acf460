"""EndpointSlices, as a pure function of a Service, its pods and the slices that are there."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.client.controller import Action
from cluster_core.controllers.endpoint_slices import plan_slices
from tests.core.controllers.small_cluster import SmallCluster, pod


def _pod(number: int, port: int = 80, ready: bool = True, ending: bool = False) -> dict[str, Any]:
    container = {"name": "c", "ports": [{"name": "http", "containerPort": port}]}
    meta = {"name": f"p{number}", "namespace": "default", "uid": f"u{number}", "labels": {"app": "web"}}
    if ending:
        meta["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    status = {"podIP": f"10.0.{number // 250}.{number % 250}", "conditions": conditions, "phase": "Running"}
    return {"metadata": meta, "spec": {"containers": [container], "nodeName": "n1"}, "status": status}


def _service(**spec: Any) -> dict[str, Any]:
    given_spec = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}], **spec}
    meta = {"name": "web", "namespace": "default", "uid": "s"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": given_spec}


SUFFIXES = count()


def _stored(actions: list[Action], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The slices after the actions."""
    left = {part["metadata"]["name"]: part for part in known}
    for action in actions:
        if action.verb == "delete":
            del left[action.name]
        else:
            name = action.name or f"web-{next(SUFFIXES)}"
            left[name] = {**action.body, "metadata": {**action.body["metadata"], "name": name}}
    return list(left.values())


def _uids(part: dict[str, Any]) -> list[str]:
    return [one["targetRef"]["uid"] for one in part["endpoints"]]


def test_a_service_without_pods_has_one_empty_slice() -> None:
    first = _stored(plan_slices(_service(), [], []), [])
    assert [(part["endpoints"], part["ports"]) for part in first] == [([], [])]
    assert plan_slices(_service(), [], first) == []


def test_the_empty_slice_is_used_for_the_first_endpoint() -> None:
    empty = _stored(plan_slices(_service(), [], []), [])
    (action,) = plan_slices(_service(), [_pod(1)], empty)
    assert (action.verb, action.name) == ("update", empty[0]["metadata"]["name"])
    assert action.body["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]


def test_a_hundred_endpoints_fill_a_slice() -> None:
    parts = _stored(plan_slices(_service(), [_pod(n) for n in range(250)], []), [])
    assert sorted(len(part["endpoints"]) for part in parts) == [50, 100, 100]


def test_endpoints_stay_in_their_slice() -> None:
    pods = [_pod(n) for n in range(150)]
    parts = _stored(plan_slices(_service(), pods, []), [])
    changed = plan_slices(_service(), [*pods[:149], _pod(149, ready=False)], parts)
    assert len(changed) == 1
    after = _stored(changed, parts)
    assert sorted(map(tuple, map(_uids, after))) == sorted(map(tuple, map(_uids, parts)))


def test_pods_with_other_ports_have_slices_of_their_own() -> None:
    parts = _stored(plan_slices(_service(), [_pod(1), _pod(2, port=8080), _pod(3)], []), [])
    assert {part["ports"][0]["port"]: sorted(_uids(part)) for part in parts} == {80: ["u1", "u3"], 8080: ["u2"]}


def test_a_terminating_pod_serves_but_is_not_ready() -> None:
    (part,) = _stored(plan_slices(_service(), [_pod(1, ending=True)], []), [])
    assert part["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}


def test_unready_addresses_are_published_on_request_but_do_not_serve() -> None:
    service = _service(publishNotReadyAddresses=True)
    (part,) = _stored(plan_slices(service, [_pod(1, ready=False)], []), [])
    assert part["endpoints"][0]["conditions"] == {"ready": True, "serving": False, "terminating": False}


def test_a_headless_service_marks_its_slices() -> None:
    (part,) = _stored(plan_slices(_service(clusterIP="None"), [_pod(1)], []), [])
    assert part["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


@given(st.lists(st.sets(st.integers(0, 400), max_size=320), min_size=1, max_size=4))
def test_whatever_comes_and_goes_every_pod_is_in_exactly_one_slice(rounds: list[set[int]]) -> None:
    known: list[dict[str, Any]] = []
    for numbers in rounds:
        pods = [_pod(number, port=80 + number % 2) for number in sorted(numbers)]
        known = _stored(plan_slices(_service(), pods, known), known)
        uids = [uid for part in known for uid in _uids(part)]
        assert sorted(uids) == sorted(f"u{number}" for number in numbers)
        assert all(len(part["endpoints"]) <= 100 for part in known)
        assert len(known) >= 1
        assert plan_slices(_service(), pods, known) == [], "what is right is left alone"


def test_an_endpoint_tells_the_zone_of_its_node() -> None:
    cluster = SmallCluster()
    cluster.patch("nodes", "n1", {"metadata": {"labels": {"topology.kubernetes.io/zone": "west"}}})
    cluster.create(
        "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}"
    )
    for name in ("n1", "n2"):
        cluster.create(pod(f"on-{name}", "app: web", node=name))
    cluster.run(3)
    (found,) = [one for one in cluster.all("endpointslices.discovery.k8s.io") if one["endpoints"]]
    assert {one["nodeName"]: one.get("zone") for one in found["endpoints"]} == {"n1": "west", "n2": None}
