"""kubectl on the user's workstation: its verbs as requests to the API server, one object after the other.

Upstream: `k8s.io/kubectl/pkg/cmd/{apply,delete,scale}`. The words it prints are kubectl's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_gvk, by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Response
from cluster_core.api.strategic_patch import three_way_patch
from cluster_core.client.api_client import ApiClient, ClientProcess

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(slots=True)
class Task:
    """One object that a command is about."""

    verb: str
    kind: Kind
    namespace: str
    name: str
    obj: Obj | None = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """As kubectl names it: deployment.apps/web."""
        group = f".{self.kind.group}" if self.kind.group else ""
        return f"{self.kind.singular}{group}/{self.name}"


@dataclass(slots=True)
class Invocation:
    """A kubectl command under way: what is left to do and what it has printed."""

    tasks: list[Task]
    results: list[dict[str, Any]] = field(default_factory=list)
    done: bool = False


class Kubectl(ClientProcess):
    """Runs commands; `invocations` by the command's index in the log."""

    def __init__(self, sim: Any, name: str = "kubectl", host: str = "workstation") -> None:
        super().__init__(sim, name, host)
        self.client = ApiClient(self, "kubernetes-admin", self.server)
        self.invocations: dict[int, Invocation] = {}

    def on_command(self, command: Any) -> None:
        """Begin a command."""
        what = {name: value for name, value in command.params.items() if name not in ("manifest", "objects")}
        self.record("command.given", kind=command.kind, index=command.index, objects=len(command.objects), **what)
        invocation = Invocation([])
        self.invocations[command.index] = invocation
        for task in self._tasks(command):
            if isinstance(task, Task):
                invocation.tasks.append(task)
            else:
                invocation.results.append(task)
        self._next(command.index)

    def on_answer(self, token: Any, response: Response) -> None:
        """Go on with the command whose request has answered."""
        index, step = token
        task = self.invocations[index].tasks[0]
        getattr(self, f"_after_{step}")(index, task, response)

    def _tasks(self, command: Any) -> list[Task | dict[str, Any]]:
        if command.kind in ("apply", "delete") and command.objects:
            return [self._object_task(command.kind, obj) for obj in command.objects]
        try:
            kind = by_resource(command.params["resource"])
        except ApiError as error:
            return [_failed(command.params["resource"], f"error: {error.message}")]
        namespace = (command.params.get("namespace") or "default") if kind.namespaced else ""
        return [Task(command.kind, kind, namespace, command.params["name"], None, command.params)]

    def _object_task(self, verb: str, obj: Obj) -> Task | dict[str, Any]:
        try:
            kind = by_gvk(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
        except ApiError as error:
            return _failed(str(obj.get("kind", "")), f"error: resource mapping not found: {error.message}")
        meta = obj.get("metadata")
        meta = meta if isinstance(meta, dict) else {}
        name = str(meta.get("name") or "")
        if not name:
            return _failed(kind.singular, "error: resource name may not be empty")
        namespace = str(meta.get("namespace") or "default") if kind.namespaced else ""
        if kind.namespaced and meta.get("namespace") != namespace:
            obj = with_path(obj, ("metadata", "namespace"), namespace)
        return Task(verb, kind, namespace, name, obj)

    def _next(self, index: int) -> None:
        invocation = self.invocations[index]
        if not invocation.tasks:
            invocation.done = True
            self.record("command.finished", index=index, results=[result["message"] for result in invocation.results])
            return
        task = invocation.tasks[0]
        getattr(self, f"_begin_{task.verb}")(index, task)

    def _ask(self, index: int, task: Task, step: str, verb: str, **fields: Any) -> None:
        named = {} if verb == "create" else {"name": task.name}
        self.request(self.client, (index, step), verb, task.kind.resource, namespace=task.namespace, **named, **fields)

    def _finish(self, index: int, message: str, error: str = "") -> None:
        invocation = self.invocations[index]
        task = invocation.tasks.pop(0)
        invocation.results.append({"object": task.label, "message": message, "error": error})
        self._next(index)

    def _fail(self, index: int, response: Response, doing: str = "") -> None:
        reason, message = response.reason, str(response.body.get("message", ""))
        text = f"Error from server ({reason}): {doing}{message}" if reason != "Invalid" else message
        text = f"The {message}" if reason == "Invalid" else text
        self._finish(index, text, reason or "Unknown")

    def _begin_apply(self, index: int, task: Task) -> None:
        self._ask(index, task, "apply_get", "get")

    def _after_apply_get(self, index: int, task: Task, response: Response) -> None:
        assert task.obj is not None
        applied = with_last_applied(task.obj)
        if response.reason == "NotFound":
            options = {"field_manager": "kubectl-client-side-apply", "field_validation": "Strict"}
            self._ask(index, task, "apply_create", "create", body=applied, options=options)
            return
        if not response.ok:
            self._fail(index, response)
            return
        current = response.body
        original = current["metadata"].get("annotations", {}).get(LAST_APPLIED)
        patch = three_way_patch(json.loads(original) if original else {}, applied, current, task.kind.kind)
        if not patch:
            self._finish(index, f"{task.label} unchanged")
            return
        options = {
            "patch_type": "strategic",
            "field_manager": "kubectl-client-side-apply",
            "field_validation": "Strict",
        }
        self._ask(index, task, "apply_patch", "patch", body=patch, options=options)

    def _after_apply_create(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.label} created")
        else:
            self._fail(index, response, "error when creating: " if response.reason != "Invalid" else "")

    def _after_apply_patch(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.label} configured")
        else:
            self._fail(index, response)

    def _begin_delete(self, index: int, task: Task) -> None:
        options: dict[str, Any] = {"propagation_policy": "Background"}
        if "grace_period" in task.params:
            options["grace_period"] = task.params["grace_period"]
        self._ask(index, task, "delete", "delete", options=options)

    def _after_delete(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            kind, _, _ = task.label.partition("/")
            self._finish(index, f'{kind} "{task.name}" deleted')
        else:
            self._fail(index, response)

    def _begin_scale(self, index: int, task: Task) -> None:
        body = {"spec": {"replicas": task.params["replicas"]}}
        self._ask(index, task, "scale", "patch", body=body, options={"patch_type": "merge", "field_manager": "kubectl"})

    def _after_scale(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.label} scaled")
        else:
            self._fail(index, response)


def with_last_applied(obj: Obj) -> Obj:
    """The object with the annotation that the next apply compares with."""
    text = json.dumps(obj, separators=(",", ":"), sort_keys=True) + "\n"
    return with_path(
        obj, ("metadata", "annotations"), {**(obj["metadata"].get("annotations") or {}), LAST_APPLIED: text}
    )


def _failed(label: str, message: str) -> dict[str, Any]:
    return {"object": label, "message": message, "error": "Invalid"}
