"""Programs in containers wait for the answers of the API server."""

from __future__ import annotations

from cluster_core.cluster.cluster import Cluster
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig
from cluster_core.sim.kernel import US_PER_SECOND as SECOND

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: curlimages/curl
    command: [sh, -c, "sleep 20; curl -sk -X POST -w '%{http_code}' https://kubernetes.default/api/v1/namespaces -H 'Content-Type: application/json' -d '{}'"]
"""


def logged(cluster: Cluster) -> str:
    return "\n".join(line.text for line in cluster.world.container_log("default", "p").lines)


def test_a_refused_write_is_answered() -> None:
    cluster = Cluster(ClusterConfig(nodes=1), 5)
    cluster.apply(Command("apply", {"manifest": POD}))
    cluster.advance(60 * SECOND, 1_000_000)
    assert 'User \\"system:anonymous\\" cannot create resource \\"namespaces\\"' in logged(cluster)
    assert cluster.world.objects("pods")["default/p"]["status"]["phase"] == "Succeeded"
