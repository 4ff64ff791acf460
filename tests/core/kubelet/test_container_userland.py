"""What a container finds when its programs start."""

from __future__ import annotations

from tests.core.kubelet.test_containers import logged, started

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  restartPolicy: Never
  hostname: named
  hostAliases: [{ip: 10.1.2.3, hostnames: [other]}]
  containers:
  - {name: c, image: busybox, command: [sh, -c, "hostname; grep other /etc/hosts; head -1 /etc/resolv.conf; echo $KUBERNETES_SERVICE_HOST"]}
"""


def test_files_of_the_runtime() -> None:
    assert logged(started(POD)) == [
        "named",
        "10.1.2.3\tother",
        "search default.svc.cluster.local svc.cluster.local cluster.local",
        "10.96.0.1",
    ]
