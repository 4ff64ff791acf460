"""kubectl cordon, uncordon, drain, taint. Upstream: `k8s.io/kubectl/pkg/{cmd/drain,cmd/taint,drain}`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.changing import CHANGE, STRATEGIC, Found, fetch, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Pause, Step, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.outcome import dry_run, on_client, said
from cluster_core.kubectl.verbs.delete import Victim, until_gone

CORDON = (*CHANGE,)
DRAIN = (
    *CHANGE,
    Flag("ignore-daemonsets", kind="bool"),
    Flag("delete-emptydir-data", kind="bool"),
    Flag("force", kind="bool"),
    Flag("grace-period", kind="number", default="-1"),
    Flag("pod-selector"),
    Flag("disable-eviction", kind="bool"),
    Flag("timeout", kind="duration", default="0"),
)
TAINT = (*CHANGE, Flag("overwrite", kind="bool"))
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
MIRROR = "kubernetes.io/config.mirror"
RETRY_US = 5_000_000


def cordon(terminal: Terminal, given: Arguments) -> Talk:
    """Let no more pods be scheduled to nodes."""
    yield from _cordon_all(terminal, given, True, "cordon")


def uncordon(terminal: Terminal, given: Arguments) -> Talk:
    """Let pods be scheduled to nodes again."""
    yield from _cordon_all(terminal, given, False, "uncordon")


def _cordon_all(terminal: Terminal, given: Arguments, wanted: bool, verb: str) -> Talk:
    for node in (yield from _nodes(terminal, given, verb)):
        yield from _cordon(terminal, given, node, wanted)


def _nodes(terminal: Terminal, given: Arguments, verb: str) -> Generator[Step, Any, list[Found]]:
    if not given.words and not given.given("selector"):
        raise KubectlError(f"error: USAGE: {verb} NODE [flags]")
    words = [f"node/{word}" if "/" not in word else word for word in given.words] or ["nodes"]
    found: list[Found] = yield from find(terminal, given, words)
    return found


def _cordon(terminal: Terminal, given: Arguments, node: Found, wanted: bool) -> Talk:
    word = "cordoned" if wanted else "uncordoned"
    if bool(node.obj["spec"].get("unschedulable")) == wanted:
        said(terminal, given, node.label, f"already {word}")
        return
    body = {"spec": {"unschedulable": wanted or None}}
    new = yield from patch(terminal, given, node, body, "kubectl-cordon" if wanted else "kubectl-uncordon", STRATEGIC)
    said(terminal, given, node.label, word, new)


def drain(terminal: Terminal, given: Arguments) -> Talk:
    """Cordon nodes and evict their pods, as their disruption budgets allow."""
    for node in (yield from _nodes(terminal, given, "drain")):
        yield from _cordon(terminal, given, node, True)
        pods = yield from _pods_of(terminal, given, node)
        sorted_out = yield from _sort_out(terminal, given, pods)
        if sorted_out.errors:
            _say_why_not(terminal, node, sorted_out.errors)
            return
        if sorted_out.warnings:
            terminal.err("Warning: " + "; ".join(sorted_out.warnings))
        for pod in sorted_out.pods:
            yield from _evict(terminal, given, pod)
        for pod in [] if on_client(given) or dry_run(given) else sorted_out.pods:
            resource = terminal.resources.find("pods")
            assert resource is not None
            meta = pod["metadata"]
            yield from until_gone(terminal, Victim(resource, meta["namespace"], meta["name"], meta["uid"]))
            terminal.out(f"pod/{meta['name']} evicted")
        said(terminal, given, node.label, "drained")


@dataclass(slots=True)
class Sorted:
    """The pods that are to go, what to say, and why the drain may not begin: reason → pods."""

    pods: list[Obj]
    warnings: list[str]
    errors: dict[str, list[str]]


UNMANAGED = "cannot delete Pods that declare no controller (use --force to override)"
FROM_SET = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
LOCAL = "cannot delete Pods with local storage (use --delete-emptydir-data to override)"


def _pods_of(terminal: Terminal, given: Arguments, node: Found) -> Generator[Step, Any, list[Obj]]:
    query = {"fieldSelector": f"spec.nodeName={node.name}"}
    if given.text("pod-selector"):
        query["labelSelector"] = given.text("pod-selector")
    answer: Answer = yield from ask(terminal, Call("GET", "/api/v1/pods", query))
    if not answer.ok:
        raise failed(answer)
    items: list[Obj] = answer.body["items"]
    return items


def _sort_out(terminal: Terminal, given: Arguments, pods: list[Obj]) -> Generator[Step, Any, Sorted]:
    result, ignored = Sorted([], [], {}), []
    forced: list[str] = []
    for pod in pods:
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        owner = next((one for one in pod["metadata"].get("ownerReferences", ()) if one.get("controller")), None)
        if MIRROR in (pod["metadata"].get("annotations") or {}):
            continue
        if owner is not None and owner["kind"] == "DaemonSet" and not finished:
            exists = yield from _exists(terminal, pod["metadata"]["namespace"], owner["name"])
            if exists and given.flag("ignore-daemonsets"):
                ignored.append(name)
            elif exists:
                result.errors.setdefault(FROM_SET, []).append(name)
            continue
        local = any("emptyDir" in volume for volume in pod["spec"].get("volumes", ()))
        if local and not finished and not given.flag("delete-emptydir-data"):
            result.errors.setdefault(LOCAL, []).append(name)
        elif owner is None and not finished and not given.flag("force"):
            result.errors.setdefault(UNMANAGED, []).append(name)
        else:
            forced.extend([name] if owner is None and not finished else [])
            result.pods.append(pod)
    if ignored:
        result.warnings.append("ignoring DaemonSet-managed Pods: " + ", ".join(ignored))
    if forced:
        result.warnings.append("deleting Pods that declare no controller: " + ", ".join(forced))
    return result


def _exists(terminal: Terminal, namespace: str, name: str) -> Generator[Step, Any, bool]:
    answer: Answer = yield from ask(terminal, Call("GET", f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}"))
    return answer.ok


def _say_why_not(terminal: Terminal, node: Found, errors: dict[str, list[str]]) -> None:
    text = ", ".join(f"cannot delete {reason}: {', '.join(names)}" for reason, names in errors.items())
    terminal.err(f'error: unable to drain node "{node.name}" due to error: {text}, continuing command...')
    terminal.err(f"There are pending nodes to be drained:\n {node.name}")
    for reason, names in errors.items():
        terminal.err(f"cannot delete {reason}: {', '.join(names)}")
    terminal.code = 1


def _evict(terminal: Terminal, given: Arguments, pod: Obj) -> Talk:
    meta = pod["metadata"]
    terminal.out(f"evicting pod {meta['namespace']}/{meta['name']}{' (dry run)' if on_client(given) else ''}")
    if on_client(given):
        return
    options = {"gracePeriodSeconds": given.number("grace-period")} if given.number("grace-period") >= 0 else {}
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"]},
        "deleteOptions": options,
    }
    terminal.touch("pod", meta["namespace"], meta["name"])
    while True:
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/eviction"
        answer: Answer = yield from ask(terminal, Call("POST", path, dry_run(given), body))
        if answer.ok or answer.code == 404:
            return
        if answer.code != 429:
            raise failed(answer, f'evicting pods/"{meta["name"]}" -n "{meta["namespace"]}"')
        terminal.err(
            f'error when evicting pods/"{meta["name"]}" -n "{meta["namespace"]}" (will retry after 5s): '
            f"{answer.body.get('message', '')}"
        )
        yield Pause(RETRY_US)


def taint(terminal: Terminal, given: Arguments) -> Talk:
    """Set and remove taints of nodes."""
    if len(given.words) < 2 or given.words[0] not in ("node", "nodes", "no"):
        raise KubectlError(
            "error: invalid resource type " + (given.words[0] if given.words else '""') + ", only node(s) is supported"
        )
    names = [word for word in given.words[1:] if not _is_taint(word)]
    added, removed = _read_taints([word for word in given.words[1:] if _is_taint(word)])
    node_resource = terminal.resources.find("nodes")
    assert node_resource is not None
    if given.flag("all") or given.given("selector"):
        nodes = yield from find(terminal, given, ["nodes"])
    else:
        nodes = []
        for name in names:
            nodes.append((yield from fetch(terminal, node_resource, "", name)))
    for node in nodes:
        yield from _taint(terminal, given, node, added, removed)


def _is_taint(word: str) -> bool:
    return ":" in word or "=" in word or word.endswith("-")


def _read_taints(words: list[str]) -> tuple[list[Obj], list[tuple[str, str]]]:
    added: list[Obj] = []
    removed: list[tuple[str, str]] = []
    for word in words:
        if word.endswith("-"):
            key, _, effect = word[:-1].partition(":")
            removed.append((key.partition("=")[0], effect))
            continue
        pair, colon, effect = word.rpartition(":")
        key, _, value = pair.partition("=")
        if not colon or effect not in EFFECTS:
            wrong = (
                f"invalid taint effect: {effect}, unsupported taint effect" if colon else f"invalid taint spec: {word}"
            )
            raise KubectlError(f"error: {wrong}\nSee 'kubectl taint -h' for help and examples")
        added.append({"key": key, "effect": effect, **({"value": value} if value else {})})
    if not added and not removed:
        raise KubectlError("error: at least one taint update is required")
    return added, removed


def _taint(terminal: Terminal, given: Arguments, node: Found, added: list[Obj], removed: list[tuple[str, str]]) -> Talk:
    there: list[Obj] = node.obj["spec"].get("taints") or []
    identities = [(one["key"], one["effect"]) for one in there]
    for one in added:
        if (one["key"], one["effect"]) in identities and not given.flag("overwrite"):
            terminal.fail(
                KubectlError(
                    f"error: node {node.name} already has {one['key']} taint(s) with same effect(s) and --overwrite is false"
                )
            )
            return
    for key, effect in removed:
        if not any(one["key"] == key and effect in ("", one["effect"]) for one in there):
            terminal.fail(KubectlError(f'error: taint "{key}{":" + effect if effect else ""}" not found'))
            return
    new = [(one["key"], one["effect"]) for one in added]
    kept = [
        one
        for one in there
        if (one["key"], one["effect"]) not in new
        and not any(one["key"] == key and effect in ("", one["effect"]) for key, effect in removed)
    ]
    body = {"spec": {"taints": [*added, *kept] or None}}
    result = yield from patch(terminal, given, node, body, "kubectl-taint", STRATEGIC)
    said(
        terminal,
        given,
        node.label,
        "modified" if (added and removed) or given.flag("overwrite") else "tainted" if added else "untainted",
        result,
    )
