"""Warnings about the spec of a pod or of a template: what is deprecated, means something else, or does nothing.

Upstream: `pkg/api/pod/warnings.go`, `pkg/api/node/util.go`. Left out: secrets and other sources whose path a token takes in a projected volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cluster_core.api import quantity
from cluster_core.api.request import Obj

LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
SCHEDULED = ("requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution")
NO_SELECTOR = "a null labelSelector results in matching no pod"


def pod_warnings(template: Obj, path: str) -> list[str]:
    """What is worth a warning in a pod (path "") or in a template ("spec.template.")."""
    spec, meta = template.get("spec") or {}, template.get("metadata") or {}
    annotations = meta.get("annotations") or {}
    at = f"{path}spec"
    found = [f"{at}.nodeSelector[{key}]: {_label(key)}" for key in spec.get("nodeSelector") or {} if key in LABELS]
    found += _node_affinity(spec, at) + _spread(spec, at)
    found += [f"{path}metadata.annotations[{key}]: {words}" for key, words in ANNOTATIONS.items() if key in annotations]
    for index, volume in enumerate(spec.get("volumes") or ()):
        found += [f"{at}.volumes[{index}].{kind}: {VOLUMES[kind]}" for kind in volume if kind in VOLUMES]
    found += _twice(spec.get("hostAliases"), "ip", f"{at}.hostAliases")
    found += _twice(spec.get("imagePullSecrets"), "name", f"{at}.imagePullSecrets")
    found += [
        f'{at}.imagePullSecrets[{index}].name: invalid empty name ""'
        for index, secret in enumerate(spec.get("imagePullSecrets") or ())
        if not secret.get("name")
    ]
    for where, container in _containers(spec, at):
        found += _fractions(container, where) + _hidden(container, where)
    found += _ports(spec, at)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        words = "must be >= 0; negative values are invalid and will be treated as 1"
        found.append(f"{at}.terminationGracePeriodSeconds: {words}")
    return found + _pod_affinity(spec, at)


def _label(key: str) -> str:
    since, instead = LABELS[key]
    return f'deprecated since {since}; use "{instead}" instead'


def _node_affinity(spec: Obj, at: str) -> list[str]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    path = f"{at}.affinity.nodeAffinity"
    required = (affinity.get(SCHEDULED[0]) or {}).get("nodeSelectorTerms") or ()
    terms = [(f"{path}.{SCHEDULED[0]}.nodeSelectorTerms[{index}]", term) for index, term in enumerate(required)]
    for index, preferred in enumerate(affinity.get(SCHEDULED[1]) or ()):
        terms.append((f"{path}.{SCHEDULED[1]}[{index}].preference", preferred.get("preference") or {}))
    return [
        f"{where}.matchExpressions[{index}].key: {expression['key']} is {_label(expression['key'])}"
        for where, term in terms
        for index, expression in enumerate(term.get("matchExpressions") or ())
        if expression.get("key") in LABELS
    ]


def _spread(spec: Obj, at: str) -> list[str]:
    found = []
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        path, key = f"{at}.topologySpreadConstraints[{index}]", constraint.get("topologyKey")
        if key in LABELS:
            found.append(f"{path}.topologyKey: {key} is {_label(key)}")
        if constraint.get("labelSelector") is None:
            found.append(f"{path}.labelSelector: {NO_SELECTOR}")
    return found


def _pod_affinity(spec: Obj, at: str) -> list[str]:
    found = []
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(kind) or {}
        path = f"{at}.affinity.{kind}"
        terms = [(f"[{index}]", term) for index, term in enumerate(affinity.get(SCHEDULED[0]) or ())]
        found += [f"{path}.{SCHEDULED[0]}{where}.labelSelector: {NO_SELECTOR}" for where, term in terms if _none(term)]
        for index, weighted in enumerate(affinity.get(SCHEDULED[1]) or ()):
            if _none(weighted.get("podAffinityTerm") or {}):
                found.append(f"{path}.{SCHEDULED[1]}[{index}].podAffinityTerm.labelSelector: {NO_SELECTOR}")
    return found


def _none(term: Obj) -> bool:
    return term.get("labelSelector") is None


def _twice(items: list[Obj] | None, field: str, path: str) -> list[str]:
    found, seen = [], set[str]()
    for index, item in enumerate(items or ()):
        value = str(item.get(field, ""))
        if value in seen:
            found.append(f'{path}[{index}].{field}: duplicate {field} "{value}"')
        seen.add(value)
    return found


def _containers(spec: Obj, at: str) -> Iterator[tuple[str, Obj]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield f"{at}.{field}[{index}]", container


def _fractions(container: Obj, where: str) -> list[str]:
    resources = container.get("resources") or {}
    return [
        f'{where}.resources.{part}[{name}]: fractional byte value "{value}" is invalid, must be an integer'
        for name in ("memory", "ephemeral-storage")
        for part in ("limits", "requests")
        if (value := (resources.get(part) or {}).get(name)) is not None and Fraction(quantity.parse(value)) % 1
    ]


def _hidden(container: Obj, where: str) -> list[str]:
    """A variable that is set again is fine if its new value refers to the old one."""
    found, seen = [], set[str]()
    for index, variable in enumerate(container.get("env") or ()):
        name, value = variable.get("name", ""), variable.get("value", "")
        reference = f"$({name})"
        if name in seen and (variable.get("valueFrom") is not None or value == reference or reference not in value):
            words = f'hides previous definition of "{name}", which may be dropped when using apply'
            found.append(f"{where}.env[{index}]: {words}")
        seen.add(name)
    return found


def _ports(spec: Obj, at: str) -> list[str]:
    found: list[str] = []
    known: dict[tuple[int, str], list[tuple[str, Obj]]] = {}
    for where, container in _containers(spec, at):
        for index, port in enumerate(container.get("ports") or ()):
            here = f"{where}.ports[{index}]"
            others = known.setdefault((port.get("containerPort", 0), port.get("protocol", "TCP")), [])
            found += [
                f"{here}: {words} port definition with {there}"
                for there, other in others
                if (words := _clash(port, other))
            ]
            others.append((here, port))
    return found


def _clash(port: Obj, other: Obj) -> str:
    mine, theirs = ((each.get("hostIP", ""), each.get("hostPort", 0)) for each in (port, other))
    if mine == theirs:
        return "duplicate"
    if not mine[1] or not theirs[1]:
        return "overlapping"
    return "dangerously ambiguous" if mine[1] == theirs[1] and bool(mine[0]) != bool(theirs[0]) else ""
