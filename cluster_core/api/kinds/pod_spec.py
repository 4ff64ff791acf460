"""PodSpec: defaulting and validation, shared by pods and everything with a pod template.

Upstream: `pkg/apis/core/v1/defaults.go`, `pkg/apis/core/validation/validation.go`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api import quantity
from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.kind import LABEL, SUBDOMAIN_WORDS, validate_labels
from cluster_core.api.request import Obj

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
RESTART_POLICIES = ("Always", "OnFailure", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")


def default_pod_spec(spec: Obj) -> Obj:
    """The spec with every default filled in."""
    result = {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "enableServiceLinks": True,
        **{name: value for name, value in spec.items() if value is not None},
    }
    if result.get("serviceAccountName"):
        result["serviceAccount"] = result["serviceAccountName"]
    host_network = bool(result.get("hostNetwork"))
    for field in ("containers", "initContainers"):
        if isinstance(result.get(field), list):
            result[field] = [_default_container(container, host_network) for container in result[field]]
    if isinstance(result.get("volumes"), list):
        result["volumes"] = [_default_volume(volume) for volume in result["volumes"]]
    return result


def _default_container(container: Any, host_network: bool) -> Any:
    if not isinstance(container, dict):
        return container
    image = str(container.get("image", ""))
    latest = image.endswith(":latest") or ":" not in image.rpartition("/")[2]
    result = {
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always" if latest and "@" not in image else "IfNotPresent",
        "resources": {},
        **{name: value for name, value in container.items() if value is not None},
    }
    if isinstance(result.get("ports"), list):
        result["ports"] = [_default_port(port, host_network) for port in result["ports"]]
    resources = result["resources"]
    if isinstance(resources, dict) and resources.get("limits"):
        result["resources"] = {**resources, "requests": {**resources["limits"], **(resources.get("requests") or {})}}
    for probe in PROBES:
        if isinstance(result.get(probe), dict):
            result[probe] = _default_probe(result[probe])
    return result


def _default_port(port: Any, host_network: bool) -> Any:
    if not isinstance(port, dict):
        return port
    result = {"protocol": "TCP", **port}
    if host_network and "hostPort" not in result and "containerPort" in result:
        result["hostPort"] = result["containerPort"]
    return result


def _default_probe(probe: Obj) -> Obj:
    result = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3, **probe}
    if isinstance(result.get("httpGet"), dict):
        result["httpGet"] = {"path": "/", "scheme": "HTTP", **result["httpGet"]}
    if isinstance(result.get("grpc"), dict):
        result["grpc"] = {"service": "", **result["grpc"]}
    return result


def _default_volume(volume: Any) -> Any:
    if not isinstance(volume, dict):
        return volume
    for source in ("configMap", "secret", "projected", "downwardAPI"):
        if isinstance(volume.get(source), dict):
            return {**volume, source: {"defaultMode": 420, **volume[source]}}
    return volume if len(volume) > 1 else {**volume, "emptyDir": {}}


def validate_pod_spec(spec: Any, path: str) -> list[Cause]:
    """Everything that is wrong with a defaulted pod spec."""
    if not isinstance(spec, dict):
        return [Cause(path, "Required")]
    causes: list[Cause] = []
    containers = spec.get("containers")
    if not containers:
        causes.append(Cause(f"{path}.containers", "Required"))
    volumes = _names(spec.get("volumes"), f"{path}.volumes", causes)
    for field in ("initContainers", "containers"):
        listed = spec.get(field) or []
        if not isinstance(listed, list):
            causes.append(Cause(f"{path}.{field}", "Invalid", "must be a list", listed))
            continue
        _names(listed, f"{path}.{field}", causes)
        for index, container in enumerate(listed):
            if isinstance(container, dict):
                causes.extend(_validate_container(container, f"{path}.{field}[{index}]", volumes))
    if spec.get("restartPolicy") not in RESTART_POLICIES:
        causes.append(
            Cause(f"{path}.restartPolicy", "NotSupported", supported(*RESTART_POLICIES), spec.get("restartPolicy"))
        )
    grace = spec.get("terminationGracePeriodSeconds")
    if not isinstance(grace, int) or grace < 0:
        causes.append(
            Cause(f"{path}.terminationGracePeriodSeconds", "Invalid", "must be greater than or equal to 0", grace)
        )
    causes.extend(validate_labels(spec.get("nodeSelector"), f"{path}.nodeSelector"))
    return causes


def _names(items: Any, path: str, causes: list[Cause]) -> list[str]:
    names: list[str] = []
    for index, item in enumerate(items if isinstance(items, list) else ()):
        name = item.get("name") if isinstance(item, dict) else None
        if not name:
            causes.append(Cause(f"{path}[{index}].name", "Required"))
        elif not isinstance(name, str) or not LABEL.fullmatch(name) or len(name) > 63:
            causes.append(Cause(f"{path}[{index}].name", "Invalid", SUBDOMAIN_WORDS, name))
        elif name in names:
            causes.append(Cause(f"{path}[{index}].name", "Duplicate", "", name))
        else:
            names.append(name)
    return names


def _validate_container(container: Obj, path: str, volumes: list[str]) -> list[Cause]:
    causes: list[Cause] = []
    if not container.get("image"):
        causes.append(Cause(f"{path}.image", "Required"))
    if container.get("imagePullPolicy") not in PULL_POLICIES:
        words = supported(*PULL_POLICIES)
        causes.append(Cause(f"{path}.imagePullPolicy", "NotSupported", words, container.get("imagePullPolicy")))
    for index, port in enumerate(container.get("ports") or ()):
        causes.extend(_validate_port(port, f"{path}.ports[{index}]"))
    for index, env in enumerate(container.get("env") or ()):
        if not isinstance(env, dict) or not env.get("name"):
            causes.append(Cause(f"{path}.env[{index}].name", "Required"))
        elif "value" in env and not isinstance(env["value"], str):
            causes.append(Cause(f"{path}.env[{index}].value", "Invalid", "must be a string", env["value"]))
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        if not isinstance(mount, dict) or mount.get("name") not in volumes:
            name = mount.get("name") if isinstance(mount, dict) else mount
            causes.append(Cause(f"{path}.volumeMounts[{index}].name", "Invalid", "", name))
    causes.extend(_validate_resources(container.get("resources"), f"{path}.resources"))
    return causes


def _validate_port(port: Any, path: str) -> list[Cause]:
    number = port.get("containerPort") if isinstance(port, dict) else None
    if number is None:
        return [Cause(f"{path}.containerPort", "Required")]
    causes = []
    for field in ("containerPort", "hostPort"):
        value = port.get(field)
        if value is not None and (not isinstance(value, int) or not 1 <= value <= 65535):
            causes.append(Cause(f"{path}.{field}", "Invalid", "must be between 1 and 65535, inclusive", value))
    if port.get("protocol") not in PROTOCOLS:
        causes.append(Cause(f"{path}.protocol", "NotSupported", supported(*PROTOCOLS), port.get("protocol")))
    return causes


def _validate_resources(resources: Any, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if not isinstance(resources, dict):
        return [Cause(path, "Invalid", "must be an object", resources)]
    for field in ("requests", "limits"):
        for name, amount in (resources.get(field) or {}).items():
            try:
                if quantity.parse(amount) < 0:
                    causes.append(
                        Cause(f"{path}.{field}[{name}]", "Invalid", "must be greater than or equal to 0", amount)
                    )
            except ValueError as error:
                causes.append(Cause(f"{path}.{field}[{name}]", "Invalid", str(error), amount))
    if causes:
        return causes
    limits = resources.get("limits") or {}
    for name, amount in (resources.get("requests") or {}).items():
        if name in limits and quantity.parse(amount) > quantity.parse(limits[name]):
            words = f"must be less than or equal to {name} limit of {limits[name]}"
            causes.append(Cause(f"{path}.requests", "Invalid", words, str(amount)))
    return causes
