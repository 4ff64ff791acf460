"""Admission: plugins that change a new or updated object, then plugins that may refuse it, in upstream's order.

Upstream: `pkg/kubeapiserver/options/plugins.go`. Webhooks are stored and never called: nothing here speaks to the outside. Real
Kubernetes would treat each as its failurePolicy says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.bound_policies import has_policies
from cluster_core.apiserver.admission.certificates import (
    CertificateApproval,
    CertificateSigning,
    CertificateSubjectRestriction,
)
from cluster_core.apiserver.admission.default_toleration_seconds import add_tolerations
from cluster_core.apiserver.admission.defaults_of_classes import DefaultIngressClass, DefaultStorageClass
from cluster_core.apiserver.admission.escalation import PrivilegeEscalation
from cluster_core.apiserver.admission.limit_ranger import LimitRanger
from cluster_core.apiserver.admission.namespace_lifecycle import check_namespace
from cluster_core.apiserver.admission.node_restriction import NodeRestriction
from cluster_core.apiserver.admission.node_taint import add_taint
from cluster_core.apiserver.admission.plugin import ANY, CREATE, DELETE, UPDATE, Attributes, Plugin
from cluster_core.apiserver.admission.pod_security.plugin import PodSecurity
from cluster_core.apiserver.admission.pod_topology_labels import add_topology_labels
from cluster_core.apiserver.admission.priority import Priority
from cluster_core.apiserver.admission.runtime_class import RuntimeClass
from cluster_core.apiserver.admission.service_account import add_service_account
from cluster_core.apiserver.admission.storage import PersistentVolumeClaimResize, StorageObjectInUseProtection
from cluster_core.apiserver.write import changed_fields


class ServiceAccount(Plugin):
    """Every pod runs as a service account."""

    name = "ServiceAccount"
    points = ((CREATE, "pods", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The pod with the account and its token."""
        return add_service_account(attributes.obj, attributes.cache, attributes.context.suffix, attributes.given_name())


class TaintNodesByCondition(Plugin):
    """A new node takes no pods until it is Ready."""

    name = "TaintNodesByCondition"
    points = ((CREATE, "nodes", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The node with the taint not-ready."""
        return add_taint(attributes.obj, attributes.cache, attributes.context.suffix)


class DefaultTolerationSeconds(Plugin):
    """Pods stay 300 s on a node that is not ready."""

    name = "DefaultTolerationSeconds"
    points = ((CREATE, "pods", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The pod with the two tolerations."""
        return add_tolerations(attributes.obj, attributes.cache, attributes.context.suffix)


class PodTopologyLabels(Plugin):
    """A pod carries zone and region of its node."""

    name = "PodTopologyLabels"
    points = ((CREATE, "pods", ""),)

    def admit(self, attributes: Attributes) -> Obj:
        """The pod with the labels."""
        return add_topology_labels(attributes.obj, attributes.cache, attributes.context.suffix)


# NamespaceLifecycle comes before all (`check_namespace`), ResourceQuota after all (`quota`), admission
# policies in CEL between the two (`check_policies`).
PLUGINS: list[Plugin] = [
    LimitRanger(),
    ServiceAccount(),
    NodeRestriction(),
    TaintNodesByCondition(),
    PodSecurity(),
    Priority(),
    DefaultTolerationSeconds(),
    DefaultStorageClass(),
    StorageObjectInUseProtection(),
    PersistentVolumeClaimResize(),
    RuntimeClass(),
    CertificateApproval(),
    CertificateSigning(),
    CertificateSubjectRestriction(),
    DefaultIngressClass(),
    PodTopologyLabels(),
    PrivilegeEscalation(),
]


@lru_cache(maxsize=1024)
def plugins_at(operation: str, resource: str, subresource: str) -> tuple[Plugin, ...]:
    """The plugins that take part in an operation, in order."""
    points = ((operation, resource, subresource), (operation, ANY, subresource))
    return tuple(plugin for plugin in PLUGINS if any(point in plugin.points for point in points))


def mutate(attributes: Attributes) -> list[list[Any]]:
    """Let the plugins change `attributes.obj`; [plugin, fields changed] of each that did."""
    told: list[list[Any]] = []
    for plugin in plugins_at(attributes.operation, attributes.kind.resource, attributes.request.subresource):
        before = attributes.obj
        attributes.obj = plugin.admit(attributes)
        if attributes.obj is not before:
            told.append([plugin.name, _changed(attributes.obj, before)])
    return told


def validate(attributes: Attributes) -> None:
    """Let the plugins refuse the change; raises 403."""
    for plugin in plugins_at(attributes.operation, attributes.kind.resource, attributes.request.subresource):
        plugin.validate(attributes)
    if has_policies(attributes.cache):
        # Loaded when first used: policies bring a compiler of CEL.
        from cluster_core.apiserver.admission.policies import check_policies

        check_policies(attributes)


def _changed(new: Obj, old: Obj) -> int:
    return changed_fields(new.get("spec"), old.get("spec")) + changed_fields(new["metadata"], old["metadata"])


__all__ = [
    "CREATE",
    "DELETE",
    "PLUGINS",
    "UPDATE",
    "Attributes",
    "check_namespace",
    "has_policies",
    "mutate",
    "plugins_at",
    "validate",
]
