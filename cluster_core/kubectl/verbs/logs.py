"""kubectl logs. Upstream: `k8s.io/kubectl/pkg/cmd/logs`, `pkg/polymorphichelpers/logsforobject.go`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector, from_map
from cluster_core.kubectl.changing import fetch
from cluster_core.kubectl.command_line import Arguments, Flag, duration
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Logs, Step, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.targets import Target, targets

FLAGS = (
    Flag("follow", "f", "bool"),
    Flag("previous", "p", "bool"),
    Flag("container", "c"),
    Flag("all-containers", kind="bool"),
    Flag("all-pods", kind="bool"),
    Flag("tail", kind="number", default="-1"),
    Flag("since", kind="duration", default="0"),
    Flag("since-time"),
    Flag("timestamps", kind="bool"),
    Flag("limit-bytes", kind="number", default="0"),
    Flag("prefix", kind="bool"),
    Flag("selector", "l"),
    Flag("max-log-requests", kind="number", default="5"),
    Flag("ignore-errors", kind="bool"),
    Flag("pod-running-timeout", kind="duration", default="20s"),
)
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
SELECTOR_TAIL = 10
FIELDS = ("initContainers", "containers", "ephemeralContainers")


def logs(terminal: Terminal, given: Arguments) -> Talk:
    """Print what containers have written."""
    pods = yield from _pods(terminal, given)
    sources = [(pod, container) for pod in pods for container in _containers(terminal, given, pod)]
    if given.flag("follow") and len(sources) > given.number("max-log-requests"):
        raise KubectlError(
            f"error: you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is "
            f"{given.number('max-log-requests')}, use --max-log-requests to increase the limit"
        )
    if given.flag("follow") and len(sources) > 1:
        raise KubectlError("error: this terminal follows one container at a time: name it with -c")
    for pod, container in sources:
        yield from _print(terminal, given, pod, container)


def _print(terminal: Terminal, given: Arguments, pod: Obj, container: str) -> Talk:
    meta = pod["metadata"]
    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/log"
    query = _query(given, container)
    before = f"[pod/{meta['name']}/{container}] " if given.flag("prefix") else ""
    if given.flag("follow"):
        while (lines := (yield Logs(path, query))) is not None:
            for line in lines:
                terminal.out(before + line)
        return
    answer: Answer = yield from ask(terminal, Call("GET", path, query, accept="text"))
    if not answer.ok:
        raise failed(answer)
    text = str(answer.body)
    if text:
        terminal.out("\n".join(before + line for line in text.removesuffix("\n").split("\n")))


def _query(given: Arguments, container: str) -> dict[str, str]:
    query = {"container": container} if container else {}
    for flag, name in (("follow", "follow"), ("previous", "previous"), ("timestamps", "timestamps")):
        if given.flag(flag):
            query[name] = "true"
    tail = given.number("tail")
    if tail < 0 and given.given("selector") and not given.given("tail") and not given.flag("follow"):
        tail = SELECTOR_TAIL
    if tail >= 0:
        query["tailLines"] = str(tail)
    if duration(given.text("since")):
        query["sinceSeconds"] = str(int(duration(given.text("since")) or 0))
    if given.text("since-time"):
        query["sinceTime"] = given.text("since-time")
    if given.number("limit-bytes"):
        query["limitBytes"] = given.text("limit-bytes")
    return query


def _pods(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Obj]]:
    namespace = given.text("namespace") or terminal.namespace
    if given.given("selector"):
        found = yield from _list(terminal, namespace, given.text("selector"))
        if not found:
            terminal.err(f"No resources found in {namespace} namespace.")
        return found
    if not given.words:
        raise KubectlError(
            "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
            "POD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples"
        )
    word = given.words[0]
    target = targets([word if "/" in word else f"pod/{word}"], terminal.resources)[0]
    try:
        one = yield from pod_of(terminal, namespace, target, given.flag("all-pods"))
    except KubectlError as error:
        if "(NotFound)" not in str(error):
            raise
        text = str(error)
        raise KubectlError(f'error: {text[0].lower()}{text[1:]} in namespace "{namespace}"') from error
    return one


def pod_of(
    terminal: Terminal, namespace: str, target: Target, every: bool = False, tell: bool = True
) -> Generator[Step, Any, list[Obj]]:
    """The pod of a target, or a pod (with `every`: the pods) of the workload or Service that it is; `tell` which one was taken."""
    found = yield from fetch(terminal, target.resource, namespace, target.name)
    if target.resource.kind == "Pod":
        return [found.obj]
    selector = found.obj.get("spec", {}).get("selector")
    if not selector:
        raise KubectlError(f"error: cannot get the logs from {target.resource.full_plural}: no selector")
    text = str(
        from_map(selector)
        if target.resource.kind in ("Service", "ReplicationController")
        else from_label_selector(selector)
    )
    pods: list[Obj] = yield from _list(terminal, namespace, text)
    if not pods:
        raise KubectlError("error: timed out waiting for the condition")
    pods.sort(key=lambda pod: (not is_pod_ready(pod), pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
    if len(pods) > 1 and not every and tell:
        terminal.err(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
    return pods if every else pods[:1]


def _list(terminal: Terminal, namespace: str, selector: str) -> Generator[Step, Any, list[Obj]]:
    answer: Answer = yield from ask(
        terminal, Call("GET", f"/api/v1/namespaces/{namespace}/pods", {"labelSelector": selector})
    )
    if not answer.ok:
        raise failed(answer)
    items: list[Obj] = answer.body["items"]
    return items


def _containers(terminal: Terminal, given: Arguments, pod: Obj) -> list[str]:
    spec, wanted = pod["spec"], given.text("container")
    if not wanted and len(given.words) > 1:
        wanted = given.words[1]
    if given.flag("all-containers"):
        return [one["name"] for field in FIELDS for one in spec.get(field, ())]
    if wanted:
        known = [one["name"] for field in FIELDS for one in spec.get(field, ())]
        if wanted not in known:
            raise KubectlError(f"error: container {wanted} is not valid for pod {pod['metadata']['name']}")
        return [wanted]
    return [default_container(terminal, pod)]


def default_container(terminal: Terminal, pod: Obj) -> str:
    """The container that kubectl takes when none is named; it says so when there are several."""
    names = [one["name"] for one in pod["spec"]["containers"]]
    chosen = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER)
    if chosen in names:
        return str(chosen)
    if len(names) > 1:
        others = names + [f"{one['name']} (init)" for one in pod["spec"].get("initContainers", ())]
        terminal.err(f'Defaulted container "{names[0]}" out of: {", ".join(others)}')
    return str(names[0])
