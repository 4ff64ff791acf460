"""Containers of a pod or of a pod template, as kubectl describes them."""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.describe.page import Page, flag, moment, title


def describe_containers(
    page: Page, heading: str, containers: list[Obj], statuses: list[Obj] | None, pod: Obj | None, indent: str = ""
) -> None:
    """Each container: what it runs, its state, resources, probes, environment, mounts."""
    page.write(0, f"{indent}{heading}:{'' if containers else ' <none>'}")
    by_name = {one["name"]: one for one in statuses or ()}
    for container in containers:
        status = by_name.get(container["name"])
        page.write(1, f"{' ' if indent else ''}{container['name']}:")
        _basics(page, container, status)
        _words(page, "Command", container.get("command"))
        _words(page, "Args", container.get("args"))
        if status is not None:
            _state(page, status)
        describe_resources(page, container.get("resources"), 2)
        for field, name in (
            ("livenessProbe", "Liveness"),
            ("readinessProbe", "Readiness"),
            ("startupProbe", "Startup"),
        ):
            if field in container:
                page.write(2, f"{name}:\t{probe(container[field])}")
        _env_from(page, container)
        _env(page, container, pod)
        _mounts(page, container)


def describe_resources(page: Page, resources: Obj | None, level: int) -> None:
    """Limits and requests."""
    for field, name in (("limits", "Limits"), ("requests", "Requests")):
        amounts = (resources or {}).get(field)
        if amounts:
            page.write(level, f"{name}:")
            for resource, amount in sorted(amounts.items()):
                page.write(level + 1, f"{resource}:\t{amount}")


def _basics(page: Page, container: Obj, status: Obj | None) -> None:
    if status is not None:
        page.write(2, f"Container ID:\t{status.get('containerID', '')}")
    page.write(2, f"Image:\t{container.get('image', '')}")
    if status is not None:
        page.write(2, f"Image ID:\t{status.get('imageID', '')}")
    ports = container.get("ports") or []
    _ports(page, "Port", [f"{one['containerPort']}/{one.get('protocol', 'TCP')}" for one in ports])
    _ports(page, "Host Port", [f"{one.get('hostPort', 0)}/{one.get('protocol', 'TCP')}" for one in ports])
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile:
        page.write(2, f"SeccompProfile:\t{profile['type']}")


def _ports(page: Page, name: str, ports: list[str]) -> None:
    page.write(2, f"{name}{'s' if len(ports) > 1 else ''}:\t{', '.join(ports) or '<none>'}")


def _words(page: Page, heading: str, words: list[str] | None) -> None:
    if words:
        page.write(2, f"{heading}:")
        for word in words:
            for line in word.split("\n"):
                page.write(3, line)


def _state(page: Page, status: Obj) -> None:
    _one_state(page, "State", status.get("state") or {})
    if "terminated" in (status.get("lastState") or {}):
        _one_state(page, "Last State", status["lastState"])
    page.write(2, f"Ready:\t{title(status.get('ready'))}")
    page.write(2, f"Restart Count:\t{status.get('restartCount', 0)}")


def _one_state(page: Page, name: str, state: Obj) -> None:
    if "running" in state:
        page.write(2, f"{name}:\tRunning")
        page.write(3, f"Started:\t{moment(state['running'].get('startedAt'))}")
    elif "terminated" in state:
        ended = state["terminated"]
        page.write(2, f"{name}:\tTerminated")
        for field in ("reason", "message"):
            if ended.get(field):
                page.write(3, f"{field.capitalize()}:\t{ended[field]}")
        page.write(3, f"Exit Code:\t{ended.get('exitCode', 0)}")
        if ended.get("signal"):
            page.write(3, f"Signal:\t{ended['signal']}")
        page.write(3, f"Started:\t{moment(ended.get('startedAt'))}")
        page.write(3, f"Finished:\t{moment(ended.get('finishedAt'))}")
    else:
        page.write(2, f"{name}:\tWaiting")
        if (state.get("waiting") or {}).get("reason"):
            page.write(3, f"Reason:\t{state['waiting']['reason']}")


def probe(found: Obj) -> str:
    """A probe in one line."""
    times = (
        f"delay={found.get('initialDelaySeconds', 0)}s timeout={found.get('timeoutSeconds', 1)}s "
        f"period={found.get('periodSeconds', 10)}s #success={found.get('successThreshold', 1)} "
        f"#failure={found.get('failureThreshold', 3)}"
    )
    if "exec" in found:
        return f"exec [{' '.join(found['exec'].get('command') or ())}] {times}"
    if "httpGet" in found:
        get = found["httpGet"]
        return f"http-get {get.get('scheme', 'HTTP').lower()}://{get.get('host', '')}:{get['port']}{get.get('path', '')} {times}"
    if "tcpSocket" in found:
        return f"tcp-socket {found['tcpSocket'].get('host', '')}:{found['tcpSocket']['port']} {times}"
    if "grpc" in found:
        return f"grpc <pod>:{found['grpc']['port']} {found['grpc'].get('service', '')} {times}"
    return f"unknown {times}"


def _env_from(page: Page, container: Obj) -> None:
    if not container.get("envFrom"):
        return
    page.write(2, "Environment Variables from:")
    for one in container["envFrom"]:
        kind, source = (
            ("ConfigMap", one["configMapRef"]) if "configMapRef" in one else ("Secret", one.get("secretRef", {}))
        )
        prefix = f" with prefix '{one['prefix']}'" if one.get("prefix") else ""
        page.write(3, f"{source.get('name', '')}\t{kind}{prefix}\tOptional: {flag(source.get('optional'))}")


def _env(page: Page, container: Obj, pod: Obj | None) -> None:
    page.write(2, f"Environment:{'' if container.get('env') else chr(9) + '<none>'}")
    for one in container.get("env") or ():
        source = one.get("valueFrom")
        if not source:
            page.write(3, f"{one['name']}:\t" + "\n      \t".join(one.get("value", "").split("\n")))
        elif "fieldRef" in source:
            ref = source["fieldRef"]
            page.write(
                3, f"{one['name']}:\t{_field(pod, ref['fieldPath'])} ({ref.get('apiVersion', 'v1')}:{ref['fieldPath']})"
            )
        elif "resourceFieldRef" in source:
            page.write(3, f"{one['name']}:\t{_amount(container, source['resourceFieldRef'])}")
        else:
            page.write(3, f"{one['name']}:\t{_keyed(source)}")


def _keyed(source: Obj) -> str:
    field, words = ("secretKeyRef", "in secret") if "secretKeyRef" in source else ("configMapKeyRef", "of config map")
    ref = source.get(field) or {}
    return f"<set to the key '{ref.get('key', '')}' {words} '{ref.get('name', '')}'>\tOptional: {flag(ref.get('optional'))}"


def _field(pod: Obj | None, path: str) -> str:
    """What a field of the pod is now; a template has none."""
    if pod is None:
        return ""
    value: Any = pod
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def _amount(container: Obj, ref: Obj) -> str:
    kind, _, resource = ref["resource"].partition(".")
    amount = ((container.get("resources") or {}).get(kind) or {}).get(resource, "0")
    if amount == "0" and kind == "limits":
        amount = "node allocatable"
    return f"{amount} ({ref['resource']})"


def _mounts(page: Page, container: Obj) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda one: one["mountPath"])
    page.write(2, "Mounts:" + ("" if mounts else "\t<none>"))
    for mount in mounts:
        how = "ro" if mount.get("readOnly") else "rw"
        how += f',path="{mount["subPath"]}"' if mount.get("subPath") else ""
        page.write(3, f"{mount['mountPath']} from {mount['name']} ({how})")
