"""kubectl on the user's workstation: its verbs as requests to the API server, one object after the other.

Upstream: `k8s.io/kubectl/pkg/cmd/{apply,delete,scale}`. The words it prints are kubectl's.
Real Kubernetes' kubectl waits until what it deletes is gone; here the command ends when the API server has answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import by_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Response
from cluster_core.api.strategic_patch import three_way_patch
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.kubectl import words

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
    patch: Obj = field(default_factory=dict)
    warning: str = ""

    @property
    def label(self) -> str:
        """As kubectl names it: deployment.apps/web."""
        group = f".{self.kind.group}" if self.kind.group else ""
        return f"{self.kind.singular}{group}/{self.name}"


@dataclass(slots=True)
class Invocation:
    """A kubectl command under way: what is left to do (a result stands for an object that no request is made for), what was printed."""

    tasks: list[Task | dict[str, Any]]
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
        invocation.tasks = self._tasks(command)
        self._next(command.index)

    def on_answer(self, token: Any, response: Response) -> None:
        """Go on with the command whose request has answered."""
        index, step = token
        task = self.invocations[index].tasks[0]
        assert isinstance(task, Task)
        getattr(self, f"_after_{step}")(index, task, response)

    def _tasks(self, command: Any) -> list[Task | dict[str, Any]]:
        if command.kind in ("apply", "delete") and command.objects:
            return [self._object_task(command, obj) for obj in command.objects]
        kind = self._kind_of(command.params["resource"])
        if kind is None:
            name = command.params["resource"]
            return [_failed(name, f'error: the server doesn\'t have a resource type "{name}"')]
        namespace = (command.params.get("namespace") or "default") if kind.namespaced else ""
        return [Task(command.kind, kind, namespace, command.params["name"], None, command.params)]

    def _object_task(self, command: Any, obj: Obj) -> Task | dict[str, Any]:
        kind = self._served().of_type(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
        if kind is None:
            return _failed(str(obj.get("kind", "")), words.no_mapping(obj), "NoMatch")
        meta = obj.get("metadata")
        meta = meta if isinstance(meta, dict) else {}
        name, given, asked = meta.get("name"), meta.get("namespace") or "", command.params.get("namespace") or ""
        if not isinstance(name, str | None) or not isinstance(given, str):
            return _failed(kind.singular, f'error: unable to decode "{words.SOURCE}": metadata: names must be strings')
        if not name:
            return _failed(kind.singular, _nameless(command.kind, kind, meta))
        if kind.namespaced and given and asked and given != asked:
            text = f'error: the namespace from the provided object "{given}" does not match the namespace "{asked}".'
            return _failed(kind.singular, f"{text} You must pass '--namespace={given}' to perform this operation.")
        namespace = (given or asked or "default") if kind.namespaced else ""
        if kind.namespaced and given != namespace:
            obj = with_path(obj, ("metadata", "namespace"), namespace)
        return Task(command.kind, kind, namespace, name, obj, command.params)

    def _next(self, index: int) -> None:
        invocation = self.invocations[index]
        while invocation.tasks and isinstance(result := invocation.tasks[0], dict):
            invocation.results.append(result)
            del invocation.tasks[0]
        if not invocation.tasks:
            invocation.done = True
            self.record("command.finished", index=index, results=[result["message"] for result in invocation.results])
            return
        task = invocation.tasks[0]
        assert isinstance(task, Task)
        getattr(self, f"_begin_{task.verb}")(index, task)

    def _served(self) -> Any:
        """What the server serves. Real Kubernetes' kubectl learns it by discovery, and keeps it for hours."""
        server: Any = self.sim.processes[self.server]
        return server.kinds

    def _kind_of(self, word: str) -> Kind | None:
        """The kind of "deploy" or "crontabs": a name of a built-in kind, or of a custom one."""
        try:
            return by_resource(word)
        except ApiError:
            return next((one for one in self._served().custom.values() if word in names_of(one)), None)

    def _ask(self, index: int, task: Task, step: str, verb: str, **fields: Any) -> None:
        named = {} if verb == "create" else {"name": task.name}
        version = str((task.obj or {}).get("apiVersion", "")).rpartition("/")[2]
        if version and version != task.kind.version:
            fields["version"] = version
        self.request(self.client, (index, step), verb, task.kind.resource, namespace=task.namespace, **named, **fields)

    def _finish(self, index: int, message: str, error: str = "") -> None:
        invocation = self.invocations[index]
        task = invocation.tasks.pop(0)
        assert isinstance(task, Task)
        invocation.results.append({"object": task.label, "message": message, "error": error})
        self._next(index)

    def _fail(self, index: int, response: Response, doing: str = "") -> None:
        self._finish(index, words.failure(response, doing), response.reason or "Unknown")

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
            where = words.described(task.kind, task.namespace, task.name)
            self._fail(
                index, response, f'retrieving current configuration of:\n{where}\nfrom server for: "{words.SOURCE}"'
            )
            return
        current = response.body
        original = (current["metadata"].get("annotations") or {}).get(LAST_APPLIED)
        if original is None:
            task.warning = words.MISSING_ANNOTATION.format(resource=task.kind.plural, name=task.name) + "\n"
        patch = three_way_patch(_last_applied(original), applied, current, task.kind.kind)
        if not patch:
            self._finish(index, f"{task.label} unchanged")
            return
        options = {
            "patch_type": "merge" if task.kind.custom else "strategic",
            "field_manager": "kubectl-client-side-apply",
            "field_validation": "Strict",
        }
        task.patch = patch
        self._ask(index, task, "apply_patch", "patch", body=patch, options=options)

    def _after_apply_create(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.label} created")
        else:
            self._fail(index, response, f'creating "{words.SOURCE}"')

    def _after_apply_patch(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.warning}{task.label} configured")
        else:
            self._fail(index, response, words.applying(task.patch, task.kind, task.namespace, task.name))

    def _begin_delete(self, index: int, task: Task) -> None:
        options: dict[str, Any] = {"propagation_policy": "Background"}
        if "grace_period" in task.params:
            options["grace_period"] = task.params["grace_period"]
        self._ask(index, task, "delete", "delete", options=options)

    def _after_delete(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            kind, _, _ = task.label.partition("/")
            how = "force deleted" if task.params.get("grace_period") == 0 else "deleted"
            where = f" from {task.namespace} namespace" if task.namespace else ""
            self._finish(index, f'{kind} "{task.name}" {how}{where}')
        else:
            self._fail(index, response, f'deleting "{words.SOURCE}"' if task.obj is not None else "")

    def _begin_scale(self, index: int, task: Task) -> None:
        body = {"spec": {"replicas": task.params["replicas"]}}
        options = {"patch_type": "merge", "field_manager": "kubectl-scale"}
        self._ask(index, task, "scale", "patch", body=body, subresource="scale", options=options)

    def _after_scale(self, index: int, task: Task, response: Response) -> None:
        if response.ok:
            self._finish(index, f"{task.label} scaled")
        else:
            self._fail(index, response)


def names_of(kind: Kind) -> tuple[str, ...]:
    """What a kind may be called."""
    return (kind.resource, kind.plural, kind.singular, *kind.short_names)


def with_last_applied(obj: Obj) -> Obj:
    """The object with the annotation that the next apply compares with."""
    annotations = obj["metadata"].get("annotations")
    if not isinstance(annotations, dict | None):
        return obj
    kept = {name: value for name, value in (annotations or {}).items() if name != LAST_APPLIED}
    plain = with_path(obj, ("metadata", "annotations"), kept)
    text = json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return with_path(obj, ("metadata", "annotations"), {**kept, LAST_APPLIED: text})


def _last_applied(text: str | None) -> Obj:
    """What was applied last; an annotation that somebody has spoilt counts as none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _nameless(verb: str, kind: Kind, meta: Obj) -> str:
    if verb == "apply" and meta.get("generateName"):
        return f"error: from {meta['generateName']}: cannot use generate name with apply"
    where = words.described(kind, str(meta.get("namespace") or "default") if kind.namespaced else "", "")
    doing = "retrieving current configuration of" if verb == "apply" else "deleting"
    return f'error: error when {doing}:\n{where}\nfrom server for: "{words.SOURCE}": resource name may not be empty'


def _failed(label: str, message: str, error: str = "Invalid") -> dict[str, Any]:
    return {"object": label, "message": message, "error": error}
