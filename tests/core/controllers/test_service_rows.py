"""Rows of the pods behind a Service, brought up to date pod by pod, are those that a look at all pods gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cluster_core.api.request import Obj
from cluster_core.client.indexers import INDEXERS
from cluster_core.client.informer import Informer
from cluster_core.controllers.service_rows import RowsByService, ServiceRows

SERVICE = {
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}
CHANGES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["ready", "finished", "other", "gone"]), st.booleans()), max_size=30
)


def _pod(number: int, state: str) -> dict[str, Any]:
    labels = {"app": "other" if state == "other" else "web"}
    meta = {"name": f"web-{number}", "namespace": "default", "uid": str(number), "labels": labels}
    phase = "Succeeded" if state == "finished" else "Running"
    return {"metadata": meta, "spec": {"containers": []}, "status": {"podIP": f"10.0.0.{number}", "phase": phase}}


def _make(service: Obj, pod: Obj) -> tuple[str, Obj]:
    return pod["metadata"]["name"], pod


@given(CHANGES)
def test_pod_by_pod_is_as_all_at_once(changes: list[tuple[int, str, bool]]) -> None:
    pods = Informer("pods", indexers=INDEXERS["pods"])
    rows = RowsByService(_make)
    rows.of("default/web", SERVICE, pods)
    for number, state, looks in changes:
        pod = _pod(number, state)
        pods.put(f"default/web-{number}", None if state == "gone" else pod)
        rows.note(["default/web"], pod)
        if looks:
            rows.of("default/web", SERVICE, pods)
    found = rows.of("default/web", SERVICE, pods)
    assert found == ServiceRows(SERVICE, pods, _make).up_to_date(pods)
    assert [name for name, _ in found] == sorted(name for name, _ in found)


def test_another_version_of_the_service_is_looked_at_anew() -> None:
    pods = Informer("pods", indexers=INDEXERS["pods"])
    pods.put("default/web-1", _pod(1, "ready"))
    rows = RowsByService(_make)
    assert len(rows.of("default/web", SERVICE, pods)) == 1
    other = {**SERVICE, "spec": {"selector": {"app": "other"}}}
    assert rows.of("default/web", other, pods) == []


def test_what_was_not_asked_for_or_is_forgotten_is_made_when_it_is_asked_for() -> None:
    pods = Informer("pods", indexers=INDEXERS["pods"])
    rows = RowsByService(_make)
    rows.note(["default/web"], _pod(1, "ready"))
    pods.put("default/web-1", _pod(1, "ready"))
    assert len(rows.of("default/web", SERVICE, pods)) == 1
    pods.put("default/web-1", None)
    rows.forget("default/web")
    assert rows.of("default/web", SERVICE, pods) == []
