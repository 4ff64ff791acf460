"""A node as kubectl describes it: conditions, sizes, and how much of it is given away."""

from __future__ import annotations

from fractions import Fraction

from cluster_core.api.quantity import canonical
from cluster_core.api.quantity import parse as amount_of
from cluster_core.api.request import Obj
from cluster_core.api.timestamp import parse
from cluster_core.apiserver.tables.duration import human
from cluster_core.kubectl.describe.page import Page, flag, moment

ROLE = "node-role.kubernetes.io/"
INFO = (
    ("machineID", "Machine ID"),
    ("systemUUID", "System UUID"),
    ("bootID", "Boot ID"),
    ("kernelVersion", "Kernel Version"),
    ("osImage", "OS Image"),
    ("operatingSystem", "Operating System"),
    ("architecture", "Architecture"),
    ("containerRuntimeVersion", "Container Runtime Version"),
    ("kubeletVersion", "Kubelet Version"),
    ("kubeProxyVersion", "Kube-Proxy Version"),
)


def describe_node(page: Page, node: Obj, lease: Obj | None, pods: list[Obj]) -> None:
    """A node; `pods` are those on it that have not ended."""
    spec, status, labels = node.get("spec", {}), node.get("status", {}), node["metadata"].get("labels") or {}
    roles = sorted(name.removeprefix(ROLE) for name in labels if name.startswith(ROLE) and name != ROLE)
    page.name(node, namespaced=False)
    page.write(0, f"Roles:\t{','.join(roles) or '<none>'}")
    page.marks(node)
    page.write(0, f"CreationTimestamp:\t{moment(node['metadata']['creationTimestamp'])}")
    taints = sorted(spec.get("taints") or (), key=lambda one: (one["effect"], one["key"]))
    page.write(0, "Taints:\t" + "\n\t".join([_taint(one) for one in taints] or ["<none>"]))
    page.write(0, f"Unschedulable:\t{flag(spec.get('unschedulable'))}")
    _lease(page, node, lease)
    _conditions(page, status)
    page.write(0, "Addresses:")
    for one in status.get("addresses", ()):
        page.write(1, f"{one['type']}:\t{one['address']}")
    for field in ("capacity", "allocatable"):
        if status.get(field):
            page.write(0, f"{field.capitalize()}:")
            for name, value in sorted(status[field].items()):
                page.write(1, f"{name}:\t{value}")
    page.write(0, "System Info:")
    for field, words in INFO:
        page.write(1, f"{words}:\t{(status.get('nodeInfo') or {}).get(field, '')}")
    if spec.get("podCIDR"):
        page.write(0, f"PodCIDR:\t{spec['podCIDR']}")
        page.write(0, f"PodCIDRs:\t{','.join(spec.get('podCIDRs') or [spec['podCIDR']])}")
    _pods(page, status.get("allocatable") or status.get("capacity") or {}, pods)


def _taint(one: Obj) -> str:
    value = f"={one['value']}" if one.get("value") else ""
    return f"{one['key']}{value}:{one['effect']}"


def _lease(page: Page, node: Obj, lease: Obj | None) -> None:
    if lease is None:
        name = node["metadata"]["name"]
        page.write(0, f'Lease:\tFailed to get lease: leases.coordination.k8s.io "{name}" not found')
        return
    spec = lease.get("spec", {})
    page.write(0, "Lease:")
    page.write(1, f"HolderIdentity:\t{spec.get('holderIdentity', '<unset>')}")
    page.write(1, f"AcquireTime:\t{moment(spec.get('acquireTime'))}")
    page.write(1, f"RenewTime:\t{moment(spec.get('renewTime'))}")


def _conditions(page: Page, status: Obj) -> None:
    if not status.get("conditions"):
        return
    page.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
    page.write(1, "----\t------\t-----------------\t------------------\t------\t-------")
    for one in status["conditions"]:
        times = f"{moment(one.get('lastHeartbeatTime'))} \t{moment(one.get('lastTransitionTime'))}"
        page.write(1, f"{one['type']} \t{one['status']} \t{times} \t{one.get('reason', '')} \t{one.get('message', '')}")


def _pods(page: Page, size: Obj, pods: list[Obj]) -> None:
    page.write(0, f"Non-terminated Pods:\t({len(pods)} in total)")
    page.write(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    page.write(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
    totals: dict[tuple[str, str], Fraction] = {}
    for pod in pods:
        cells = []
        for resource in ("cpu", "memory", "ephemeral-storage"):
            for field in ("requests", "limits"):
                amount = pod_amount(pod, field, resource)
                totals[(resource, field)] = totals.get((resource, field), Fraction(0)) + amount
                if resource != "ephemeral-storage":
                    cells.append(_share(amount, resource, size))
        age = human(page.now - parse(pod["metadata"]["creationTimestamp"]))
        page.write(1, "\t".join([pod["metadata"]["namespace"], pod["metadata"]["name"], "", *cells, age]))
    page.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)")
    page.write(1, "Resource\tRequests\tLimits")
    page.write(1, "--------\t--------\t------")
    for resource in ("cpu", "memory", "ephemeral-storage"):
        amounts = [
            _share(totals.get((resource, field), Fraction(0)), resource, size) for field in ("requests", "limits")
        ]
        page.write(1, "\t".join([resource, *amounts]))


def pod_amount(pod: Obj, field: str, resource: str) -> Fraction:
    """What a pod asks for: its containers and sidecars together, or an init container if that wants more."""
    spec = pod["spec"]
    own = sum((_amount(one, field, resource) for one in spec["containers"]), Fraction(0))
    sidecars, most = Fraction(0), Fraction(0)
    for one in spec.get("initContainers") or ():
        amount = _amount(one, field, resource)
        if one.get("restartPolicy") == "Always":
            sidecars += amount
            amount = Fraction(0)
        most = max(most, sidecars + amount)
    overhead = amount_of((spec.get("overhead") or {}).get(resource, "0")) if field == "requests" else 0
    return max(own + sidecars, most) + overhead


def _amount(container: Obj, field: str, resource: str) -> Fraction:
    found = ((container.get("resources") or {}).get(field) or {}).get(resource)
    return Fraction(amount_of(found)) if found else Fraction(0)


def _share(amount: Fraction, resource: str, size: Obj) -> str:
    whole = Fraction(amount_of(size[resource])) if size.get(resource) else Fraction(0)
    percent = int(amount / whole * 100) if whole else 0
    return f"{_shown(amount, resource)} ({percent}%)"


def _shown(amount: Fraction, resource: str) -> str:
    """A sum with the suffix that its parts are likely to have had: memory in powers of two where that is exact."""
    if resource == "cpu":
        return canonical(f"{int(amount * 1000)}m")
    whole = int(amount)
    return canonical(f"{whole // 1024}Ki") if whole and whole % 1024 == 0 else str(whole)
