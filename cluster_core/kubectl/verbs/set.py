"""kubectl set: image, env, resources, selector, serviceaccount, subject. Upstream: `k8s.io/kubectl/pkg/cmd/set`."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.changing import CHANGE, STRATEGIC, Found, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Step, Talk, Terminal
from cluster_core.kubectl.outcome import said

SET = (*CHANGE, Flag("local", kind="bool"), Flag("record", kind="bool"))
ENV = (
    *SET,
    Flag("containers", "c", default="*"),
    Flag("env", "e", "texts"),
    Flag("list", kind="bool"),
    Flag("overwrite", kind="bool", default="true"),
    Flag("from"),
    Flag("prefix"),
    Flag("keys", kind="list"),
)
RESOURCES = (*SET, Flag("containers", "c", default="*"), Flag("limits"), Flag("requests"))
SUBJECTS = (*SET, Flag("user", kind="texts"), Flag("group", kind="texts"), Flag("serviceaccount", kind="texts"))


def image(terminal: Terminal, given: Arguments) -> Talk:
    """Change the images of containers."""
    words = [word for word in given.words if "=" not in word]
    wanted = dict(word.partition("=")[::2] for word in given.words if "=" in word)
    if not wanted:
        raise KubectlError("error: at least one image update is required")
    for found in (yield from find(terminal, given, words)):
        changes: dict[str, list[Obj]] = {}
        for field, container in _containers(found):
            new = wanted.get(container["name"]) or wanted.get("*")
            if new and new != container.get("image"):
                changes.setdefault(field, []).append({"name": container["name"], "image": new})
        names = [container["name"] for _, container in _containers(found)]
        for name in wanted:
            if name != "*" and name not in names:
                raise KubectlError(f'error: unable to find container named "{name}"')
        if changes:
            new_obj = yield from patch(terminal, given, found, _template(found, changes), "kubectl-set", STRATEGIC)
            said(terminal, given, found.label, "image updated", new_obj)


def env(terminal: Terminal, given: Arguments) -> Talk:
    """Change the environment of containers."""
    words = [word for word in given.words if "=" not in word and not word.endswith("-")]
    changes = [*given.list("env"), *(word for word in given.words if word not in words)]
    sources: list[Obj] = (yield from _from(terminal, given)) if given.text("from") else []
    for found in (yield from find(terminal, given, words)):
        chosen = [(field, one) for field, one in _containers(found) if given.text("containers") in ("*", one["name"])]
        if given.flag("list"):
            _list_env(terminal, found, chosen)
            continue
        entries = list(sources)
        for change in changes:
            name, equals, value = change.partition("=")
            entries.append(
                {"name": name, "value": value, "valueFrom": None}
                if equals
                else {"name": name.removesuffix("-"), "$patch": "delete"}
            )
        by_field: dict[str, list[Obj]] = {}
        for field, container in chosen:
            by_field.setdefault(field, []).append({"name": container["name"], "env": entries})
        new = yield from patch(terminal, given, found, _template(found, by_field), "kubectl-set", STRATEGIC)
        said(terminal, given, found.label, "env updated", new)


def _from(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Obj]]:
    """A variable for each key of a ConfigMap or a Secret."""
    entries: list[Obj] = []
    for found in (yield from find(terminal, given, [given.text("from")])):
        fields = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}
        if found.resource.kind not in fields:
            raise KubectlError(f"error: unsupported resource specified in --from: {found.resource.kind}")
        for key in sorted(found.obj.get("data") or {}):
            if given.list("keys") and key not in given.list("keys"):
                continue
            name = re.sub(r"[^a-zA-Z0-9_]", "_", key).upper()
            if name != key:
                terminal.err(f"Warning: key {key} transferred to {name}")
            source = {fields[found.resource.kind]: {"name": found.name, "key": key}}
            entries.append({"name": given.text("prefix") + name, "value": None, "valueFrom": source})
    return entries


def _list_env(terminal: Terminal, found: Found, chosen: list[tuple[str, Obj]]) -> None:
    for _, container in chosen:
        terminal.out(f"# {found.resource.kind} {found.name}, container {container['name']}")
        for one in container.get("env") or ():
            if "valueFrom" in one:
                terminal.out(f"# {one['name']} from {_source(one['valueFrom'])}")
            else:
                terminal.out(f"{one['name']}={one.get('value', '')}")


def _source(found: Obj) -> str:
    """Where a variable comes from, in words."""
    if "configMapKeyRef" in found:
        return f"configmap {found['configMapKeyRef'].get('name', '')}, key {found['configMapKeyRef']['key']}"
    if "secretKeyRef" in found:
        return f"secret {found['secretKeyRef'].get('name', '')}, key {found['secretKeyRef']['key']}"
    if "resourceFieldRef" in found:
        container = found["resourceFieldRef"].get("containerName")
        return f"resource field {container + ', ' if container else ''}{found['resourceFieldRef']['resource']}"
    return f"field path {found['fieldRef']['fieldPath']}" if "fieldRef" in found else "invalid valueFrom"


def resources(terminal: Terminal, given: Arguments) -> Talk:
    """Change the requests and limits of containers."""
    wanted = {name: _amounts(given.text(name)) for name in ("limits", "requests") if given.text(name)}
    if not wanted:
        raise KubectlError(
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)"
        )
    for found in (yield from find(terminal, given, given.words)):
        by_field: dict[str, list[Obj]] = {}
        for field, container in _containers(found):
            if given.text("containers") in ("*", container["name"]):
                by_field.setdefault(field, []).append({"name": container["name"], "resources": wanted})
        if not by_field:
            raise KubectlError(f"error: unable to find container named {given.text('containers')}")
        new = yield from patch(terminal, given, found, _template(found, by_field), "kubectl-set", STRATEGIC)
        said(terminal, given, found.label, "resource requirements updated", new)


def _amounts(text: str) -> dict[str, str]:
    found = {}
    for pair in text.split(","):
        name, equals, value = pair.partition("=")
        if not equals:
            raise KubectlError(f"error: invalid argument syntax {pair}, expected <resource>=<quantity>")
        found[name] = value
    return found


def selector(terminal: Terminal, given: Arguments) -> Talk:
    """Change the selector of a Service."""
    if len(given.words) < 2:
        raise KubectlError("error: resource and selector are required")
    labels = dict(pair.partition("=")[::2] for pair in given.words[-1].split(","))
    for found in (yield from find(terminal, given, given.words[:-1])):
        body = {"spec": {"selector": {"$patch": "replace", **labels}}}
        new = yield from patch(terminal, given, found, body, "kubectl-set", STRATEGIC)
        said(terminal, given, found.label, "selector updated", new)


def service_account(terminal: Terminal, given: Arguments) -> Talk:
    """Change the service account of a workload's pods."""
    if len(given.words) < 2:
        raise KubectlError("error: serviceaccount is required")
    for found in (yield from find(terminal, given, given.words[:-1])):
        body = _spec(found, {"serviceAccountName": given.words[-1]})
        new = yield from patch(terminal, given, found, body, "kubectl-set", STRATEGIC)
        said(terminal, given, found.label, "serviceaccount updated", new)


def subject(terminal: Terminal, given: Arguments) -> Talk:
    """Add subjects to bindings."""
    for found in (yield from find(terminal, given, given.words)):
        group = "rbac.authorization.k8s.io"
        added: list[Obj] = [{"kind": "User", "apiGroup": group, "name": one} for one in given.list("user")]
        added += [{"kind": "Group", "apiGroup": group, "name": one} for one in given.list("group")]
        for one in given.list("serviceaccount"):
            space, _, account = one.partition(":")
            added.append({"kind": "ServiceAccount", "name": account, "namespace": space})
        there = found.obj.get("subjects") or []
        subjects = [*there, *(one for one in added if one not in there)]
        new = yield from patch(terminal, given, found, {"subjects": subjects}, "kubectl-set", STRATEGIC)
        said(terminal, given, found.label, "subjects updated", new)


def _containers(found: Found) -> list[tuple[str, Obj]]:
    spec = _pod_spec(found)
    return [(field, one) for field in ("initContainers", "containers") for one in spec.get(field) or ()]


def _pod_spec(found: Found) -> Obj:
    spec: Any = found.obj.get("spec") or {}
    for name in _path(found):
        spec = spec.get(name) or {}
    if not spec.get("containers"):
        raise KubectlError(f"error: the object is not a pod or does not have a pod template: {found.label}")
    result: Obj = spec
    return result


def _path(found: Found) -> tuple[str, ...]:
    if found.resource.kind == "Pod":
        return ()
    return ("jobTemplate", "spec", "template", "spec") if found.resource.kind == "CronJob" else ("template", "spec")


def _template(found: Found, containers: dict[str, list[Obj]]) -> Obj:
    return _spec(found, dict(containers))


def _spec(found: Found, spec: Obj) -> Obj:
    for name in reversed(_path(found)):
        spec = {name: spec}
    return {"spec": spec}
