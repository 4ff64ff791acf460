"""The kinds that the API server serves."""

from __future__ import annotations

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds.admission_registration import (
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    ValidatingWebhookConfiguration,
)
from cluster_core.api.kinds.api_service import APIService
from cluster_core.api.kinds.autoscaling import HorizontalPodAutoscaler
from cluster_core.api.kinds.batch import CronJob, Job
from cluster_core.api.kinds.binding import Binding
from cluster_core.api.kinds.certificates import CertificateSigningRequest
from cluster_core.api.kinds.component_status import ComponentStatus
from cluster_core.api.kinds.configuration import ConfigMap, Secret
from cluster_core.api.kinds.controller_revision import ControllerRevision
from cluster_core.api.kinds.custom_resource_definition import CustomResourceDefinition
from cluster_core.api.kinds.daemon_set import DaemonSet
from cluster_core.api.kinds.endpoints import Endpoints, EndpointSlice
from cluster_core.api.kinds.event import Event, EventsEvent
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.kinds.metrics import NodeMetrics, PodMetrics
from cluster_core.api.kinds.networking import Ingress, IngressClass, IPAddress, NetworkPolicy, ServiceCIDR
from cluster_core.api.kinds.node import Node
from cluster_core.api.kinds.pod import Pod
from cluster_core.api.kinds.pod_template import PodTemplate
from cluster_core.api.kinds.policy import PodDisruptionBudget
from cluster_core.api.kinds.quota import LimitRange, ResourceQuota
from cluster_core.api.kinds.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from cluster_core.api.kinds.reviews import (
    LocalSubjectAccessReview,
    SelfSubjectAccessReview,
    SelfSubjectReview,
    SelfSubjectRulesReview,
    SubjectAccessReview,
    TokenReview,
)
from cluster_core.api.kinds.runtime_class import RuntimeClass
from cluster_core.api.kinds.scheduling import PriorityClass
from cluster_core.api.kinds.service import Service
from cluster_core.api.kinds.simple import Lease, Namespace, ServiceAccount
from cluster_core.api.kinds.stateful_set import StatefulSet
from cluster_core.api.kinds.storage import PersistentVolume, PersistentVolumeClaim
from cluster_core.api.kinds.storage_classes import (
    CSIDriver,
    CSINode,
    CSIStorageCapacity,
    StorageClass,
    VolumeAttachment,
    VolumeAttributesClass,
)
from cluster_core.api.kinds.workload import Deployment, ReplicaSet, ReplicationController

KINDS: list[Kind] = [
    Namespace(),
    Node(),
    Pod(),
    ReplicationController(),
    ReplicaSet(),
    Deployment(),
    Service(),
    Endpoints(),
    EndpointSlice(),
    ConfigMap(),
    Secret(),
    ServiceAccount(),
    PersistentVolumeClaim(),
    PersistentVolume(),
    Event(),
    EventsEvent(),
    Lease(),
    Job(),
    CronJob(),
    StatefulSet(),
    DaemonSet(),
    ControllerRevision(),
    HorizontalPodAutoscaler(),
    PodDisruptionBudget(),
    Ingress(),
    IngressClass(),
    NetworkPolicy(),
    IPAddress(),
    ServiceCIDR(),
    StorageClass(),
    CSIDriver(),
    CSINode(),
    CSIStorageCapacity(),
    VolumeAttachment(),
    VolumeAttributesClass(),
    Role(),
    ClusterRole(),
    RoleBinding(),
    ClusterRoleBinding(),
    PriorityClass(),
    RuntimeClass(),
    ValidatingAdmissionPolicy(),
    ValidatingAdmissionPolicyBinding(),
    MutatingAdmissionPolicy(),
    MutatingAdmissionPolicyBinding(),
    ValidatingWebhookConfiguration(),
    MutatingWebhookConfiguration(),
    CertificateSigningRequest(),
    ResourceQuota(),
    LimitRange(),
    PodTemplate(),
    ComponentStatus(),
    Binding(),
    TokenReview(),
    SelfSubjectReview(),
    SubjectAccessReview(),
    LocalSubjectAccessReview(),
    SelfSubjectAccessReview(),
    SelfSubjectRulesReview(),
    CustomResourceDefinition(),
    APIService(),
    NodeMetrics(),
    PodMetrics(),
]

_BY_NAME = {
    name: kind
    for kind in reversed(KINDS)
    for name in (kind.resource, kind.plural, kind.singular, *kind.short_names, f"{kind.singular}.{kind.group}")
    if kind.singular or name == kind.resource
}
_BY_GVK = {(kind.api_version, kind.kind): kind for kind in KINDS}


def by_resource(name: str) -> Kind:
    """The kind of "pods", "deployments.apps", "deploy" …; kubectl's words for an unknown one."""
    found = _BY_NAME.get(name)
    if found is None:
        raise ApiError(404, "NotFound", f'the server doesn\'t have a resource type "{name}"')
    return found


def by_gvk(api_version: str, kind: str) -> Kind:
    """The kind of an object's apiVersion and kind; kubectl's words for an unknown one."""
    found = _BY_GVK.get((api_version, kind))
    if found is None:
        raise ApiError(
            404, "NotFound", f'no matches for kind "{kind}" in version "{api_version}"\nensure CRDs are installed first'
        )
    return found
