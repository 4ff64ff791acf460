"""kubectl run and kubectl expose. Upstream: `k8s.io/kubectl/pkg/cmd/{run,expose}`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.changing import FOUND_BY, Found, find
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Attach, Call, KubectlError, Step, Talk, Terminal, Watch, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client, said
from cluster_core.kubectl.targets import resource_of
from cluster_core.kubectl.typed import as_typed

RUN = (
    DRY_RUN,
    OUTPUT,
    Flag("image"),
    Flag("image-pull-policy"),
    Flag("restart", default="Always"),
    Flag("port", kind="number", default="0"),
    Flag("env", kind="texts"),
    Flag("labels", "l"),
    Flag("annotations", kind="texts"),
    Flag("command", kind="bool"),
    Flag("stdin", "i", "bool"),
    Flag("tty", "t", "bool"),
    Flag("rm", kind="bool"),
    Flag("attach", kind="bool"),
    Flag("expose", kind="bool"),
    Flag("quiet", "q", "bool"),
    Flag("overrides"),
)
POLICIES = ("Always", "OnFailure", "Never")
EXPOSE = (
    *FOUND_BY,
    DRY_RUN,
    OUTPUT,
    Flag("port"),
    Flag("target-port"),
    Flag("name"),
    Flag("type"),
    Flag("protocol"),
    Flag("cluster-ip"),
    Flag("labels"),
    Flag("external-ip"),
    Flag("load-balancer-ip"),
    Flag("session-affinity"),
)


def run(terminal: Terminal, given: Arguments) -> Talk:
    """Create a pod; with -i be where it reads and writes."""
    if not given.given("image"):
        raise KubectlError('error: required flag(s) "image" not set')
    if not given.words:
        raise KubectlError("error: NAME is required for run\nSee 'kubectl run -h' for help and examples")
    if given.text("restart") not in POLICIES:
        raise KubectlError(
            f"error: invalid restart policy: {given.text('restart')}\nSee 'kubectl run -h' for help and examples"
        )
    if given.flag("rm") and not (given.flag("stdin") or given.flag("attach")):
        raise KubectlError("error: --rm should only be used for attached containers")
    pods, space = resource_of("pods", terminal.resources), given.text("namespace") or terminal.namespace
    obj, name = _pod(given, space), given.words[0]
    if not on_client(given):
        query = {"fieldManager": "kubectl-run", **dry_run(given)}
        answer: Answer = yield from ask(terminal, Call("POST", pods.path(space), query, obj))
        if not answer.ok:
            raise failed(answer)
        obj = answer.body
    terminal.touch("pod", space, name)
    if given.flag("stdin") or given.flag("attach"):
        yield from _attach(terminal, given, space, obj)
        return
    said(terminal, given, f"pod/{name}", "created", as_typed(obj))
    if given.flag("expose"):
        yield from _expose(terminal, given, Found(pods, obj))


def _pod(given: Arguments, space: str) -> Obj:
    name = given.words[0]
    container: Obj = {"name": name, "image": given.text("image"), "resources": {}}
    behind = given.behind if given.behind is not None else given.words[1:]
    if behind:
        container["command" if given.flag("command") else "args"] = behind
    if given.number("port"):
        container["ports"] = [{"containerPort": given.number("port")}]
    if given.list("env"):
        container["env"] = [
            dict(zip(("name", "value"), pair.partition("=")[::2], strict=True)) for pair in given.list("env")
        ]
    if given.text("image-pull-policy"):
        container["imagePullPolicy"] = given.text("image-pull-policy")
    for flag in ("stdin", "tty"):
        if given.flag(flag):
            container[flag] = True
    if given.flag("stdin"):
        container["stdinOnce"] = True
    spec = {"containers": [container], "restartPolicy": given.text("restart"), "dnsPolicy": "ClusterFirst"}
    labels = (
        dict(pair.partition("=")[::2] for pair in given.text("labels").split(","))
        if given.text("labels")
        else {"run": name}
    )
    meta: Obj = {"name": name, "labels": labels, **({"namespace": space} if given.given("namespace") else {})}
    if given.list("annotations"):
        meta["annotations"] = dict(pair.partition("=")[::2] for pair in given.list("annotations"))
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def _attach(terminal: Terminal, given: Arguments, space: str, pod: Obj) -> Talk:
    pods, name = resource_of("pods", terminal.resources), pod["metadata"]["name"]
    phase = yield from _until_started(terminal, space, pod)
    streams = [(flag, "true") for flag in ("stdin", "tty") if given.flag(flag)]
    outputs = [("stdout", "true")] if given.flag("tty") else [("stdout", "true"), ("stderr", "true")]
    code = 0
    if phase == "Running":
        terminal.out("If you don't see a command prompt, try pressing enter." if given.flag("tty") else "")
        code = yield Attach(pods.path(space, name, "attach"), [("container", name), *streams, *outputs])
    else:
        log: Answer = yield from ask(
            terminal, Call("GET", pods.path(space, name, "log"), {"container": name}, accept="text")
        )
        if log.ok and log.body:
            terminal.out(str(log.body).removesuffix("\n"))
    if given.flag("rm"):
        options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
        yield from ask(terminal, Call("DELETE", pods.path(space, name), {}, options))
        terminal.out(f'pod "{name}" deleted')
    if code:
        raise KubectlError(f"pod {space}/{name} terminated (Error)", int(code))


def _until_started(terminal: Terminal, space: str, pod: Obj) -> Generator[Step, Any, str]:
    pods, name = resource_of("pods", terminal.resources), pod["metadata"]["name"]
    query = {
        "fieldSelector": f"metadata.name={name}",
        "resourceVersion": pod["metadata"]["resourceVersion"],
        "watch": "true",
    }
    phase = str(pod.get("status", {}).get("phase", ""))
    while phase not in ("Running", "Succeeded", "Failed"):
        events = yield Watch(pods.path(space), query, timeout=60_000_000)
        if events is None:
            raise KubectlError("error: timed out waiting for the condition")
        phase = str(events[-1][1].get("status", {}).get("phase", ""))
    return phase


def expose(terminal: Terminal, given: Arguments) -> Talk:
    """Create a Service for a workload, a pod or another Service."""
    for found in (yield from find(terminal, given, given.words)):
        yield from _expose(terminal, given, found)


def _expose(terminal: Terminal, given: Arguments, found: Found) -> Talk:
    ports = _ports(given, found)
    name = (given.text("name") if "name" in given.flags else "") or found.name
    labels = found.obj["metadata"].get("labels") or {}
    spec: Obj = {"selector": _selector(found), "ports": ports}
    for flag, field in (
        ("type", "type"),
        ("cluster-ip", "clusterIP"),
        ("load-balancer-ip", "loadBalancerIP"),
        ("session-affinity", "sessionAffinity"),
    ):
        if flag in given.flags and given.text(flag):
            spec[field] = given.text(flag)
    if "external-ip" in given.flags and given.text("external-ip"):
        spec["externalIPs"] = given.text("external-ip").split(",")
    meta = {"name": name, **({"labels": labels} if labels else {})}
    if given.given("namespace"):
        meta["namespace"] = found.namespace
    obj: Obj = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}
    if not on_client(given):
        services = resource_of("services", terminal.resources)
        query = {"fieldManager": "kubectl-expose", **dry_run(given)}
        answer: Answer = yield from ask(terminal, Call("POST", services.path(found.namespace), query, obj))
        if not answer.ok:
            raise failed(answer)
        obj = answer.body
    terminal.touch("service", found.namespace, name)
    said(terminal, given, f"service/{name}", "exposed" if "selector" in given.flags else "created", as_typed(obj))


def _selector(found: Found) -> dict[str, str]:
    spec, kind = found.obj.get("spec", {}), found.resource.kind
    if kind == "Pod":
        labels: dict[str, str] = found.obj["metadata"].get("labels") or {}
        if not labels:
            raise KubectlError(
                "error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed"
            )
        return labels
    selector = spec.get("selector") or {}
    if kind in ("Service", "ReplicationController"):
        return dict(selector)
    if kind not in ("Deployment", "ReplicaSet"):
        raise KubectlError(f"error: cannot expose a {kind}")
    if selector.get("matchExpressions"):
        raise KubectlError(
            "error: couldn't retrieve selectors via --selector flag or introspection: cannot convert to map-based selector"
        )
    return dict(selector.get("matchLabels") or {})


def _ports(given: Arguments, found: Found) -> list[Obj]:
    if given.text("port") and given.text("port") != "0":
        numbers = given.text("port").split(",")
    else:
        numbers = [str(port) for port in _declared(found)]
        if not numbers:
            raise KubectlError("error: couldn't find port via --port flag or introspection")
    if not all(number.isdigit() for number in numbers):
        raise KubectlError(f'error: strconv.Atoi: parsing "{numbers[0]}": invalid syntax')
    protocol = (given.text("protocol") if "protocol" in given.flags else "") or "TCP"
    target = given.text("target-port") if "target-port" in given.flags else ""
    made: list[Obj] = []
    for index, number in enumerate(numbers, 1):
        wanted: Any = int(target) if target.isdigit() else target or int(number)
        name = {"name": f"port-{index}"} if len(numbers) > 1 else {}
        made.append({**name, "protocol": protocol, "port": int(number), "targetPort": wanted})
    return made


def _declared(found: Found) -> list[int]:
    spec = found.obj.get("spec", {})
    if found.resource.kind == "Service":
        return [port["port"] for port in spec.get("ports") or ()]
    pod = spec if found.resource.kind == "Pod" else (spec.get("template") or {}).get("spec") or {}
    return [port["containerPort"] for one in pod.get("containers") or () for port in one.get("ports") or ()]
