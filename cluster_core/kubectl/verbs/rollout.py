"""kubectl rollout: status, history, undo, pause, resume, restart. Upstream: `k8s.io/kubectl/pkg/{cmd/rollout,polymorphichelpers}`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import rfc3339
from cluster_core.kubectl.changing import JSON, STRATEGIC, Found, find, patch
from cluster_core.kubectl.command_line import Arguments, Flag, duration
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, Watch, ask
from cluster_core.kubectl.describe.page import Page
from cluster_core.kubectl.describe.pod import describe_template
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, said
from cluster_core.kubectl.printing.tabwriter import tabulated

FOUND = (FILENAME, RECURSIVE, Flag("selector", "l"))
STATUS_FLAGS = (
    *FOUND,
    Flag("revision", kind="number", default="0"),
    Flag("watch", "w", "bool", default="true"),
    Flag("timeout", kind="duration", default="0"),
)
HISTORY_FLAGS = (*FOUND, OUTPUT, Flag("revision", kind="number", default="0"))
UNDO_FLAGS = (*FOUND, OUTPUT, DRY_RUN, Flag("to-revision", kind="number", default="0"))
CHANGE_FLAGS = (*FOUND, OUTPUT, Flag("field-manager"))
REVISION, CAUSE = "deployment.kubernetes.io/revision", "kubernetes.io/change-cause"
HASH = "pod-template-hash"


def _found(terminal: Terminal, given: Arguments) -> Generator[Step, Any, list[Found]]:
    found: list[Found] = yield from find(terminal, given, given.words)
    if not found:
        terminal.err(f"No resources found in {given.text('namespace') or terminal.namespace} namespace.")
    return found


def status(terminal: Terminal, given: Arguments) -> Talk:
    """Tell how a rollout goes, until it is done."""
    for found in (yield from _found(terminal, given)):
        yield from _follow(terminal, given, found)


def _follow(terminal: Terminal, given: Arguments, found: Found) -> Talk:
    if found.resource.kind not in STATUS:
        raise KubectlError(f"error: no status viewer has been implemented for {found.resource.kind}")
    obj: Obj = found.obj
    query = {
        "fieldSelector": f"metadata.name={found.name}",
        "resourceVersion": obj["metadata"]["resourceVersion"],
        "watch": "true",
    }
    while True:
        text, done = STATUS[found.resource.kind](obj)
        terminal.out(text)
        if done or not given.flag("watch"):
            return
        events = yield Watch(found.resource.path(found.namespace), query, timeout=_timeout(given))
        if events is None:
            raise KubectlError("error: timed out waiting for the condition")
        kind, obj = events[-1]
        if kind == "DELETED":
            raise KubectlError("error: object has been deleted")


def _timeout(given: Arguments) -> int | None:
    seconds = duration(given.text("timeout")) or 0
    return int(seconds * 1_000_000) if seconds > 0 else None


def _deployment_status(obj: Obj) -> tuple[str, bool]:
    name, spec, found = obj["metadata"]["name"], obj["spec"], obj.get("status", {})
    if obj["metadata"].get("generation", 0) > found.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...", False
    for condition in found.get("conditions", ()):
        if condition["type"] == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise KubectlError(f'error: deployment "{name}" exceeded its progress deadline')
    wanted, updated = spec.get("replicas", 1), found.get("updatedReplicas", 0)
    there, available = found.get("replicas", 0), found.get("availableReplicas", 0)
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...", False
    if there > updated:
        return f"{waiting}{there - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def _daemon_set_status(obj: Obj) -> tuple[str, bool]:
    name, found = obj["metadata"]["name"], obj.get("status", {})
    if obj["spec"].get("updateStrategy", {}).get("type") != "RollingUpdate":
        raise KubectlError("error: rollout status is only available for RollingUpdate strategy type")
    if obj["metadata"].get("generation", 0) > found.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...", False
    wanted, updated = found.get("desiredNumberScheduled", 0), found.get("updatedNumberScheduled", 0)
    available = found.get("numberAvailable", 0)
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...", False
    if available < wanted:
        return f"{waiting}{available} of {wanted} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def _stateful_set_status(obj: Obj) -> tuple[str, bool]:
    spec, found = obj["spec"], obj.get("status", {})
    strategy = spec.get("updateStrategy", {})
    if strategy.get("type") == "OnDelete":
        raise KubectlError("error: rollout status is only available for RollingUpdate strategy type")
    if obj["metadata"].get("generation", 0) > found.get("observedGeneration", 0):
        return "Waiting for statefulset spec update to be observed...", False
    wanted, ready, updated = spec.get("replicas", 1), found.get("readyReplicas", 0), found.get("updatedReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...", False
    partition = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    if partition:
        new = wanted - partition
        if updated < new:
            return (
                f"Waiting for partitioned roll out to finish: {updated} out of {new} new pods have been updated...",
                False,
            )
        return f"partitioned roll out complete: {updated} new pods have been updated...", True
    if found.get("updateRevision") != found.get("currentRevision"):
        return (
            f"waiting for statefulset rolling update to complete {updated} pods at revision {found.get('updateRevision', '')}...",
            False,
        )
    return (
        f"statefulset rolling update complete {found.get('currentReplicas', 0)} pods at revision {found.get('currentRevision', '')}...",
        True,
    )


STATUS = {"Deployment": _deployment_status, "DaemonSet": _daemon_set_status, "StatefulSet": _stateful_set_status}


def pause(terminal: Terminal, given: Arguments) -> Talk:
    """Stop a Deployment from rolling out."""
    yield from _set_paused(terminal, given, True)


def resume(terminal: Terminal, given: Arguments) -> Talk:
    """Let a paused Deployment roll out."""
    yield from _set_paused(terminal, given, False)


def _set_paused(terminal: Terminal, given: Arguments, paused: bool) -> Talk:
    word = "paused" if paused else "resumed"
    for found in (yield from _found(terminal, given)):
        if found.resource.kind != "Deployment":
            doing = "pausing" if paused else "resuming"
            terminal.fail(KubectlError(f'error: {found.resource.full_plural} "{found.name}" {doing} is not supported'))
        elif bool(found.obj["spec"].get("paused")) == paused:
            state = "already paused" if paused else "not paused"
            terminal.fail(KubectlError(f'error: {found.resource.full_plural} "{found.name}" is {state}'))
        else:
            body = {"spec": {"paused": paused or None}}
            new = yield from patch(terminal, given, found, body, "kubectl-rollout", STRATEGIC)
            said(terminal, given, found.label, word, new)


def restart(terminal: Terminal, given: Arguments) -> Talk:
    """Make new pods of the same template."""
    for found in (yield from _found(terminal, given)):
        if found.resource.kind not in STATUS:
            raise KubectlError(f'error: {found.resource.full_plural} "{found.name}" restarting is not supported')
        if found.obj["spec"].get("paused"):
            raise KubectlError(
                f'error: {found.resource.full_plural} "{found.name}" can\'t restart paused deployment (run rollout resume first)'
            )
        stamp = {"kubectl.kubernetes.io/restartedAt": rfc3339(terminal.now)}
        body = {"spec": {"template": {"metadata": {"annotations": stamp}}}}
        new = yield from patch(terminal, given, found, body, "kubectl-rollout", STRATEGIC)
        said(terminal, given, found.label, "restarted", new)


def history(terminal: Terminal, given: Arguments) -> Talk:
    """The revisions of a rollout."""
    for found in (yield from _found(terminal, given)):
        revisions = yield from _revisions(terminal, found)
        wanted = given.number("revision")
        if wanted:
            _show_revision(terminal, found, revisions, wanted)
            continue
        rows = "".join(f"{number}\t{_cause(revisions[number][0])}\n" for number in sorted(revisions))
        terminal.out(f"{found.label} ")
        terminal.out(tabulated(f"REVISION\tCHANGE-CAUSE\n{rows}"))


def _cause(obj: Obj) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(CAUSE) or "<none>")


def _show_revision(terminal: Terminal, found: Found, revisions: dict[int, tuple[Obj, Obj]], wanted: int) -> None:
    if wanted not in revisions:
        raise KubectlError("error: unable to find the specified revision")
    terminal.out(f"{found.label} with revision #{wanted}")
    keeper, template = revisions[wanted]
    cause = _cause(keeper)
    if found.resource.kind == "Deployment" and cause != "<none>":
        meta = template.get("metadata") or {}
        template = {**template, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), CAUSE: cause}}}
    page = Page(terminal.now)
    describe_template(page, template)
    terminal.out(page.raw())


def _revisions(terminal: Terminal, found: Found) -> Generator[Step, Any, dict[int, tuple[Obj, Obj]]]:
    """By number: the object that keeps the revision, and its pod template."""
    selector = str(from_label_selector(found.obj["spec"].get("selector")))
    if found.resource.kind == "Deployment":
        path, kind = f"/apis/apps/v1/namespaces/{found.namespace}/replicasets", "ReplicaSet"
    elif found.resource.kind in ("DaemonSet", "StatefulSet"):
        path, kind = f"/apis/apps/v1/namespaces/{found.namespace}/controllerrevisions", "ControllerRevision"
    else:
        raise KubectlError(f'error: no history viewer has been implemented for "{found.resource.full_name}"')
    answer: Answer = yield from ask(terminal, Call("GET", path, {"labelSelector": selector} if selector else {}))
    if not answer.ok:
        raise failed(answer)
    uid = found.obj["metadata"]["uid"]
    owned = [
        item
        for item in answer.body["items"]
        if any(
            owner.get("uid") == uid and owner.get("controller") for owner in item["metadata"].get("ownerReferences", ())
        )
    ]
    return {_number(item, kind): (item, _template(item, kind)) for item in owned if _number(item, kind)}


def _number(item: Obj, kind: str) -> int:
    if kind == "ControllerRevision":
        return int(item.get("revision", 0))
    return int((item["metadata"].get("annotations") or {}).get(REVISION) or 0)


def _template(item: Obj, kind: str) -> Obj:
    source = item["data"] if kind == "ControllerRevision" else item
    found: Obj = source["spec"]["template"]
    return found


def undo(terminal: Terminal, given: Arguments) -> Talk:
    """Go back to an earlier revision."""
    for found in (yield from _found(terminal, given)):
        revisions = yield from _revisions(terminal, found)
        wanted = given.number("to-revision") or _previous(revisions, found)
        if wanted not in revisions:
            raise KubectlError(f"error: unable to find specified revision {wanted} in history")
        if found.obj["spec"].get("paused"):
            raise KubectlError(
                "error: you cannot rollback a paused deployment; resume it first with "
                "'kubectl rollout resume' and try again"
            )
        keeper, template = revisions[wanted]
        if _same(template, found.obj["spec"]["template"]):
            terminal.out(f"{found.label} skipped rollback (current template already matches revision {wanted})")
            continue
        if found.resource.kind == "Deployment":
            new = yield from patch(terminal, given, found, _rollback(found, keeper, template), "kubectl-rollout", JSON)
        else:
            new = yield from patch(terminal, given, found, keeper["data"], "kubectl-rollout", STRATEGIC)
        said(terminal, given, found.label, "rolled back", new)


def _previous(revisions: dict[int, tuple[Obj, Obj]], found: Found) -> int:
    numbers = sorted(revisions)
    if len(numbers) < 2:
        raise KubectlError(f'error: no rollout history found for {found.resource.singular} "{found.name}"')
    return numbers[-2]


def _same(one: Obj, other: Obj) -> bool:
    return _without_hash(one) == _without_hash(other)


def _without_hash(template: Obj) -> Obj:
    meta = template.get("metadata") or {}
    labels = {name: value for name, value in (meta.get("labels") or {}).items() if name != HASH}
    kept = {name: value for name, value in meta.items() if name not in ("labels", "creationTimestamp") and value}
    return {**template, "metadata": {**kept, "labels": labels}}


def _rollback(found: Found, keeper: Obj, template: Obj) -> list[Obj]:
    kept = {
        name: value
        for name, value in (found.obj["metadata"].get("annotations") or {}).items()
        if name
        in (REVISION, "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/desired-replicas")
    }
    skipped = (
        REVISION,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
    )
    own = {
        name: value
        for name, value in (keeper["metadata"].get("annotations") or {}).items()
        if name not in (*skipped, "kubectl.kubernetes.io/last-applied-configuration")
    }
    return [
        {"op": "replace", "path": "/spec/template", "value": _without_hash(template)},
        {"op": "replace", "path": "/metadata/annotations", "value": {**kept, **own}},
    ]
