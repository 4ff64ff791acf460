"""kubectl create: objects from a manifest, or from a few flags. Upstream: `k8s.io/kubectl/pkg/cmd/create`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl import words
from cluster_core.kubectl.changing import fetch
from cluster_core.kubectl.command_line import Arguments, Flag, duration
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Step, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.generators import Made
from cluster_core.kubectl.manifests import FILENAME, RECURSIVE, manifests, validation
from cluster_core.kubectl.outcome import DRY_RUN, OUTPUT, dry_run, on_client, said
from cluster_core.kubectl.resources import Resource
from cluster_core.kubectl.targets import resource_of
from cluster_core.kubectl.typed import as_typed

COMMON = (
    DRY_RUN,
    OUTPUT,
    Flag("save-config", kind="bool"),
    Flag("field-manager"),
    Flag("validate", default="strict", bare="strict"),
)
FROM_FILE = (*COMMON, FILENAME, RECURSIVE)
IMAGES = (
    *COMMON,
    Flag("image", kind="texts"),
    Flag("port", kind="number", default="-1"),
    Flag("replicas", "r", "number", "1"),
)
LITERALS = (
    *COMMON,
    Flag("from-literal", kind="texts"),
    Flag("from-file", kind="texts"),
    Flag("type"),
    Flag("append-hash", kind="bool"),
)
RULES = (
    *COMMON,
    Flag("verb", kind="list"),
    Flag("resource", kind="list"),
    Flag("resource-name", kind="texts"),
    Flag("non-resource-url", kind="list"),
    Flag("aggregation-rule", kind="list"),
)
SUBJECTS = (
    *COMMON,
    Flag("role"),
    Flag("clusterrole"),
    Flag("user", kind="texts"),
    Flag("group", kind="texts"),
    Flag("serviceaccount", kind="texts"),
)
PORTS = (
    *COMMON,
    Flag("tcp", kind="texts"),
    Flag("clusterip"),
    Flag("node-port", kind="number", default="0"),
    Flag("external-name"),
)
JOBS = (*COMMON, Flag("image"), Flag("from"), Flag("schedule"), Flag("restart"))
QUOTAS = (*COMMON, Flag("hard"), Flag("scopes"))
BUDGETS = (*COMMON, Flag("min-available"), Flag("max-unavailable"), Flag("selector"))
PRIORITIES = (
    *COMMON,
    Flag("value", kind="number", default="0"),
    Flag("global-default", kind="bool"),
    Flag("description"),
    Flag("preemption-policy", default="PreemptLowerPriority"),
)
INGRESSES = (
    *COMMON,
    Flag("rule", kind="texts"),
    Flag("class"),
    Flag("default-backend"),
    Flag("annotation", kind="texts"),
)
REGISTRIES = (
    *COMMON,
    Flag("docker-server", default="https://index.docker.io/v1/"),
    Flag("docker-username"),
    Flag("docker-password"),
    Flag("docker-email"),
    Flag("from-file", kind="texts"),
    Flag("append-hash", kind="bool"),
)
TLS = (*COMMON, Flag("cert"), Flag("key"), Flag("append-hash", kind="bool"))
TOKENS = (Flag("duration", kind="duration", default="0"), Flag("audience", kind="texts"))


# Kinds whose failed creation kubectl reports as it is.
PLAIN = ("namespaces", "roles", "clusterroles")


def from_file(terminal: Terminal, given: Arguments) -> Talk:
    """Create the objects of a manifest."""
    if not given.given("filename"):
        raise KubectlError("error: must specify one of -f and -k")
    for one in manifests(terminal, given, "create"):
        try:
            yield from send(terminal, given, one.resource, one.namespace, one.obj, f'creating "{words.SOURCE}"')
        except KubectlError as error:
            terminal.fail(error)


def send(terminal: Terminal, given: Arguments, resource: Resource, namespace: str, obj: Obj, doing: str = "") -> Talk:
    """Send an object, and say that it is there."""
    name = obj["metadata"].get("name", "")
    if not on_client(given):
        query = {"fieldManager": given.text("field-manager") or "kubectl-create", **validation(given)}
        answer: Answer = yield from ask(
            terminal, Call("POST", resource.path(namespace), {**query, **dry_run(given)}, obj)
        )
        if not answer.ok:
            raise failed(answer, doing) if doing else _failed_to_create(answer, resource, obj)
        obj, name = answer.body, answer.body["metadata"]["name"]
    terminal.touch(resource.singular, namespace, name)
    said(terminal, given, f"{resource.full_name}/{name}", "created", obj if doing else as_typed(obj))


def _failed_to_create(answer: Answer, resource: Resource, obj: Obj) -> KubectlError:
    if resource.plural in PLAIN:
        return failed(answer)
    what = {
        "secrets": "secret",
        "services": f"{obj.get('spec', {}).get('type', '')} service:",
        "poddisruptionbudgets": "poddisruptionbudgets:",
        "resourcequotas": "quota:",
    }.get(resource.plural, f"{resource.singular}:")
    return KubectlError(f"error: failed to create {what} {answer.body.get('message', '')}")


def maker(kind: str, made: Made, command: str = "") -> Callable[[Terminal, Arguments], Talk]:
    """A verb that creates an object of a kind from its flags; `command` is its name where that is not the kind's."""

    def create(terminal: Terminal, given: Arguments) -> Talk:
        if len(given.words) != 1:
            raise KubectlError(
                f"error: exactly one NAME is required, got {len(given.words)}\n"
                f"See 'kubectl create {command or kind.removesuffix('s')} -h' for help and examples"
            )
        resource = resource_of(kind, terminal.resources)
        namespace = (given.text("namespace") or terminal.namespace) if resource.namespaced else ""
        obj = made(terminal, given, given.words[0])
        # An object says its namespace only if the line does.
        where = {"namespace": namespace} if namespace and given.given("namespace") else {}
        meta = {"name": given.words[0], **where, **obj.pop("metadata", {})}
        whole = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": meta, **obj}
        yield from send(terminal, given, resource, namespace, whole)

    create.__doc__ = made.__doc__
    return create


def job(terminal: Terminal, given: Arguments) -> Talk:
    """Create a Job of an image, or of a CronJob's template."""
    if not given.words:
        raise KubectlError("error: exactly one NAME is required, got 0")
    resource = resource_of("jobs.batch", terminal.resources)
    space, name = given.text("namespace") or terminal.namespace, given.words[0]
    if given.text("from"):
        obj = yield from _from_cron_job(terminal, given, space, name)
    elif given.text("image"):
        container = {"name": name, "image": given.text("image"), **({"command": given.behind} if given.behind else {})}
        template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
        obj = {"metadata": {"name": name, **_where(given, space)}, "spec": {"template": template}}
    else:
        raise KubectlError("error: either --image or --from must be specified")
    whole = {"apiVersion": resource.api_version, "kind": resource.kind, **obj}
    yield from send(terminal, given, resource, space, whole)


def _where(given: Arguments, space: str) -> dict[str, str]:
    return {"namespace": space} if given.given("namespace") else {}


def _from_cron_job(terminal: Terminal, given: Arguments, space: str, name: str) -> Generator[Step, Any, Obj]:
    kind, _, source = given.text("from").partition("/")
    if resource_of(kind, terminal.resources).kind != "CronJob":
        raise KubectlError(f"error: from must be an existing cronjob: {given.text('from')}")
    found = yield from fetch(terminal, resource_of("cronjobs.batch", terminal.resources), space, source)
    template = found.obj["spec"]["jobTemplate"]
    meta = template.get("metadata") or {}
    owner = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": source,
        "uid": found.obj["metadata"]["uid"],
        "controller": True,
    }
    annotations = {"cronjob.kubernetes.io/instantiate": "manual", **(meta.get("annotations") or {})}
    made = {"name": name, **_where(given, space), "annotations": annotations, "ownerReferences": [owner]}
    if meta.get("labels"):
        made["labels"] = meta["labels"]
    return {"metadata": made, "spec": template["spec"]}


def token(terminal: Terminal, given: Arguments) -> Talk:
    """Ask for a token of a service account."""
    if not given.words:
        raise KubectlError("error: exactly one NAME is required, got 0")
    space = given.text("namespace") or terminal.namespace
    seconds = int(duration(given.text("duration")) or 0)
    spec: Obj = {"audiences": given.list("audience")} if given.list("audience") else {}
    if seconds:
        spec["expirationSeconds"] = seconds
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    path = f"/api/v1/namespaces/{space}/serviceaccounts/{given.words[0]}/token"
    answer: Answer = yield from ask(terminal, Call("POST", path, {}, body))
    if not answer.ok:
        raise KubectlError(f"error: failed to create token: {answer.body.get('message', '')}")
    terminal.out(answer.body["status"]["token"])
