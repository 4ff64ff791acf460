"""The control loops of kube-controller-manager."""

from __future__ import annotations

from cluster_core.client.controller import Controller
from cluster_core.controllers.autoscaling.horizontal import HorizontalPodAutoscalerController
from cluster_core.controllers.cluster_role_aggregation import ClusterRoleAggregation
from cluster_core.controllers.cron_job import CronJobController
from cluster_core.controllers.daemon_set import DaemonSetController
from cluster_core.controllers.deployment import DeploymentController
from cluster_core.controllers.disruption import DisruptionController
from cluster_core.controllers.endpoint_slice_mirroring import EndpointSliceMirroringController
from cluster_core.controllers.endpoint_slices import EndpointSliceController
from cluster_core.controllers.endpoints import EndpointsController
from cluster_core.controllers.garbage_collector import GarbageCollector
from cluster_core.controllers.job import JobController
from cluster_core.controllers.job_orphans import JobOrphanController
from cluster_core.controllers.namespace_deletion import NamespaceController
from cluster_core.controllers.namespaces import RootCaPublisher, ServiceAccountController
from cluster_core.controllers.node_lifecycle import NodeLifecycleController
from cluster_core.controllers.node_ttl import NodeTtlController
from cluster_core.controllers.pod_garbage import PodGarbageCollector
from cluster_core.controllers.replicas import ReplicaSetController, ReplicationControllerController
from cluster_core.controllers.resource_quota import ResourceQuotaController
from cluster_core.controllers.stateful_set import StatefulSetController
from cluster_core.controllers.storage_protection import ClaimProtection, VolumeProtection
from cluster_core.controllers.taint_eviction import TaintEvictionController
from cluster_core.controllers.token_secrets import TokenSecretController
from cluster_core.controllers.ttl_after_finished import TtlAfterFinishedController
from cluster_core.controllers.volume.attach_detach import AttachDetachController
from cluster_core.controllers.volume.binder import PersistentVolumeBinder
from cluster_core.controllers.volume.ephemeral_volume import EphemeralVolumeController
from cluster_core.controllers.volume.expand import ExpandController

CONTROLLERS: list[type[Controller]] = [
    DeploymentController,
    ReplicaSetController,
    ReplicationControllerController,
    StatefulSetController,
    DaemonSetController,
    DisruptionController,
    JobController,
    JobOrphanController,
    CronJobController,
    TtlAfterFinishedController,
    EndpointSliceController,
    EndpointsController,
    EndpointSliceMirroringController,
    NodeLifecycleController,
    NodeTtlController,
    TaintEvictionController,
    NamespaceController,
    ServiceAccountController,
    RootCaPublisher,
    GarbageCollector,
    PodGarbageCollector,
    ClusterRoleAggregation,
    ResourceQuotaController,
    TokenSecretController,
    HorizontalPodAutoscalerController,
    PersistentVolumeBinder,
    AttachDetachController,
    ExpandController,
    EphemeralVolumeController,
    ClaimProtection,
    VolumeProtection,
]
