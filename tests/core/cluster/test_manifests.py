"""The manifests that come with the program."""

from __future__ import annotations

import pytest

from cluster_core.cluster.config import ClusterConfig
from cluster_core.cluster.manifests import FOLDER, manifest

FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_every_file_can_be_read_and_says_where_its_objects_belong(name: str) -> None:
    for resource, obj in manifest(name, ClusterConfig()):
        assert resource and obj["metadata"]["name"]
        assert "${" not in str(obj)


def test_what_differs_from_cluster_to_cluster_is_filled_in() -> None:
    found = dict(manifest("kube-flannel", ClusterConfig(pod_cidr="10.9.0.0/16")))
    assert '"Network": "10.9.0.0/16"' in found["configmaps"]["data"]["net-conf.json"]
    (container,) = dict(manifest("kube-proxy", ClusterConfig()))["daemonsets.apps"]["spec"]["template"]["spec"][
        "containers"
    ]
    assert container["command"][-1] == "--hostname-override=$(NODE_NAME)"
