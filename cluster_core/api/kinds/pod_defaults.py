"""The defaults of a PodSpec, shared by pods and everything with a pod template. Upstream: `pkg/apis/core/v1/defaults.go`."""

from __future__ import annotations

from typing import Any

from cluster_core.api.kinds.pod_level_resources import default_pod_resources
from cluster_core.api.kinds.volume_defaults import with_source_defaults
from cluster_core.api.request import Obj

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
CONTAINERS = ("containers", "initContainers")
ALL_CONTAINERS = (*CONTAINERS, "ephemeralContainers")
MODES = ("configMap", "secret", "projected", "downwardAPI")


def default_pod_spec(spec: Obj) -> Obj:
    """The spec with the defaults of a template and of a pod."""
    result = {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        **{name: value for name, value in spec.items() if value is not None},
    }
    account = result.get("serviceAccountName") or result.get("serviceAccount")
    if account:
        result["serviceAccountName"] = result["serviceAccount"] = account
    for field in ALL_CONTAINERS:
        if result.get(field):
            result[field] = [_default_container(container) for container in result[field]]
    if result.get("volumes"):
        result["volumes"] = [_default_volume(volume) for volume in result["volumes"]]
    return result


def default_pod(spec: Obj) -> Obj:
    """What only a pod gets, not a template: service links, requests from limits, host ports on the host's network."""
    result = {"enableServiceLinks": True, **default_pod_spec(spec)}
    host_network = bool(result.get("hostNetwork"))
    for field in CONTAINERS:
        if result.get(field):
            result[field] = [_default_pod_container(container, host_network) for container in result[field]]
    return default_pod_resources(result) if result.get("resources") else result


def _default_container(container: Obj) -> Obj:
    result = {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always" if _is_latest(str(container.get("image", ""))) else "IfNotPresent",
        **{name: value for name, value in container.items() if value is not None},
    }
    if result.get("ports"):
        result["ports"] = [{"protocol": "TCP", **port} for port in result["ports"]]
    if result.get("env"):
        result["env"] = [_default_env(env) for env in result["env"]]
    for probe in PROBES:
        if probe in result:
            result[probe] = _default_probe(result[probe])
    if "lifecycle" in result:
        hooks = result["lifecycle"].items()
        result["lifecycle"] = {name: _default_handler(hook) if isinstance(hook, dict) else hook for name, hook in hooks}
    return result


def _is_latest(image: str) -> bool:
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    return tag == "latest" or (not tag and "@" not in image)


def _default_pod_container(container: Obj, host_network: bool) -> Obj:
    limits = container["resources"].get("limits")
    if limits:
        requests = {**limits, **(container["resources"].get("requests") or {})}
        container = {**container, "resources": {**container["resources"], "requests": requests}}
    if host_network and container.get("ports"):
        ports = [
            {**port, "hostPort": port.get("hostPort") or port.get("containerPort", 0)} for port in container["ports"]
        ]
        container = {**container, "ports": ports}
    return container


def _default_env(env: Obj) -> Obj:
    source = env.get("valueFrom") or {}
    if "fieldRef" not in source:
        return env
    return {**env, "valueFrom": {**source, "fieldRef": {"apiVersion": "v1", **source["fieldRef"]}}}


def _default_probe(probe: Obj) -> Obj:
    numbers = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    given = {name: value for name, value in probe.items() if name not in numbers or value}
    return {**numbers, **_default_handler(given)}


def _default_handler(handler: Obj) -> Obj:
    """Of a probe or of a lifecycle hook."""
    if "httpGet" in handler:
        handler = {**handler, "httpGet": {"path": "/", "scheme": "HTTP", **handler["httpGet"]}}
    if "grpc" in handler:
        handler = {**handler, "grpc": {"service": "", **handler["grpc"]}}
    return handler


def _default_volume(volume: Obj) -> Obj:
    if set(volume) <= {"name"}:
        return {**volume, "emptyDir": {}}
    for source in MODES:
        if source in volume:
            volume = {**volume, source: {"defaultMode": 420, **volume[source]}}
    if "projected" in volume and volume["projected"].get("sources"):
        sources = [_default_source(source) for source in volume["projected"]["sources"]]
        volume = {**volume, "projected": {**volume["projected"], "sources": sources}}
    if "downwardAPI" in volume:
        volume = {**volume, "downwardAPI": _default_items(volume["downwardAPI"])}
    if "image" in volume:
        latest = _is_latest(str(volume["image"].get("reference") or ""))
        policy = "Always" if latest else "IfNotPresent"
        volume = {**volume, "image": {"pullPolicy": policy, **volume["image"]}}
    if "ephemeral" in volume and volume["ephemeral"].get("volumeClaimTemplate") is not None:
        template = volume["ephemeral"]["volumeClaimTemplate"]
        claim = {**template, "spec": {"volumeMode": "Filesystem", **(template.get("spec") or {})}}
        volume = {**volume, "ephemeral": {**volume["ephemeral"], "volumeClaimTemplate": claim}}
    return with_source_defaults(volume)


def _default_source(source: Obj) -> Obj:
    if "serviceAccountToken" in source:
        return {**source, "serviceAccountToken": {"expirationSeconds": 3600, **source["serviceAccountToken"]}}
    return {**source, "downwardAPI": _default_items(source["downwardAPI"])} if "downwardAPI" in source else source


def _default_items(source: Obj) -> Obj:
    items: list[Any] = []
    for item in source.get("items") or ():
        field = item.get("fieldRef")
        items.append({**item, "fieldRef": {"apiVersion": "v1", **field}} if field is not None else item)
    return {**source, "items": items} if items else source
