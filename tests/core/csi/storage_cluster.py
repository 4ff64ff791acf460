"""A small cluster with the drivers of storage: everything is real, from the DaemonSet to the file that is still there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cluster_core.cluster.command import Command
from cluster_core.cluster.history import Checkpoint, freeze, thaw
from cluster_core.cluster.storage_add_ons import storage_manifest
from cluster_core.cluster.world import direct
from tests.core.controllers.small_cluster import SmallCluster

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
ATTACHMENTS = "volumeattachments.storage.k8s.io"
CLASSES = {"rbd": "csi-rbd-sc", "nfs": "nfs-csi", "hostpath": "csi-hostpath"}


class StorageCluster(SmallCluster):
    """Nodes n1 and n2, and drivers that run."""

    def __init__(self, *drivers: str) -> None:
        super().__init__()
        self.world = thaw(_installed(drivers))
        self.world.sim.trace = self.trace
        self.hands = self.world.sim.processes["hands"]  # type: ignore[assignment]

    def claim(self, name: str, driver: str, size: str = "1Gi", mode: str = "ReadWriteOnce") -> None:
        """A claim of a driver's class."""
        spec = (
            f"accessModes: [{mode}], storageClassName: {CLASSES[driver]}, resources: {{requests: {{storage: {size}}}}}"
        )
        self.create(f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}}}
spec: {{{spec}}}
""")

    def volume_of(self, claim: str) -> Any:
        """The volume that a claim is bound to."""
        found = self.get(CLAIMS, claim)
        assert found is not None
        return self.get(VOLUMES, found["spec"].get("volumeName", ""))

    def phase(self, resource: str, name: str) -> str:
        """Of an object."""
        found = self.get(resource, name)
        return str(found["status"]["phase"]) if found is not None else ""

    def user(self, name: str, claim: str, node: str = "", **volume: Any) -> None:
        """A pod with a shell that has a claim at /data."""
        more = "".join(f", {key}: {str(value).lower()}" for key, value in volume.items())
        place = f"nodeName: {node}, " if node else ""
        self.create(f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  {{{place}terminationGracePeriodSeconds: 0, volumes: [{{name: d, persistentVolumeClaim: {{claimName: {claim}{more}}}}}],
   containers: [{{name: c, image: busybox, command: [sleep, "100000"], volumeMounts: [{{name: d, mountPath: /data}}]}}]}}
""")

    def until(self, holds: Any, seconds: int = 120) -> bool:
        """Let time pass until something holds; whether it did."""
        for _ in range(seconds * 2):
            if holds():
                return True
            self.run(0.5)
        return bool(holds())

    def runs(self, name: str) -> bool:
        """Whether a pod is Running."""
        return self.phase("pods", name) == "Running"

    def shell(self, name: str, line: str) -> str:
        """What a line of shell in a pod prints."""
        index = 20_000 + len(self.world.streams.sessions)
        params = {"namespace": "default", "pod": name, "command": ["sh", "-c", line]}
        direct(self.world, Command("exec", params, index=index))
        self.run(0.2)
        session = self.world.session(f"session-{index}")
        assert session is not None
        return b"".join(data for _, data in session.chunks).decode()


@lru_cache(maxsize=8)
def _installed(drivers: tuple[str, ...]) -> Checkpoint:
    cluster = SmallCluster()
    cluster.ask("create", "namespaces", body={"metadata": {"name": "kube-system"}})
    for driver in drivers:
        cluster.create(storage_manifest(driver).replace("[SYS_ADMIN]", "[]"))
    for _ in range(120):
        cluster.run(1)
        pods = cluster.all("pods", "kube-system")
        if pods and all(one["status"].get("phase") == "Running" for one in pods):
            break
    cluster.run(2)
    return freeze(cluster.world)
