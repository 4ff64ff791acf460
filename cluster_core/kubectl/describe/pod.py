"""A pod, and the template of pods, as kubectl describes them."""

from __future__ import annotations

from cluster_core.api.kinds.pod import qos_class
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.describe.containers import describe_containers
from cluster_core.kubectl.describe.page import Page, controller, moment, selector
from cluster_core.kubectl.describe.volumes import describe_volumes


def describe_pod(page: Page, pod: Obj) -> None:
    """A pod: where it is, what it runs, what has become of it."""
    spec, status = pod["spec"], pod.get("status", {})
    page.name(pod)
    _identity(page, spec, status)
    page.marks(pod)
    _phase(page, pod, status)
    page.write(0, f"IP:\t{status.get('podIP', '')}")
    _addresses(page, status)
    if controller(pod):
        page.write(0, f"Controlled By:\t{controller(pod)}")
    if status.get("nominatedNodeName"):
        page.write(0, f"NominatedNodeName:\t{status['nominatedNodeName']}")
    if spec.get("initContainers"):
        describe_containers(page, "Init Containers", spec["initContainers"], status.get("initContainerStatuses"), pod)
    describe_containers(page, "Containers", spec["containers"], status.get("containerStatuses"), pod)
    if spec.get("ephemeralContainers"):
        statuses = status.get("ephemeralContainerStatuses")
        describe_containers(page, "Ephemeral Containers", spec["ephemeralContainers"], statuses, pod)
    _conditions(page, spec, status)
    describe_volumes(page, spec.get("volumes"))
    page.write(0, f"QoS Class:\t{status.get('qosClass') or qos_class(spec)}")
    page.labels("Node-Selectors", spec.get("nodeSelector"))
    _tolerations(page, spec.get("tolerations"))
    _spread(page, spec.get("topologySpreadConstraints"))


def describe_template(page: Page, template: Obj) -> None:
    """The template of a workload."""
    spec, meta = template.get("spec") or {}, template.get("metadata") or {}
    page.write(0, "Pod Template:")
    page.labels("  Labels", meta.get("labels"))
    if meta.get("annotations"):
        page.annotations("  Annotations", meta["annotations"])
    if spec.get("serviceAccountName"):
        page.write(1, f"Service Account:\t{spec['serviceAccountName']}")
    if spec.get("initContainers"):
        describe_containers(page, "Init Containers", spec["initContainers"], None, None, "  ")
    describe_containers(page, "Containers", spec.get("containers") or [], None, None, "  ")
    describe_volumes(page, spec.get("volumes"), "  ")
    _spread(page, spec.get("topologySpreadConstraints"), "  ")
    if spec.get("priorityClassName"):
        page.write(1, f"Priority Class Name:\t{spec['priorityClassName']}")
    page.labels("  Node-Selectors", spec.get("nodeSelector"))
    _tolerations(page, spec.get("tolerations"), "  ")


def _identity(page: Page, spec: Obj, status: Obj) -> None:
    if "priority" in spec:
        page.write(0, f"Priority:\t{spec['priority']}")
    for field, name in (
        ("priorityClassName", "Priority Class Name"),
        ("runtimeClassName", "Runtime Class Name"),
        ("serviceAccountName", "Service Account"),
    ):
        if spec.get(field):
            page.write(0, f"{name}:\t{spec[field]}")
    node = spec.get("nodeName")
    page.write(0, f"Node:\t{node}/{status.get('hostIP', '')}" if node else "Node:\t<none>")
    if status.get("startTime"):
        page.write(0, f"Start Time:\t{moment(status['startTime'])}")


def _phase(page: Page, pod: Obj, status: Obj) -> None:
    ends, phase = pod["metadata"].get("deletionTimestamp"), status.get("phase", "")
    if ends and phase not in ("Failed", "Succeeded"):
        page.write(0, f"Status:\tTerminating (lasts {human(page.now - parse(ends))})")
        page.write(0, f"Termination Grace Period:\t{pod['metadata'].get('deletionGracePeriodSeconds', 0)}s")
    else:
        page.write(0, f"Status:\t{phase}")
    for field in ("reason", "message"):
        if status.get(field):
            page.write(0, f"{field.capitalize()}:\t{status[field]}")
    profile = (pod["spec"].get("securityContext") or {}).get("seccompProfile")
    if profile:
        page.write(0, f"SeccompProfile:\t{profile['type']}")


def _addresses(page: Page, status: Obj) -> None:
    if not status.get("podIPs"):
        page.write(0, "IPs:\t<none>")
        return
    page.write(0, "IPs:")
    for one in status["podIPs"]:
        page.write(1, f"IP:\t{one['ip']}")


def _conditions(page: Page, spec: Obj, status: Obj) -> None:
    conditions = status.get("conditions") or []
    if spec.get("readinessGates"):
        by_type = {one["type"]: one["status"] for one in conditions}
        page.write(0, "Readiness Gates:\n  Type\tStatus")
        for gate in spec["readinessGates"]:
            page.write(1, f"{gate['conditionType']} \t{by_type.get(gate['conditionType'], '<none>')} ")
    if conditions:
        page.write(0, "Conditions:\n  Type\tStatus")
        for one in conditions:
            page.write(1, f"{one['type']} \t{one['status']} ")


def _tolerations(page: Page, tolerations: list[Obj] | None, indent: str = "") -> None:
    lines = [_toleration(one) for one in sorted(tolerations or (), key=lambda one: one.get("key", ""))] or ["<none>"]
    page.write(0, f"{indent}Tolerations:\t" + "\n\t".join(lines))


def _toleration(one: Obj) -> str:
    text = one.get("key", "")
    text += f"={one['value']}" if one.get("value") else ""
    text += f":{one['effect']}" if one.get("effect") else ""
    if one.get("operator") == "Exists" and not one.get("value"):
        text += " op=Exists" if text else "op=Exists"
    return f"{text} for {one['tolerationSeconds']}s" if "tolerationSeconds" in one else text


def _spread(page: Page, constraints: list[Obj] | None, indent: str = "") -> None:
    if not constraints:
        return
    lines = []
    for one in sorted(constraints, key=lambda one: one["topologyKey"]):
        text = f"{one['topologyKey']}:{one['whenUnsatisfiable']} when max skew {one['maxSkew']} is exceeded"
        lines.append(text + (f" for selector {selector(one['labelSelector'])}" if one.get("labelSelector") else ""))
    page.write(0, f"{indent}Topology Spread Constraints:\t" + f"\n{indent}\t".join(lines))
