"""The plugins of the default profile, in the order in which they filter."""

from __future__ import annotations

from cluster_core.scheduler.framework import Plugin
from cluster_core.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from cluster_core.scheduler.plugins.default_preemption import DefaultPreemption
from cluster_core.scheduler.plugins.dynamic_resources import DynamicResources
from cluster_core.scheduler.plugins.image_locality import ImageLocality
from cluster_core.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster_core.scheduler.plugins.node_affinity import NodeAffinity
from cluster_core.scheduler.plugins.node_name import NodeName
from cluster_core.scheduler.plugins.node_ports import NodePorts
from cluster_core.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster_core.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from cluster_core.scheduler.plugins.resources_fit import NodeResourcesFit
from cluster_core.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster_core.scheduler.plugins.taint_toleration import TaintToleration
from cluster_core.scheduler.plugins.topology_spread import PodTopologySpread
from cluster_core.scheduler.plugins.volume_binding import VolumeBinding
from cluster_core.scheduler.plugins.volume_restrictions import VolumeRestrictions
from cluster_core.scheduler.plugins.volume_zone import VolumeZone

PLUGINS: list[type[Plugin]] = [
    SchedulingGates,
    NodeUnschedulable,
    NodeName,
    TaintToleration,
    NodeAffinity,
    NodePorts,
    NodeResourcesFit,
    VolumeRestrictions,
    NodeVolumeLimits,
    VolumeBinding,
    VolumeZone,
    PodTopologySpread,
    InterPodAffinity,
    DynamicResources,
    DefaultPreemption,
    NodeResourcesBalancedAllocation,
    ImageLocality,
]
