"""What the server is and serves: api-resources, api-versions, cluster-info, version, auth, config. Upstream: `k8s.io/kubectl/pkg/cmd/*`."""

from __future__ import annotations

from typing import Any

from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Answer, Call, KubectlError, Talk, Terminal, ask
from cluster_core.kubectl.failure import failed
from cluster_core.kubectl.printing import documents
from cluster_core.kubectl.printing.table import aligned
from cluster_core.kubectl.resources import Resource
from cluster_core.kubectl.rules import bracketed, short_rules
from cluster_core.kubectl.typed import as_typed

RESOURCES = (
    Flag("namespaced", kind="bool", default="both"),
    Flag("verbs", kind="list"),
    Flag("api-group"),
    Flag("categories", kind="list"),
    Flag("output", "o"),
    Flag("no-headers", kind="bool"),
    Flag("sort-by"),
    Flag("cached", kind="bool"),
)
VERSION = (Flag("client", kind="bool"), Flag("output", "o"))
CAN_I = (
    Flag("all-namespaces", "A", "bool"),
    Flag("list", kind="bool"),
    Flag("quiet", "q", "bool"),
    Flag("subresource"),
    Flag("no-headers", kind="bool"),
)
CLIENT_VERSION = "v1.33.1"


def api_resources(terminal: Terminal, given: Arguments) -> Talk:
    """Every resource that the server serves."""
    rows = []
    seen: set[tuple[str, str]] = set()
    wanted = given.text("sort-by")
    if wanted not in ("", "name", "kind"):
        raise KubectlError("error: --sort-by accepts only name or kind")
    order = {"": lambda one: (one.group, one.plural), "name": lambda one: one.plural, "kind": lambda one: one.kind}
    for one in sorted(terminal.resources.all, key=order[wanted]):
        if (one.group, one.plural) in seen or not _listed(given, one):
            continue
        seen.add((one.group, one.plural))
        if given.text("output") == "name":
            rows.append([one.full_plural])
            continue
        row = [one.plural, ",".join(one.short_names), one.api_version, str(one.namespaced).lower(), one.kind]
        rows.append([*row, ",".join(one.verbs), ",".join(one.categories)] if given.text("output") == "wide" else row)
    headers = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    headers += ["VERBS", "CATEGORIES"] if given.text("output") == "wide" else []
    plain = given.flag("no-headers") or given.text("output") == "name"
    for line in aligned(rows if plain else [headers, *rows]):
        terminal.out(line)
    return
    yield


def _listed(given: Arguments, one: Any) -> bool:
    if given.given("namespaced") and one.namespaced != given.flag("namespaced"):
        return False
    if given.given("api-group") and one.group != given.text("api-group"):
        return False
    return (
        bool(one.verbs)
        and set(given.list("verbs")) <= set(one.verbs)
        and set(given.list("categories")) <= set(one.categories)
    )


def api_versions(terminal: Terminal, _given: Arguments) -> Talk:
    """Every group and version."""
    for version in sorted({one.api_version for one in terminal.resources.all}):
        terminal.out(version)
    return
    yield


def cluster_info(terminal: Terminal, _given: Arguments) -> Talk:
    """Where the control plane and its services are."""
    answer: Answer = yield from ask(
        terminal,
        Call("GET", "/api/v1/namespaces/kube-system/services", {"labelSelector": "kubernetes.io/cluster-service=true"}),
    )
    if not answer.ok:
        raise failed(answer)
    terminal.out(f"Kubernetes control plane is running at {terminal.context.server}")
    for service in answer.body["items"]:
        meta = service["metadata"]
        name = (meta.get("labels") or {}).get("kubernetes.io/name") or meta["name"]
        port = (service["spec"].get("ports") or [{}])[0].get("name", "")
        place = f"{meta['name']}:{port}" if port else meta["name"]
        terminal.out(
            f"{name} is running at {terminal.context.server}/api/v1/namespaces/{meta['namespace']}/services/{place}/proxy"
        )
    terminal.out("")
    terminal.out("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")


def version(terminal: Terminal, given: Arguments) -> Talk:
    """The versions of the terminal's kubectl and of the server."""
    found: dict[str, Any] = {"clientVersion": {"gitVersion": CLIENT_VERSION}, "kustomizeVersion": "v5.6.0"}
    if not given.flag("client"):
        answer: Answer = yield from ask(terminal, Call("GET", "/version"))
        if not answer.ok:
            raise failed(answer)
        found["serverVersion"] = answer.body
    if given.text("output") in ("json", "yaml"):
        terminal.out(documents.as_json(found) if given.text("output") == "json" else documents.as_yaml(found))
        return
    terminal.out(f"Client Version: {CLIENT_VERSION}")
    terminal.out("Kustomize Version: v5.6.0")
    if "serverVersion" in found:
        terminal.out(f"Server Version: {found['serverVersion']['gitVersion']}")


def can_i(terminal: Terminal, given: Arguments) -> Talk:
    """Whether one may do something, or all that one may do."""
    if given.flag("list"):
        yield from _list_rules(terminal, given)
        return
    if len(given.words) < 2:
        raise KubectlError(
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples."
        )
    verb, word = given.words[0], given.words[1]
    body: dict[str, Any] = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    if word.startswith("/"):
        body["spec"] = {"nonResourceAttributes": {"path": word, "verb": verb}}
    else:
        name = given.words[2] if len(given.words) > 2 else word.partition("/")[2]
        resource = _judged(word.partition("/")[0], terminal)
        namespace = (
            ""
            if given.flag("all-namespaces") or not resource.namespaced
            else given.text("namespace") or terminal.namespace
        )
        attributes = {
            "verb": verb,
            "resource": resource.plural,
            "group": resource.group,
            "namespace": namespace,
            "name": name,
            "subresource": given.text("subresource"),
        }
        body["spec"] = {"resourceAttributes": {key: value for key, value in attributes.items() if value}}
        if not resource.namespaced:
            terminal.err(
                f"Warning: resource '{resource.plural}' is not namespace scoped"
                + (f" in group '{resource.group}'" if resource.group else "")
            )
            terminal.err("")
    answer: Answer = yield from ask(
        terminal, Call("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {}, body)
    )
    if not answer.ok:
        raise failed(answer)
    allowed = answer.body["status"]["allowed"]
    terminal.code = 0 if allowed else 1
    if not given.flag("quiet"):
        terminal.out("yes" if allowed else "no")


def _judged(word: str, terminal: Terminal) -> Resource:
    """The resource of a question: rules may speak of "*" and of what the server does not have (yet)."""
    found = terminal.resources.find(word)
    if found is not None:
        return found
    plural, _, group = word.partition(".")
    if word != "*":
        terminal.err(
            f"Warning: the server doesn't have a resource type '{plural}'" + (f" in group '{group}'" if group else "")
        )
        terminal.err("")
    return Resource(group or ("*" if word == "*" else ""), "", plural, "", "", True)


def _list_rules(terminal: Terminal, given: Arguments) -> Talk:
    namespace = given.text("namespace") or terminal.namespace
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    answer: Answer = yield from ask(
        terminal, Call("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {}, body)
    )
    if not answer.ok:
        raise failed(answer)
    found = answer.body["status"]
    if found.get("incomplete"):
        terminal.err(f"Warning: the list may be incomplete: {found.get('evaluationError', '')}")
    rules = short_rules([*(found.get("resourceRules") or ()), *(found.get("nonResourceRules") or ())])
    rows = [] if given.flag("no-headers") else [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]
    for line in aligned(rows + [rule.cells() for rule in rules]):
        terminal.out(line)


def whoami(terminal: Terminal, given: Arguments) -> Talk:
    """Who the server takes one for."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer: Answer = yield from ask(
        terminal, Call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, body)
    )
    if not answer.ok:
        raise failed(answer)
    form = given.text("output")
    if form in ("json", "yaml"):
        told = as_typed(answer.body)
        terminal.out(documents.as_json(told) if form == "json" else documents.as_yaml(told))
        return
    info = answer.body["status"]["userInfo"]
    rows = [["ATTRIBUTE", "VALUE"], ["Username", info.get("username", "")]]
    if info.get("groups"):
        rows.append(["Groups", bracketed(info["groups"])])
    for line in aligned(rows):
        terminal.out(line)
