"""The roles and bindings that an API server begins with, read from `bootstrap_policy.txt`.

Upstream: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`, `pkg/registry/rbac/rest/storage_rbac.go`. Real Kubernetes also
reconciles them at every start: what was taken away from a default role comes back; here what is there stays as it is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cluster_core.api.request import Obj

GROUP = "rbac.authorization.k8s.io"
API_VERSION = f"{GROUP}/v1"
POLICY = Path(__file__).with_name("bootstrap_policy.txt")
META: Obj = {
    "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
    "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
}
VERBS = {
    "READ": ("get", "list", "watch"),
    "WRITE": ("create", "delete", "deletecollection", "patch", "update"),
}
EVENTS: Obj = {"verbs": ["create", "patch", "update"], "apiGroups": ["", "events.k8s.io"], "resources": ["events"]}
CONTROLLER = "system:controller:"


@cache
def bootstrap_policy() -> tuple[tuple[str, Obj], ...]:
    """(resource, object) of every default role and binding; do not change them."""
    found: list[tuple[str, Obj]] = []
    block: list[str] = []
    for line in [*POLICY.read_text().splitlines(), "end"]:
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" ") and block:
            found.extend(_objects(block))
            block = []
        block.append(line)
    return tuple(found)


@cache
def node_rules() -> tuple[Obj, ...]:
    """The rules of the cluster role system:node, which the Node authorizer judges by."""
    role = next(obj for _resource, obj in bootstrap_policy() if obj["metadata"]["name"] == "system:node")
    return tuple(role["rules"])


def _objects(block: list[str]) -> list[tuple[str, Obj]]:
    kind, where, *others = block[0].split()
    lines = [line.split() for line in block[1:]]
    namespace, _, name = where.rpartition("/") if kind.startswith("Role") else ("", "", where)
    subjects = [_subject(words[1:]) for words in lines if words[0] == "to"]
    if kind == "Controller":
        subjects = [_subject(["ServiceAccount", f"kube-system/{name}"])]
        kind, name = "ClusterRole", CONTROLLER + name
    found = [] if kind == "RoleBinding" else [_role(kind, namespace, name, lines)]
    if subjects:
        role = others[0] if others else name
        found.append(_binding(kind.removesuffix("Binding"), namespace, name, role, [one for one in subjects if one]))
    return found


def _role(kind: str, namespace: str, name: str, lines: list[list[str]]) -> tuple[str, Obj]:
    meta = _meta(namespace, name)
    role: Obj = {"apiVersion": API_VERSION, "kind": kind, "metadata": meta}
    rules = [_rule(words) for words in lines if words[0] not in ("to", "label", "gathers")]
    for words in lines:
        if words[0] == "label":
            meta["labels"] = {**meta["labels"], f"{GROUP}/{words[1]}": "true"}
        if words[0] == "gathers":
            role["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {f"{GROUP}/{words[1]}": "true"}}]}
    role["rules"] = rules
    return f"{kind.lower()}s.{GROUP}", role


def _binding(kind: str, namespace: str, name: str, role: str, subjects: list[Obj]) -> tuple[str, Obj]:
    binding: Obj = {"apiVersion": API_VERSION, "kind": f"{kind}Binding", "metadata": _meta(namespace, name)}
    binding["roleRef"] = {"apiGroup": GROUP, "kind": kind, "name": role}
    if subjects:
        binding["subjects"] = subjects
    return f"{kind.lower()}bindings.{GROUP}", binding


def _meta(namespace: str, name: str) -> Obj:
    return {"name": name, **({"namespace": namespace} if namespace else {}), **META}


def _subject(words: list[str]) -> Obj:
    if words == ["nobody"]:
        return {}
    kind, name = words
    if kind != "ServiceAccount":
        return {"apiGroup": GROUP, "kind": kind, "name": name}
    namespace, _, account = name.partition("/")
    return {"kind": kind, "name": account, "namespace": namespace}


def _rule(words: list[str]) -> Obj:
    if words == ["EVENTS"]:
        return EVENTS
    verbs = [verb for word in words[0].split(",") for verb in VERBS.get(word, (word,))]
    if len(words) == 2:
        return {"nonResourceURLs": words[1].split(","), "verbs": verbs}
    groups = ["" if group == "core" else group for group in words[1].split(",")]
    rule: Obj = {"verbs": verbs, "apiGroups": groups, "resources": words[2].split(",")}
    for word in words[3:]:
        rule["resourceNames"] = word.removeprefix("name=").split(",")
    return rule
