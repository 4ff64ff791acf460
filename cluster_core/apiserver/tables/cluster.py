"""The rows of nodes, namespaces, ConfigMaps, Secrets, ServiceAccounts, quotas, leases, classes of priority and runtime, components.

Upstream: printers.go.
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.tables.cells import NONE, age, name, spec, status
from cluster_core.apiserver.tables.printer import Cell, Column, Printer, counted, named, wide

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"


def _node(obj: Obj, now: int) -> list[Cell]:
    info = status(obj).get("nodeInfo") or {}
    return [
        name(obj),
        _node_status(obj),
        _roles(obj["metadata"].get("labels") or {}),
        age(obj, now),
        info.get("kubeletVersion", ""),
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        *[info.get(field) or "<unknown>" for field in ("osImage", "kernelVersion", "containerRuntimeVersion")],
    ]


def _node_status(obj: Obj) -> str:
    ready = [each for each in status(obj).get("conditions") or () if each.get("type") == "Ready"]
    state = "Unknown" if not ready else "Ready" if ready[-1].get("status") == "True" else "NotReady"
    return f"{state},SchedulingDisabled" if spec(obj).get("unschedulable") else state


def _roles(labels: dict[str, str]) -> str:
    roles = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX)}
    return ",".join(sorted((roles | {labels.get(ROLE_LABEL, "")}) - {""})) or NONE


def _address(obj: Obj, kind: str) -> str:
    addresses = status(obj).get("addresses") or ()
    return str(next((each.get("address", "") for each in addresses if each.get("type") == kind), NONE))


def _namespace(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), status(obj).get("phase", ""), age(obj, now)]


def _config_map(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), age(obj, now)]


def _secret(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), obj.get("type", ""), len(obj.get("data") or ()), age(obj, now)]


def _service_account(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), age(obj, now)]


def _resource_quota(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), _used(obj, limits=False), _used(obj, limits=True), age(obj, now)]


def _used(obj: Obj, limits: bool) -> str:
    """ "pods: 2/10, requests.cpu: 1/4": what is used of what is allowed, the limits.* apart."""
    used, hard = status(obj).get("used") or {}, status(obj).get("hard") or {}
    chosen = [key for key in sorted(hard) if key.startswith("limits.") == limits]
    return ", ".join(f"{key}: {used.get(key, '0')}/{hard[key]}" for key in chosen)


def _lease(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), spec(obj).get("holderIdentity", ""), age(obj, now)]


def _priority_class(obj: Obj, now: int) -> list[Cell]:
    default, policy = bool(obj.get("globalDefault")), obj.get("preemptionPolicy", "")
    return [name(obj), counted(obj.get("value")), default, age(obj, now), policy]


def _runtime_class(obj: Obj, now: int) -> list[Cell]:
    return [name(obj), obj.get("handler", ""), age(obj, now)]


def _component(obj: Obj, now: int) -> list[Cell]:
    healthy = next((each for each in obj.get("conditions") or () if each.get("type") == "Healthy"), None)
    if healthy is None:
        return [name(obj), "Unknown", "", ""]
    state = "Healthy" if healthy.get("status") == "True" else "Unhealthy"
    return [name(obj), state, healthy.get("message", ""), healthy.get("error", "")]


def _api_service(obj: Obj, now: int) -> list[Cell]:
    service = spec(obj).get("service")
    host = "Local" if service is None else f"{service.get('namespace', '')}/{service.get('name', '')}"
    return [name(obj), host, _available(obj), age(obj, now)]


def _available(obj: Obj) -> str:
    found = next((each for each in status(obj).get("conditions") or () if each.get("type") == "Available"), None)
    if found is None:
        return "Unknown"
    return f"False ({found.get('reason', '')})" if found.get("status") == "False" else str(found.get("status", ""))


NODE = (
    *named(Column("Status", "The status of the node"), Column("Roles", "The roles of the node")),
    Column("Version", "@core.v1.NodeSystemInfo.kubeletVersion"),
    wide("Internal-IP", "@core.v1.NodeStatus.addresses"),
    wide("External-IP", "@core.v1.NodeStatus.addresses"),
    wide("OS-Image", "@core.v1.NodeSystemInfo.osImage"),
    wide("Kernel-Version", "@core.v1.NodeSystemInfo.kernelVersion"),
    wide("Container-Runtime", "@core.v1.NodeSystemInfo.containerRuntimeVersion"),
)

SECRET = named(Column("Type", "@core.v1.Secret.type"), Column("Data", "@core.v1.Secret.data"))

RESOURCE_QUOTA = named(
    Column("Request", "Request represents a minimum amount of cpu/memory that a container may consume."),
    Column(
        "Limit",
        "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.",
    ),
)

PRIORITY_CLASS = (
    *named(
        Column("Value", "@scheduling.v1.PriorityClass.value", "integer"),
        Column("Global-Default", "@scheduling.v1.PriorityClass.globalDefault", "boolean"),
    ),
    Column("PreemptionPolicy", "@scheduling.v1.PriorityClass.preemptionPolicy"),
)

COMPONENT = named(
    Column("Status", "Status of the component conditions"),
    Column("Message", "Message of the component conditions"),
    Column("Error", "Error of the component conditions"),
    age=False,
)

API_SERVICE = named(
    Column("Service", "The reference to the service that hosts this API endpoint."),
    Column("Available", "Whether this service is available."),
)

PRINTERS = {
    "nodes": Printer(NODE, _node),
    "namespaces": Printer(named(Column("Status", "The status of the namespace")), _namespace),
    "configmaps": Printer(named(Column("Data", "@core.v1.ConfigMap.data")), _config_map),
    "secrets": Printer(SECRET, _secret),
    "serviceaccounts": Printer(named(), _service_account),
    "resourcequotas": Printer(RESOURCE_QUOTA, _resource_quota),
    "leases.coordination.k8s.io": Printer(named(Column("Holder", "@coordination.v1.LeaseSpec.holderIdentity")), _lease),
    "priorityclasses.scheduling.k8s.io": Printer(PRIORITY_CLASS, _priority_class),
    "runtimeclasses.node.k8s.io": Printer(named(Column("Handler", "@node.v1.RuntimeClass.handler")), _runtime_class),
    "componentstatuses": Printer(COMPONENT, _component),
    "apiservices.apiregistration.k8s.io": Printer(API_SERVICE, _api_service),
}
