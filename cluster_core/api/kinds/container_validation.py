"""Validation of containers: ports, environment, mounts, resources, probes. Upstream: `pkg/apis/core/validation/validation.go`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster_core.api import names, quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import must_choose
from cluster_core.api.kinds.field_refs import OF_ENV, validate_field_ref, validate_resource_ref
from cluster_core.api.kinds.kind import named, non_negative
from cluster_core.api.kinds.mount_validation import validate_devices, validate_mounts
from cluster_core.api.kinds.resource_names import (
    is_huge_page,
    is_overcommittable,
    validate_amount,
    validate_container_resource_name,
    validate_huge_pages,
)
from cluster_core.api.kinds.restart_rules import validate_restart
from cluster_core.api.kinds.security_validation import validate_container_security
from cluster_core.api.request import Obj

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
PROTOCOLS = ("SCTP", "TCP", "UDP")
PORT_WORDS = "must be between 1 and 65535, inclusive"
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
ENV_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
PROBE_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def validate_containers(spec: Obj, field: str, path: str, volumes: dict[str, Obj]) -> list[Cause]:
    """Everything that is wrong with the containers or initContainers of a pod; `volumes` are those that mounts may use, by name."""
    causes: list[Cause] = []
    init, seen = field == "initContainers", list[str]()
    for index, container in enumerate(spec.get(field) or ()):
        here, name = f"{path}[{index}]", container.get("name") or ""
        causes += validate_container(container, here, volumes, spec)
        if name and name in seen:
            causes.append(Cause(f"{here}.name", "Duplicate", "", name))
        seen.append(name)
        if "restartPolicy" in container or "restartPolicyRules" in container:
            causes += validate_restart(container, here)
        causes += _validate_life(container, here, init and container.get("restartPolicy") != "Always", spec)
    return causes


def validate_container(container: Obj, path: str, volumes: dict[str, Obj], spec: Obj) -> list[Cause]:
    """What may be wrong with a container of any sort."""
    name = container.get("name") or ""
    causes = named(name, names.label, f"{path}.name") if name else [Cause(f"{path}.name", "Required")]
    causes += _validate_image(container, path)
    policy = container.get("terminationMessagePolicy")
    if policy not in MESSAGE_POLICIES:
        causes += must_choose(policy, MESSAGE_POLICIES, f"{path}.terminationMessagePolicy")
    causes += _validate_ports(container.get("ports") or (), f"{path}.ports")
    for index, env in enumerate(container.get("env") or ()):
        causes += _validate_env(env, f"{path}.env[{index}]")
    causes += _validate_env_from(container.get("envFrom") or (), f"{path}.envFrom")
    if container.get("resizePolicy"):
        causes += _validate_resize(container["resizePolicy"], f"{path}.resizePolicy", spec)
    if container.get("volumeMounts"):
        causes += validate_mounts(container, f"{path}.volumeMounts", volumes)
    if container.get("volumeDevices"):
        causes += validate_devices(container, f"{path}.volumeDevices", volumes)
    if container.get("securityContext"):
        host_users = spec.get("hostUsers") is not False
        causes += validate_container_security(container["securityContext"], f"{path}.securityContext", host_users)
    return causes + validate_resources(container.get("resources") or {}, f"{path}.resources")


def _validate_life(container: Obj, path: str, ends: bool, spec: Obj) -> list[Cause]:
    """Probes and hooks, which a container that `ends` by itself cannot have."""
    given = [field for field in (*PROBES, "lifecycle") if container.get(field) is not None]
    if ends:
        words = "may not be set for init containers without restartPolicy=Always"
        return [Cause(f"{path}.{field}", "Forbidden", words) for field in given]
    causes: list[Cause] = []
    for field in given:
        if field != "lifecycle":
            causes += _validate_probe(container[field], f"{path}.{field}", field != "readinessProbe")
            continue
        for hook in ("postStart", "preStop"):
            handler = container["lifecycle"].get(hook)
            if handler is not None:
                causes += _validate_handler(handler, f"{path}.lifecycle.{hook}", (*HANDLERS, "sleep"), spec)
    return causes


def _validate_image(container: Obj, path: str) -> list[Cause]:
    image, policy = container.get("image", ""), container.get("imagePullPolicy")
    causes: list[Cause] = []
    if not image:
        causes.append(Cause(f"{path}.image", "Required"))
    elif image != image.strip():
        causes.append(Cause(f"{path}.image", "Invalid", "must not have leading or trailing whitespace", image))
    if policy not in PULL_POLICIES:
        causes.append(Cause(f"{path}.imagePullPolicy", "NotSupported", supported(*PULL_POLICIES), policy))
    return causes


def _validate_ports(ports: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for index, port in enumerate(ports):
        here, name = f"{path}[{index}]", port.get("name", "")
        if name and name in seen:
            causes.append(Cause(f"{here}.name", "Duplicate", "", name))
        elif name:
            causes += named(name, names.port_name, f"{here}.name")
            seen.append(name)
        if not port.get("containerPort"):
            causes.append(Cause(f"{here}.containerPort", "Required"))
        causes += [
            Cause(f"{here}.{field}", "Invalid", PORT_WORDS, port[field])
            for field in ("containerPort", "hostPort")
            if port.get(field) and not 1 <= port[field] <= 65535
        ]
        if port.get("protocol") not in PROTOCOLS:
            causes.append(Cause(f"{here}.protocol", "NotSupported", supported(*PROTOCOLS), port.get("protocol")))
    return causes


def _validate_env(env: Obj, path: str) -> list[Cause]:
    name, source = env.get("name", ""), env.get("valueFrom")
    causes = named(name, names.environment, f"{path}.name") if name else [Cause(f"{path}.name", "Required")]
    if source is None:
        return causes
    given = [field for field in ENV_SOURCES if source.get(field) is not None]
    for field in given:
        causes += _validate_env_source(field, source[field], f"{path}.valueFrom.{field}")
    if env.get("value"):
        causes.append(Cause(f"{path}.valueFrom", "Invalid", "may not be specified when `value` is not empty", ""))
    if not given:
        words = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        causes.append(Cause(f"{path}.valueFrom", "Invalid", words, ""))
    elif len(given) > 1:
        causes.append(Cause(f"{path}.valueFrom", "Invalid", "may not have more than one field specified at a time", ""))
    return causes


def _validate_env_source(field: str, source: Obj, path: str) -> list[Cause]:
    if field == "fieldRef":
        return validate_field_ref(source, OF_ENV, path)
    if field == "resourceFieldRef":
        return validate_resource_ref(source, path, in_volume=False)
    if field == "fileKeyRef":
        return []
    causes = [] if source.get("name") else [Cause(f"{path}.name", "Required")]
    key = source.get("key") or ""
    return causes + (named(key, names.config_key, f"{path}.key") if key else [Cause(f"{path}.key", "Required")])


def _validate_env_from(sources: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, source in enumerate(sources):
        here = f"{path}[{index}]"
        if source.get("prefix"):
            causes += named(source["prefix"], names.environment, f"{here}.prefix")
        given = [field for field in ("configMapRef", "secretRef") if source.get(field) is not None]
        causes += [Cause(f"{here}.{field}.name", "Required") for field in given if not source[field].get("name")]
        if not given:
            words = "must specify one of: `configMapRef` or `secretRef`"
            causes.append(Cause(f"{path}", "Invalid", words, ""))
        elif len(given) > 1:
            causes.append(Cause(f"{path}", "Invalid", "may not have more than one field specified at a time", ""))
    return causes


def validate_resources(
    resources: Obj, path: str, validate_name: Callable[[str, str], list[Cause]] = validate_container_resource_name
) -> list[Cause]:
    """Names and amounts of requests and limits; no request over its limit."""
    causes: list[Cause] = []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for field, given in (("limits", limits), ("requests", requests)):
        for name, amount in given.items():
            here = f"{path}.{field}[{name}]"
            causes += validate_name(name, here) + validate_amount(name, amount, here)
            if is_huge_page(name):
                causes += validate_huge_pages(name, amount, here)
    for name, amount in requests.items():
        strict, shown = not is_overcommittable(name), quantity.canonical(amount)
        if name not in limits:
            if strict:
                words = "Limit must be set for non overcommitable resources"
                causes.append(Cause(f"{path}.limits", "Required", words))
            continue
        value, limit = quantity.parse(amount), quantity.parse(limits[name])
        if value > limit or (strict and value != limit):
            how = "equal to" if strict else "less than or equal to"
            words = f"must be {how} {name} limit of {quantity.canonical(limits[name])}"
            causes.append(Cause(f"{path}.requests", "Invalid", words, shown))
    names_given = [*limits, *requests]
    if any(is_huge_page(name) for name in names_given) and not {"cpu", "memory"} & set(names_given):
        causes.append(Cause(path, "Forbidden", "HugePages require cpu or memory"))
    return causes


def _validate_resize(policies: Any, path: str, spec: Obj) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for index, policy in enumerate(policies):
        name = policy.get("resourceName") or ""
        if name in seen:
            causes.append(Cause(f"{path}[{index}]", "Duplicate", "", name))
        seen.append(name)
        causes += must_choose(name, ("cpu", "memory"), path)
        restart = policy.get("restartPolicy")
        causes += must_choose(restart, ("NotRequired", "RestartContainer"), path)
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            words = "must be 'NotRequired' when `restartPolicy` is 'Never'"
            causes.append(Cause(path, "Invalid", words, restart or ""))
    return causes


def _validate_probe(probe: Obj, path: str, once: bool) -> list[Cause]:
    causes = _validate_handler(probe, path, HANDLERS)
    for field in PROBE_NUMBERS:
        causes += non_negative(probe.get(field), f"{path}.{field}")
    grace, here = probe.get("terminationGracePeriodSeconds"), f"{path}.terminationGracePeriodSeconds"
    if grace is not None and not once:
        causes.append(Cause(here, "Invalid", "must not be set for readinessProbes", grace))
    elif grace is not None and grace <= 0:
        causes.append(Cause(here, "Invalid", "must be greater than 0", grace))
    if once and probe.get("successThreshold", 1) != 1:
        causes.append(Cause(f"{path}.successThreshold", "Invalid", "must be 1", probe["successThreshold"]))
    return causes


def _validate_handler(handler: Obj, path: str, ways: tuple[str, ...], spec: Obj | None = None) -> list[Cause]:
    """How a probe or a hook asks; `spec` is that of the pod of a hook."""
    given = [way for way in ways if way in handler]
    if not given:
        return [Cause(path, "Required", "must specify a handler type")]
    causes = [Cause(f"{path}.{way}", "Forbidden", "may not specify more than 1 handler type") for way in given[1:]]
    way, action = given[0], handler[given[0]]
    if way == "exec" and not action.get("command"):
        causes.append(Cause(f"{path}.exec.command", "Required"))
    if way == "httpGet" and action.get("scheme") not in ("HTTP", "HTTPS"):
        causes.append(Cause(f"{path}.httpGet.scheme", "NotSupported", supported("HTTP", "HTTPS"), action.get("scheme")))
    for header in action.get("httpHeaders") or () if way == "httpGet" else ():
        causes += named(header.get("name") or "", names.http_header, f"{path}.httpGet.httpHeaders")
    if way == "sleep" and spec is not None:
        grace, seconds = spec.get("terminationGracePeriodSeconds", 0), action.get("seconds") or 0
        if not 0 <= seconds <= grace:
            words = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            causes.append(Cause(f"{path}.sleep", "Invalid", words, seconds))
    if way in ("httpGet", "tcpSocket", "grpc"):
        causes += validate_target_port(action.get("port", 0), f"{path}.{way}.port")
    return causes


def validate_target_port(port: Any, path: str) -> list[Cause]:
    """A port by number or by name."""
    if isinstance(port, str):
        return named(port, names.port_name, path)
    return [] if 1 <= port <= 65535 else [Cause(path, "Invalid", PORT_WORDS, port)]
