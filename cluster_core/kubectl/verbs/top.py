"""kubectl top. Upstream: `k8s.io/kubectl/pkg/cmd/top`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cluster_core.api.quantity import parse as parse_quantity
from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.printing.table import aligned

FLAGS = (
    Flag("all-namespaces", "A", "bool"),
    Flag("selector", "l"),
    Flag("field-selector"),
    Flag("containers", kind="bool"),
    Flag("no-headers", kind="bool"),
    Flag("sort-by"),
    Flag("sum", kind="bool"),
    Flag("show-capacity", kind="bool"),
)
METRICS = "/apis/metrics.k8s.io/v1beta1"


def nodes(terminal: Terminal, given: Arguments) -> Talk:
    """CPU and memory of nodes, and their share of what can be given to pods."""
    metrics = yield from _items(terminal, given, f"{METRICS}/nodes", given.words[:1])
    field = "capacity" if given.flag("show-capacity") else "allocatable"
    found = yield from _items(terminal, given, "/api/v1/nodes", given.words[:1])
    sizes = {node["metadata"]["name"]: node.get("status", {}).get(field) or {} for node in found}
    rows = []
    for item in _sorted(given, metrics, _usage):
        name = item["metadata"]["name"]
        cpu, memory = _usage(item)
        size = sizes.get(name, {})
        rows.append(
            [name, _cores(cpu), _share(cpu, size.get("cpu")), _bytes(memory), _share(memory, size.get("memory"))]
        )
    headers = [] if given.flag("no-headers") else [["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]]
    for line in aligned(headers + rows):
        terminal.out(line)


def pods(terminal: Terminal, given: Arguments) -> Talk:
    """CPU and memory of pods, or of their containers."""
    namespace, everywhere = given.text("namespace") or terminal.namespace, given.flag("all-namespaces")
    path = f"{METRICS}/pods" if everywhere else f"{METRICS}/namespaces/{namespace}/pods"
    items = yield from _items(terminal, given, path, given.words[:1])
    if not items:
        terminal.err("No resources found" if everywhere else f"No resources found in {namespace} namespace.")
        return
    rows: list[list[str]] = []
    for item in _sorted(given, items, _sum):
        before = [item["metadata"]["namespace"]] if everywhere else []
        name = item["metadata"]["name"]
        if given.flag("containers"):
            for container in item["containers"]:
                cpu, memory = _usage(container)
                rows.append([*before, name, container["name"], _cores(cpu), _bytes(memory)])
        else:
            cpu, memory = _sum(item)
            rows.append([*before, name, _cores(cpu), _bytes(memory)])
    columns = ["POD", "NAME"] if given.flag("containers") else ["NAME"]
    headers = [[*(["NAMESPACE"] if everywhere else []), *columns, "CPU(cores)", "MEMORY(bytes)"]]
    for line in aligned(([] if given.flag("no-headers") else headers) + rows):
        terminal.out(line)
    if given.flag("sum"):
        totals = [_sum(item) for item in items]
        terminal.out("________   ________   ")
        terminal.out(f"{_cores(sum(cpu for cpu, _ in totals))}   {_bytes(sum(memory for _, memory in totals))}")


def _items(terminal: Terminal, given: Arguments, path: str, names: list[str]) -> Generator[Step, Any, list[Obj]]:
    query = {"labelSelector": given.text("selector")} if given.text("selector") else {}
    if given.text("field-selector"):
        query["fieldSelector"] = given.text("field-selector")
    answer: Answer = yield from ask(terminal, Call("GET", "/".join([path, *names]), {} if names else query))
    if answer.code == 404 and path.startswith(METRICS) and not names:
        raise KubectlError("error: Metrics API not available")
    if not answer.ok:
        raise failed(answer)
    items: list[Obj] = [answer.body] if names else answer.body["items"]
    return items


def _usage(item: Obj) -> tuple[int, int]:
    """Millicores and bytes."""
    usage = item["usage"]
    return (int(-(-parse_quantity(usage["cpu"]) * 1000 // 1)), int(parse_quantity(usage["memory"])))


def _sum(item: Obj) -> tuple[int, int]:
    found = [_usage(container) for container in item["containers"]]
    return sum(cpu for cpu, _ in found), sum(memory for _, memory in found)


def _sorted(given: Arguments, items: list[Obj], usage: Any) -> list[Obj]:
    wanted = given.text("sort-by")
    if wanted not in ("", "cpu", "memory"):
        raise KubectlError("error: --sort-by accepts only cpu or memory")
    if wanted:
        return sorted(items, key=lambda item: -usage(item)[wanted == "memory"])
    return sorted(items, key=lambda item: (item["metadata"].get("namespace", ""), item["metadata"]["name"]))


def _cores(millis: int) -> str:
    return f"{millis}m"


def _bytes(amount: int) -> str:
    return f"{amount // (1024 * 1024)}Mi"


def _share(used: int, size: str | None) -> str:
    if not size:
        return "<unknown>"
    whole = float(parse_quantity(size))
    # CPU is counted in millicores, memory in bytes.
    used_share = used / whole * 100 if whole > 100_000 else used / (whole * 1000) * 100
    return f"{int(used_share)}%"
