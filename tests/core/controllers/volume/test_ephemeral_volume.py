"""Volumes that live as long as their pod."""

from __future__ import annotations

from tests.core.csi.storage_cluster import CLAIMS, VOLUMES, StorageCluster

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  terminationGracePeriodSeconds: 0
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        metadata: {labels: {for: p}}
        spec: {accessModes: [ReadWriteOnce], storageClassName: nfs-csi, resources: {requests: {storage: 1Gi}}}
  containers: [{name: c, image: busybox, command: [sleep, "1000"], volumeMounts: [{name: scratch, mountPath: /s}]}]
"""


def test_a_claim_is_made_with_the_pod_and_goes_with_it() -> None:
    cluster = StorageCluster("nfs")
    cluster.create(POD)
    assert cluster.until(lambda: cluster.runs("p"), 60)
    claim = cluster.get(CLAIMS, "p-scratch")
    assert claim is not None
    owner = claim["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Pod", "p", True)
    assert claim["metadata"]["labels"] == {"for": "p"}
    cluster.delete("pods", "p")
    assert cluster.until(lambda: not cluster.all(CLAIMS) and not cluster.all(VOLUMES), 60)


def test_a_claim_of_somebody_else_is_not_taken() -> None:
    cluster = StorageCluster("nfs")
    cluster.claim("p-scratch", "nfs")
    cluster.create(POD)
    cluster.run(5)
    text = "ephemeral volume scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)"
    assert text in cluster.events("FailedBinding")
