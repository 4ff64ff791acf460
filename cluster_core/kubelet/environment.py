"""The environment of a container: Services, envFrom, env, the downward API, `$(NAME)`. Upstream: `pkg/kubelet/kubelet_pods.go`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from cluster_core.api.quantity import parse_bytes, parse_cpu
from cluster_core.api.request import Obj

Get = Callable[[str, str, str], Obj | None]
REFERENCE = re.compile(r"\$(\$|\(([^)]*)\))")
NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class MissingReference(Exception):
    """A ConfigMap, a Secret or a key that is not there: CreateContainerConfigError, with upstream's text."""


def expand(text: str, known: dict[str, str]) -> str:
    """`$(NAME)` of what is known; `$$` is a dollar. Upstream: `third_party/forked/golang/expansion`."""

    def value(found: re.Match[str]) -> str:
        return "$" if found[1] == "$" else known.get(found[2], found[0])

    return REFERENCE.sub(value, text)


def environment_of(pod: Obj, container: Obj, facts: dict[str, str], services: list[Obj], get: Get) -> dict[str, str]:
    """Every variable, in the order in which they are made. `facts`: podIP, hostIP, nodeName; `get(resource, namespace, name)`."""
    found = {"PATH": PATH, "HOSTNAME": facts.get("hostname", pod["metadata"]["name"])}
    if pod["spec"].get("enableServiceLinks", True):
        found |= service_variables(services)
    found |= {name: value for name, value in service_variables(services).items() if name.startswith("KUBERNETES_")}
    for source in container.get("envFrom") or ():
        found |= _from_source(pod, source, get)
    own: dict[str, str] = {}
    for entry in container.get("env") or ():
        value = _value(pod, container, entry, facts, get, found | own)
        if value is not None:
            own[entry["name"]] = value
    found |= own
    return found


def service_variables(services: list[Obj]) -> dict[str, str]:
    """DB_SERVICE_HOST, DB_PORT and the names of docker links, for every Service with an address."""
    found: dict[str, str] = {}
    for service in services:
        spec, ports = service["spec"], service["spec"].get("ports") or ()
        address = spec.get("clusterIP", "")
        if not ports or address in ("", "None"):
            continue
        name = service["metadata"]["name"].upper().replace("-", "_")
        found[f"{name}_SERVICE_HOST"] = address
        found[f"{name}_SERVICE_PORT"] = str(ports[0]["port"])
        for port in ports:
            if port.get("name"):
                found[f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
        for number, port in enumerate(ports):
            found |= _link(name, address, port, number == 0)
    return found


def _link(name: str, address: str, port: Obj, first: bool) -> dict[str, str]:
    protocol = str(port.get("protocol", "TCP"))
    url = f"{protocol.lower()}://{address}:{port['port']}"
    prefix = f"{name}_PORT_{port['port']}_{protocol}"
    found = {f"{name}_PORT": url} if first else {}
    return found | {
        prefix: url,
        f"{prefix}_PROTO": protocol.lower(),
        f"{prefix}_PORT": str(port["port"]),
        f"{prefix}_ADDR": address,
    }


def data_of(resource: str, obj: Obj) -> dict[str, bytes]:
    """The keys of a ConfigMap or a Secret."""
    if resource == "secrets":
        return {key: base64.b64decode(value or "") for key, value in (obj.get("data") or {}).items()}
    plain = {key: str(value).encode() for key, value in (obj.get("data") or {}).items()}
    return plain | {key: base64.b64decode(value) for key, value in (obj.get("binaryData") or {}).items()}


def _from_source(pod: Obj, source: Obj, get: Get) -> dict[str, str]:
    resource, reference = (
        ("configmaps", source.get("configMapRef")) if "configMapRef" in source else ("secrets", source.get("secretRef"))
    )
    if not reference:
        return {}
    obj = get(resource, pod["metadata"]["namespace"], reference["name"])
    if obj is None:
        if reference.get("optional"):
            return {}
        raise MissingReference(f'{resource.removesuffix("s")} "{reference["name"]}" not found')
    prefix = source.get("prefix", "")
    keys = data_of(resource, obj)
    return {prefix + key: keys[key].decode("utf-8", "replace") for key in sorted(keys) if NAME.fullmatch(prefix + key)}


def _value(pod: Obj, container: Obj, entry: Obj, facts: dict[str, str], get: Get, known: dict[str, str]) -> str | None:
    source = entry.get("valueFrom")
    if not source:
        return expand(str(entry.get("value") or ""), known)
    if "fieldRef" in source:
        return field_of(pod, source["fieldRef"]["fieldPath"], facts)
    if "resourceFieldRef" in source:
        return resource_of(pod, container, source["resourceFieldRef"])
    resource, reference = (
        ("configmaps", source["configMapKeyRef"])
        if "configMapKeyRef" in source
        else ("secrets", source.get("secretKeyRef") or {})
    )
    namespace = pod["metadata"]["namespace"]
    obj = get(resource, namespace, reference.get("name", ""))
    if obj is None:
        if reference.get("optional"):
            return None
        raise MissingReference(f'{resource.removesuffix("s")} "{reference.get("name", "")}" not found')
    keys = data_of(resource, obj)
    if reference["key"] not in keys:
        if reference.get("optional"):
            return None
        kind = "ConfigMap" if resource == "configmaps" else "Secret"
        raise MissingReference(f"couldn't find key {reference['key']} in {kind} {namespace}/{reference['name']}")
    return keys[reference["key"]].decode("utf-8", "replace")


def field_of(pod: Obj, path: str, facts: dict[str, str]) -> str:
    """A field of the downward API."""
    meta, spec = pod["metadata"], pod["spec"]
    keyed = re.fullmatch(r"metadata\.(labels|annotations)(?:\['(.*)'\])?", path)
    if keyed is not None:
        values = meta.get(keyed[1]) or {}
        if keyed[2] is not None:
            return str(values.get(keyed[2], ""))
        return "\n".join(f'{key}="{_escaped(str(value))}"' for key, value in sorted(values.items()))
    values = {
        "metadata.name": meta.get("name", ""),
        "metadata.namespace": meta.get("namespace", ""),
        "metadata.uid": meta.get("uid", ""),
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.podIP": facts.get("podIP", ""),
        "status.podIPs": facts.get("podIP", ""),
        "status.hostIP": facts.get("hostIP", ""),
        "status.hostIPs": facts.get("hostIP", ""),
    }
    return str(values.get(path, ""))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def resource_of(pod: Obj, container: Obj, reference: Obj) -> str:
    """limits.cpu, requests.memory and so on, divided and rounded up."""
    name = reference.get("containerName") or container.get("name")
    spec = next((one for one in pod["spec"]["containers"] if one["name"] == name), container)
    which, _, what = str(reference["resource"]).partition(".")
    amount: Any = ((spec.get("resources") or {}).get(which) or {}).get(what)
    if amount is None:
        return "0"
    divisor = str(reference.get("divisor") or "1")
    divisor = "1" if divisor == "0" else divisor
    if what == "cpu":
        return str(-(-parse_cpu(str(amount)) // parse_cpu(divisor)))
    return str(-(-parse_bytes(str(amount)) // max(1, parse_bytes(divisor))))
