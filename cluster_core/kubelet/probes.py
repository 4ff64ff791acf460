"""Startup, readiness and liveness probes as closed formulas.

A probe's answer is a function of time (fails until the container serves, then passes), so the tick at which its outcome
changes can be computed: one alarm there, none for the probes between. Real Kubernetes probes at every period and counts
each failure in its Event. Upstream: `pkg/kubelet/prober`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.api.request import Obj
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.script import NEVER
from cluster_core.sim.kernel import US_PER_SECOND

STARTUP, READINESS, LIVENESS = "startup", "readiness", "liveness"
FIELDS = {STARTUP: "startupProbe", READINESS: "readinessProbe", LIVENESS: "livenessProbe"}


@dataclass(frozen=True, slots=True)
class Course:
    """What will come of a probe: times in µs, None where it does not happen. `failed_at` is the first failing tick."""

    failed_at: int | None
    passed_at: int | None
    killed_at: int | None


def probe_of(container: Obj, kind: str) -> Obj | None:
    """The container's probe of a kind, if it has one."""
    found: Obj | None = container.get(FIELDS[kind])
    return found


def period_us(probe: Obj) -> int:
    """How often a probe is asked (µs). The trace tells it, so that a viewer can draw the probes between two outcomes."""
    return int(probe.get("periodSeconds") or 10) * US_PER_SECOND


def serves_at(container: Obj, probe: Obj, record: ContainerRecord, kind: str) -> int:
    """From when on a probe passes (µs); NEVER if nothing listens where it looks.

    So does an exec probe that needs a program which is not known here, or whose pod has a script.
    """
    behaviour = record.behaviour
    port = probed_port(container, probe)
    if port is not None and port not in behaviour.listens:
        return NEVER
    at = record.started_at + behaviour.ready_after
    if kind == READINESS and behaviour.serving_after is not None:
        at = max(at, record.started_at + behaviour.serving_after)
    return at


def course(probe: Obj, kind: str, begins_at: int, serves: int) -> Course:
    """The outcome of probing every period from `begins_at` on, when the container serves from `serves` on."""
    period = period_us(probe)
    threshold = int(probe.get("failureThreshold") or 3)
    successes = int(probe.get("successThreshold") or 1) if kind == READINESS else 1
    failures = 0 if serves <= begins_at else -((begins_at - serves) // period)
    failed_at = begins_at if failures else None
    passed_at = None if serves >= NEVER else begins_at + (failures + successes - 1) * period
    killed_at = None
    if kind != READINESS and failures >= threshold:
        killed_at, passed_at = begins_at + (threshold - 1) * period, None
    return Course(failed_at, passed_at, killed_at)


def begins_at(probe: Obj, started_at: int, gate_at: int) -> int:
    """The first tick: initialDelaySeconds after the start of the container, not before the startup probe has passed.

    Real Kubernetes phases the ticks by when the probe worker began, up to one period later.
    """
    return max(started_at + int(probe.get("initialDelaySeconds") or 0) * US_PER_SECOND, gate_at)


def probed_port(container: Obj, probe: Obj) -> int | None:
    """The port a probe asks, named ports resolved; None for exec."""
    for way in ("httpGet", "tcpSocket", "grpc"):
        if way in probe:
            port = probe[way].get("port")
            return port if isinstance(port, int) else _named_port(container, str(port))
    return None


def failure_output(container: Obj, probe: Obj, record: ContainerRecord, ip: str, at: int) -> str:
    """What a failing probe at time `at` prints, as in the Unhealthy event."""
    port = probed_port(container, probe)
    listening = port in record.behaviour.listens and at >= record.started_at + record.behaviour.ready_after
    if "httpGet" in probe:
        if listening:
            return "HTTP probe failed with statuscode: 503"
        scheme = str(probe["httpGet"].get("scheme") or "HTTP").lower()
        path = probe["httpGet"].get("path") or "/"
        return f'Get "{scheme}://{ip}:{port}{path}": dial tcp {ip}:{port}: connect: connection refused'
    if "tcpSocket" in probe:
        return f"dial tcp {ip}:{port}: connect: connection refused"
    if "grpc" in probe:
        if listening:
            return 'service unhealthy (responded with "NOT_SERVING")'
        timeout = int(probe.get("timeoutSeconds") or 1)
        return f'timeout: failed to connect service "{ip}:{port}" within {timeout}s: context deadline exceeded'
    return ""


def _named_port(container: Obj, name: str) -> int:
    for port in container.get("ports") or ():
        if port.get("name") == name:
            return int(port["containerPort"])
    return int(name) if name.isdigit() else 0
