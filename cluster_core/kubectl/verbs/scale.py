"""kubectl scale and kubectl autoscale. Upstream: `k8s.io/kubectl/pkg/cmd/{scale,autoscale}`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cluster_core.kubectl.changing import CHANGE, MERGE, Found, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.outcome import dry_run, on_client, said

FLAGS = (
    *CHANGE,
    Flag("replicas", kind="number"),
    Flag("current-replicas", kind="number", default="-1"),
    Flag("resource-version"),
    Flag("timeout", kind="duration", default="0"),
)
AUTOSCALE = (
    *CHANGE,
    Flag("min", kind="number", default="-1"),
    Flag("max", kind="number", default="-1"),
    Flag("cpu-percent", kind="number", default="-1"),
    Flag("cpu"),
    Flag("memory"),
    Flag("name"),
    Flag("save-config", kind="bool"),
)


def scale(terminal: Terminal, given: Arguments) -> Talk:
    """Set a number of replicas."""
    replicas = given.number("replicas") if given.given("replicas") else -1
    if not given.given("replicas"):
        raise KubectlError('error: required flag(s) "replicas" not set')
    if replicas < 0:
        raise KubectlError("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    expected = given.number("current-replicas")
    for found in (yield from _scaled(terminal, given)):
        try:
            if expected >= 0 and found.obj.get("spec", {}).get("replicas") != expected:
                raise KubectlError(
                    f"error: Expected replicas to be {expected}, was {found.obj.get('spec', {}).get('replicas')}"
                )
            yield from patch(terminal, given, found, {"spec": {"replicas": replicas}}, "kubectl-scale", MERGE, "scale")
        except KubectlError as error:
            terminal.fail(error)
            continue
        said(terminal, given, found.label, "scaled", found.obj)


def _scaled(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Found]]:
    try:
        found: list[Found] = yield from find(terminal, given, given.words)
    except KubectlError as error:
        plain = str(error).partition("): ")[2]
        raise KubectlError(f"error: no objects passed to scale {plain}" if plain else str(error)) from error
    return found


def autoscale(terminal: Terminal, given: Arguments) -> Talk:
    """Create a HorizontalPodAutoscaler."""
    most, least = given.number("max"), given.number("min")
    if most < 1:
        raise KubectlError("error: --max=MAXPODS is required and must be at least 1, max: " + str(most))
    if most < least:
        raise KubectlError(f"error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    for found in (yield from find(terminal, given, given.words)):
        body = _autoscaler(given, found.obj, most, least)
        label = f"horizontalpodautoscaler.autoscaling/{body['metadata']['name']}"
        if not on_client(given):
            path = f"/apis/autoscaling/v2/namespaces/{found.namespace}/horizontalpodautoscalers"
            query = {"fieldManager": "kubectl-autoscale", "fieldValidation": "Strict", **dry_run(given)}
            answer: Answer = yield from ask(terminal, Call("POST", path, query, body))
            if not answer.ok:
                raise failed(answer)
            body = answer.body
        terminal.touch("horizontalpodautoscaler", found.namespace, body["metadata"]["name"])
        said(terminal, given, label, "autoscaled", body)


def _autoscaler(given: Arguments, target: dict[str, Any], most: int, least: int) -> dict[str, Any]:
    reference = {"apiVersion": target["apiVersion"], "kind": target["kind"], "name": target["metadata"]["name"]}
    spec: dict[str, Any] = {"scaleTargetRef": reference, "maxReplicas": most}
    if least > 0:
        spec["minReplicas"] = least
    metrics = [_metric(name, given.text(name)) for name in ("cpu", "memory") if given.text(name)]
    if given.number("cpu-percent") > 0:
        metrics = [_metric("cpu", f"{given.number('cpu-percent')}%")]
    if metrics:
        spec["metrics"] = metrics
    meta = {
        "name": given.text("name") or target["metadata"]["name"],
        "namespace": target["metadata"].get("namespace", ""),
    }
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}


def _metric(name: str, value: str) -> dict[str, Any]:
    if value.endswith("%"):
        target: dict[str, Any] = {"type": "Utilization", "averageUtilization": int(value[:-1] or 0)}
    else:
        target = {"type": "AverageValue", "averageValue": value}
    return {"type": "Resource", "resource": {"name": name, "target": target}}
