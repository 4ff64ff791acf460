"""When a pod was an endpoint of its Services: what the EndpointSlices said of it over time, as far back as the API server remembers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.projection.source import Source
from cluster_core.projection.workload_cards import EndpointSpan
from cluster_core.sim.trace import Trace

SLICES = "endpointslices.discovery.k8s.io"
SERVICE = "kubernetes.io/service-name"


def endpoint_spans(source: Source, trace: Trace, namespace: str, pod: str) -> list[EndpointSpan]:
    """The stretches in which slices listed a pod, the oldest first, by Service. `to` None: it is so now."""
    spans: list[EndpointSpan] = []
    open_spans: dict[str, EndpointSpan] = {}
    for at, key, service, state in _words(source, trace, namespace, pod):
        known = open_spans.get(key)
        if known is not None and known["state"] == state:
            continue
        if known is not None:
            known["to"] = at
            del open_spans[key]
        if state:
            open_spans[key] = {"service": service, "state": state, "begin": at, "to": None}
            spans.append(open_spans[key])
    return spans


def _words(source: Source, trace: Trace, namespace: str, pod: str) -> Iterator[tuple[int, str, str, str]]:
    """(when, slice, Service, state) of every change of a slice that may be about the pod; state "" when it is not listed."""
    apiserver: Any = source.sim.processes.get("apiserver")
    history = apiserver.cache.history.get(SLICES, ()) if apiserver is not None else ()
    changes = [change for change in history if change.key.startswith(f"{namespace}/")]
    times = _times(trace, source.sim.number)
    for first in {change.key: change for change in reversed(changes)}.values():
        # What the slice said before the first change that is remembered.
        yield 0, first.key, _service(first.old), _state(first.old, pod)
    for change in changes:
        yield times.get(change.revision, 0), change.key, _service(change.new or change.old), _state(change.new, pod)


def _times(trace: Trace, number: int) -> dict[int, int]:
    """When each write of a slice was stored (µs), by its revision."""
    written = (one for one in trace.entries[: trace.until(number)] if one.message_id == "api.request")
    return {
        one.params["stages"]["etcd"]: one.at
        for one in written
        if one.params.get("resource") == SLICES and "etcd" in (one.params.get("stages") or {})
    }


def _state(found: Obj | None, pod: str) -> str:
    """ready (gets new connections), terminating (on its way out, still serving), not-ready, or "" when it is not listed."""
    for endpoint in (found or {}).get("endpoints") or ():
        if (endpoint.get("targetRef") or {}).get("name") == pod:
            told = endpoint.get("conditions") or {}
            if told.get("ready"):
                return "ready"
            return "terminating" if told.get("terminating") and told.get("serving") else "not-ready"
    return ""


def _service(found: Obj | None) -> str:
    return str(((found or {"metadata": {}})["metadata"].get("labels") or {}).get(SERVICE, ""))
