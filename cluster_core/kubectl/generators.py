"""Objects that `kubectl create` makes of a name and a few flags. Upstream: `k8s.io/kubectl/pkg/cmd/create`, its generators."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubectl.command_line import Arguments
from cluster_core.kubectl.conversation import KubectlError, Terminal
from cluster_core.kubectl.targets import resource_of

Made = Callable[[Terminal, Arguments, str], Obj]


def namespace(_terminal: Terminal, _given: Arguments, _name: str) -> Obj:
    """Create a namespace."""
    return {}


def service_account(_terminal: Terminal, _given: Arguments, _name: str) -> Obj:
    """Create a service account."""
    return {}


def deployment(_terminal: Terminal, given: Arguments, name: str) -> Obj:
    """Create a Deployment of one or more images."""
    images = given.list("image")
    if not images:
        raise KubectlError('error: required flag(s) "image" not set')
    containers = [_container(image, len(images) == 1) for image in images]
    if given.number("port") > 0:
        containers[0]["ports"] = [{"containerPort": given.number("port")}]
    if given.behind:
        containers[0]["command"] = given.behind
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": given.number("replicas"), "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"labels": labels}, "spec": spec}


def _container(image: str, _alone: bool) -> Obj:
    """kubectl names a container after the last part of its image."""
    name = image.rpartition("/")[2].partition("@")[0].partition(":")[0].replace("_", "-").lower()
    return {"name": name, "image": image}


def config_map(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a ConfigMap of literals."""
    data = _literals(given)
    return {"data": data} if data else {}


def secret(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a Secret of literals."""
    data = {name: base64.b64encode(value.encode()).decode() for name, value in _literals(given).items()}
    return {**({"data": data} if data else {}), **({"type": given.text("type")} if given.text("type") else {})}


def registry_secret(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a Secret for a container registry."""
    if not given.text("docker-username") or not given.text("docker-password"):
        raise KubectlError(
            "error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
        )
    user, password = given.text("docker-username"), given.text("docker-password")
    entry = {"username": user, "password": password}
    if given.text("docker-email"):
        entry["email"] = given.text("docker-email")
    entry["auth"] = base64.b64encode(f"{user}:{password}".encode()).decode()
    text = json.dumps({"auths": {given.text("docker-server"): entry}}, separators=(",", ":"))
    data = {".dockerconfigjson": base64.b64encode(text.encode()).decode()}
    return {"data": data, "type": "kubernetes.io/dockerconfigjson"}


def tls_secret(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a Secret of a certificate and its key, which are files."""
    if not given.text("key") or not given.text("cert"):
        raise KubectlError("error: key and cert must be specified")
    raise KubectlError(
        f"error: open {given.text('key')}: no such file or directory\n"
        "This terminal has no files: write the Secret as a manifest and use apply -f -."
    )


def _literals(given: Arguments) -> dict[str, str]:
    if given.list("from-file"):
        raise KubectlError("error: this terminal has no files: use --from-literal=key=value")
    found: dict[str, str] = {}
    for pair in given.list("from-literal"):
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise KubectlError(f"error: invalid literal source {pair}, expected key=value")
        if name in found:
            raise KubectlError(f'error: cannot add key "{name}", another key by that name already exists in Data')
        found[name] = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
    return found


def service(kind: str) -> Made:
    """Create a Service of a type."""

    def made(_terminal: Terminal, given: Arguments, name: str) -> Obj:
        labels = {"app": name}
        spec: Obj = {"type": kind, "selector": labels}
        if kind == "ExternalName":
            if not given.text("external-name"):
                raise KubectlError('error: required flag(s) "external-name" not set')
            spec["externalName"] = given.text("external-name")
        elif not given.list("tcp") and given.text("clusterip") != "None":
            raise KubectlError("error: at least one tcp port specifier must be provided")
        if given.list("tcp"):
            spec["ports"] = [_port(text, given) for text in given.list("tcp")]
        if given.text("clusterip"):
            spec["clusterIP"] = given.text("clusterip")
        return {"metadata": {"labels": labels}, "spec": spec}

    made.__doc__ = f"Create a Service of type {kind}."
    return made


def _port(text: str, given: Arguments) -> Obj:
    port, _, target = text.partition(":")
    if not port.isdigit():
        raise KubectlError(f"error: invalid port specification: {text}")
    wanted: Any = int(target) if target.isdigit() else target or int(port)
    found: Obj = {"name": text.replace(":", "-"), "port": int(port), "protocol": "TCP", "targetPort": wanted}
    return {**found, **({"nodePort": given.number("node-port")} if given.number("node-port") else {})}


def cron_job(_terminal: Terminal, given: Arguments, name: str) -> Obj:
    """Create a CronJob."""
    for flag in ("image", "schedule"):
        if not given.text(flag):
            raise KubectlError(f'error: required flag(s) "{flag}" not set')
    container = {"name": name, "image": given.text("image"), **({"command": given.behind} if given.behind else {})}
    pod = {"containers": [container], "restartPolicy": given.text("restart") or "OnFailure"}
    template = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
    return {"spec": {"schedule": given.text("schedule"), "jobTemplate": template}}


def role(terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a Role."""
    return {"rules": _rules(terminal, given)}


def cluster_role(terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a ClusterRole, perhaps one that is put together from others."""
    if given.list("aggregation-rule"):
        labels = dict(pair.partition("=")[::2] for pair in given.list("aggregation-rule"))
        return {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels}]}, "rules": []}
    if given.list("non-resource-url"):
        return {"rules": [{"nonResourceURLs": given.list("non-resource-url"), "verbs": given.list("verb")}]}
    return {"rules": _rules(terminal, given)}


def _rules(terminal: Terminal, given: Arguments) -> list[Obj]:
    if not given.list("verb"):
        raise KubectlError("error: at least one verb must be specified")
    if not given.list("resource"):
        raise KubectlError("error: at least one resource must be specified")
    by_group: dict[str, list[str]] = {}
    for word in given.list("resource"):
        name, slash, sub = word.partition("/")
        found = resource_of(name, terminal.resources) if name != "*" else None
        plural, group = (found.plural, found.group) if found else ("*", "*")
        by_group.setdefault(group, []).append(f"{plural}/{sub}" if slash else plural)
    names = {"resourceNames": given.list("resource-name")} if given.list("resource-name") else {}
    return [
        {"apiGroups": [group], "resources": resources, **names, "verbs": given.list("verb")}
        for group, resources in by_group.items()
    ]


def binding(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a binding of a role to users, groups and service accounts."""
    kind = "ClusterRole" if given.text("clusterrole") else "Role"
    name = given.text("clusterrole") or given.text("role")
    if not name:
        raise KubectlError("error: exactly one of clusterrole or role must be specified")
    group = "rbac.authorization.k8s.io"
    subjects: list[Obj] = [{"kind": "User", "apiGroup": group, "name": one} for one in given.list("user")]
    subjects += [{"kind": "Group", "apiGroup": group, "name": one} for one in given.list("group")]
    for one in given.list("serviceaccount"):
        space, colon, account = one.partition(":")
        if not colon or not space or not account:
            raise KubectlError("error: serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "name": account, "namespace": space})
    return {"roleRef": {"apiGroup": group, "kind": kind, "name": name}, "subjects": subjects}


def quota(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a ResourceQuota."""
    spec: Obj = {}
    if given.text("hard"):
        spec["hard"] = dict(pair.partition("=")[::2] for pair in given.text("hard").split(","))
    if given.text("scopes"):
        spec["scopes"] = given.text("scopes").split(",")
    return {"spec": spec}


def budget(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a PodDisruptionBudget."""
    if not given.text("selector"):
        raise KubectlError("error: a selector must be specified")
    if bool(given.text("min-available")) == bool(given.text("max-unavailable")):
        raise KubectlError("error: one of min-available or max-unavailable must be specified")
    labels = dict(pair.partition("=")[::2] for pair in given.text("selector").split(","))
    field = "minAvailable" if given.text("min-available") else "maxUnavailable"
    value = given.text("min-available") or given.text("max-unavailable")
    return {"spec": {field: int(value) if value.isdigit() else value, "selector": {"matchLabels": labels}}}


def priority_class(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create a PriorityClass."""
    return {
        "value": given.number("value"),
        "globalDefault": given.flag("global-default"),
        "description": given.text("description"),
        "preemptionPolicy": given.text("preemption-policy"),
    }


def ingress(_terminal: Terminal, given: Arguments, _name: str) -> Obj:
    """Create an Ingress of rules host/path=service:port."""
    rules = [_ingress_rule(text) for text in given.list("rule")]
    spec: Obj = {"rules": rules} if rules else {}
    if given.text("class"):
        spec["ingressClassName"] = given.text("class")
    if given.text("default-backend"):
        spec["defaultBackend"] = _ingress_backend(given.text("default-backend"))
    if not spec.get("rules") and "defaultBackend" not in spec:
        raise KubectlError(
            "error: not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)"
        )
    tls = [one for one in (_ingress_tls(text) for text in given.list("rule")) if one]
    if tls:
        spec["tls"] = tls
    annotations = dict(pair.partition("=")[::2] for pair in given.list("annotation"))
    return {"spec": spec, **({"metadata": {"annotations": annotations}} if annotations else {})}


def _ingress_tls(text: str) -> Obj:
    """What `,tls` or `,tls=secret` behind a rule means."""
    place, _, rest = text.partition("=")
    options = rest.split(",")[1:]
    found = next((one for one in options if one.partition("=")[0] == "tls"), None)
    if found is None:
        return {}
    host, secret = place.partition("/")[0], found.partition("=")[2]
    return {**({"hosts": [host]} if host else {}), **({"secretName": secret} if secret else {})}


def _ingress_rule(text: str) -> Obj:
    place, equals, rest = text.partition("=")
    if not equals:
        raise KubectlError(
            f"error: rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
        )
    host, slash, path = place.partition("/")
    exact = not path.endswith("*")
    shown = "/" + path.removesuffix("*") if slash else "/"
    one = {
        "path": shown,
        "pathType": "Exact" if exact else "Prefix",
        "backend": _ingress_backend(rest.partition(",")[0]),
    }
    rule: Obj = {"http": {"paths": [one]}}
    return {"host": host, **rule} if host else rule


def _ingress_backend(text: str) -> Obj:
    name, _, port = text.partition(":")
    return {"service": {"name": name, "port": {"number": int(port)} if port.isdigit() else {"name": port}}}
