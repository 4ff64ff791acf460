"""PodTopologyLabels."""

from __future__ import annotations

from cluster_core.apiserver.admission.pod_topology_labels import add_topology_labels
from tests.core.apiserver.admission.samples import cache, pod, suffix


def test_topology_labels_of_the_node() -> None:
    labels = add_topology_labels(pod(nodeName="n1"), cache(), suffix)["metadata"]["labels"]
    assert labels == {"topology.kubernetes.io/zone": "z1", "topology.kubernetes.io/region": "r1"}
    for given in (pod(), pod(nodeName="unknown")):
        assert add_topology_labels(given, cache(), suffix) is given
