"""PodSecurity: pods are held to the level of their namespace; templates and labels are warned about.

Upstream: `plugin/pkg/admission/security/podsecurity`, pod-security-admission `admission/admission.go`. Real Kubernetes also writes
audit annotations; the model has no audit log, so the mode audit has no effect.
"""

from __future__ import annotations

from cluster_core.api.errors import invalid
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.plugin import CREATE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.admission.pod_security.policy import (
    LABEL,
    MODES,
    Level,
    label_causes,
    policy_of,
    told,
    violations,
)
from cluster_core.apiserver.admission.pod_security.words import containers

TEMPLATES: dict[str, tuple[str, ...]] = {
    "replicationcontrollers": ("spec", "template"),
    "podtemplates": ("template",),
    "replicasets.apps": ("spec", "template"),
    "deployments.apps": ("spec", "template"),
    "statefulsets.apps": ("spec", "template"),
    "daemonsets.apps": ("spec", "template"),
    "jobs.batch": ("spec", "template"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}
OPERATIONS = (CREATE, UPDATE)
PODS_CHECKED_MAX = 3_000


class PodSecurity(Plugin):
    """The admission plugin."""

    name = "PodSecurity"
    points = (
        *((operation, "pods", part) for operation in OPERATIONS for part in ("", "ephemeralcontainers")),
        *((operation, "namespaces", "") for operation in OPERATIONS),
        *((operation, resource, "") for operation in OPERATIONS for resource in TEMPLATES),
    )

    def validate(self, attributes: Attributes) -> None:
        """403 for a pod that its namespace does not allow; warnings for the rest."""
        if attributes.kind.kind == "Namespace":
            self._of_namespace(attributes)
            return
        policy = self._policy(attributes)
        if not policy:
            return
        if attributes.kind.kind == "Pod":
            self._of_pod(attributes, policy)
            return
        template = _template(attributes.obj, TEMPLATES[attributes.kind.resource])
        if template is not None and template.get("spec"):
            self._warn(attributes, policy["warn"], template.get("metadata") or {}, template["spec"])

    @staticmethod
    def _policy(attributes: Attributes) -> dict[str, Level]:
        namespace = attributes.cache.get("namespaces", "", attributes.namespace)
        labels = (namespace or {}).get("metadata", {}).get("labels") or {}
        return policy_of(labels) if any(LABEL + mode in labels for mode in MODES) else {}

    def _of_pod(self, attributes: Attributes, policy: dict[str, Level]) -> None:
        pod, old = attributes.obj, attributes.old
        if old is not None and not _is_significant(pod, old):
            return
        found = violations(policy["enforce"], pod["metadata"], pod["spec"])
        if found:
            raise attributes.refused(f'violates PodSecurity "{policy["enforce"]}": {told(found)}')
        self._warn(attributes, policy["warn"], pod["metadata"], pod["spec"])

    @staticmethod
    def _warn(attributes: Attributes, level: Level, meta: Obj, spec: Obj) -> None:
        found = violations(level, meta, spec)
        if found:
            attributes.warnings.append(f'would violate PodSecurity "{level}": {told(found)}')

    @staticmethod
    def _of_namespace(attributes: Attributes) -> None:
        labels = attributes.obj["metadata"].get("labels") or {}
        before = ((attributes.old or {}).get("metadata") or {}).get("labels") or {}
        causes = label_causes(labels)
        if causes and label_causes(before) != causes:
            raise invalid("Namespace", "", attributes.obj["metadata"]["name"], causes)
        level = policy_of(labels)["enforce"]
        if attributes.old is not None and level != policy_of(before)["enforce"]:
            attributes.warnings.extend(_existing(attributes, level))


def _existing(attributes: Attributes, level: Level) -> list[str]:
    """Warnings about pods that are there already."""
    name, counted = attributes.obj["metadata"]["name"], dict[str, list[str]]()
    pods = [pod for pod in attributes.cache.of("pods").values() if pod["metadata"]["namespace"] == name]
    for pod in pods[:PODS_CHECKED_MAX]:
        found = violations(level, pod["metadata"], pod["spec"])
        if found:
            counted.setdefault(", ".join(reason for reason, _detail in found), []).append(pod["metadata"]["name"])
    if not counted:
        return []
    warnings = [f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{level}"']
    return warnings + sorted(f"{_some(names)}: {reasons}" for reasons, names in counted.items())


def _some(names: list[str]) -> str:
    first, others = min(names), len(names) - 1
    if not others:
        return first
    return f"{first} (and {others} other pod{'s' if others > 1 else ''})"


def _template(obj: Obj, path: tuple[str, ...]) -> Obj | None:
    found: Obj | None = obj
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _is_significant(pod: Obj, old: Obj) -> bool:
    """Whether an update changes what the checks look at: images and containers."""
    return [_identity(one) for one in containers(pod["spec"])] != [_identity(one) for one in containers(old["spec"])]


def _identity(container: Obj) -> tuple[str, str]:
    return str(container.get("name")), str(container.get("image"))
