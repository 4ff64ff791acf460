"""Whatever happens to claims, pods and nodes: one claim per volume, one node per disk, and a file is there as long as its claim."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.csi.storage_cluster import ATTACHMENTS, CLAIMS, VOLUMES, StorageCluster

MODES = ["ReadWriteOnce", "ReadWriteMany"]
STEPS = st.lists(
    st.tuples(st.sampled_from(["move", "kill", "claim", "unclaim", "fail", "mend", "manager"]), st.integers(0, 3)),
    min_size=2,
    max_size=8,
)


class Life:
    """A cluster with network disks, three claims, and a pod per claim that notes its name in a file."""

    def __init__(self) -> None:
        self.cluster = StorageCluster("rbd")
        self.written: dict[str, str] = {}
        self.born = 0
        self.bindings: dict[str, str] = {}

    def do(self, what: str, number: int) -> None:
        """One step."""
        cluster, name, node = self.cluster, f"c{number % 2}", f"n{number % 2 + 1}"
        if what == "claim" and cluster.get(CLAIMS, name) is None:
            cluster.claim(name, "rbd", "1Mi")
        elif what == "unclaim":
            cluster.delete(CLAIMS, name)
            self._stop(name, 0)
            self.written.pop(name, None)
        elif what in ("move", "kill"):
            self._stop(name, 0 if what == "kill" else None)
            self._start(name, node)
        elif what == "fail":
            cluster.fault("node-down", node)
        elif what == "mend":
            cluster.fault("node-up", node)
        elif what == "manager":
            cluster.fault("apiserver-down")
            cluster.run(3)
            cluster.fault("apiserver-up")

    def look(self) -> None:
        """What must hold after every moment."""
        claims, volumes = self.cluster.all(CLAIMS), self.cluster.all(VOLUMES)
        named = [one["spec"]["volumeName"] for one in claims if one["spec"].get("volumeName")]
        assert len(named) == len(set(named)), "a volume for each claim"
        for one in claims:
            uid, volume = one["metadata"]["uid"], one["spec"].get("volumeName")
            if volume:
                assert self.bindings.setdefault(uid, volume) == volume, "a claim keeps its volume"
        for volume in volumes:
            ref = volume["spec"].get("claimRef") or {}
            holders = [one for one in claims if one["metadata"]["uid"] == ref.get("uid")]
            assert len(holders) <= 1
        places: dict[str, list[str]] = {}
        for one in self.cluster.all(ATTACHMENTS):
            if (one.get("status") or {}).get("attached") and not one["metadata"].get("deletionTimestamp"):
                places.setdefault(one["spec"]["source"]["persistentVolumeName"], []).append(one["spec"]["nodeName"])
        assert all(len(nodes) == 1 for nodes in places.values()), f"a disk is on one node: {places}"

    def converge(self) -> None:
        """Everything heals: each claim that is left gets a pod, which finds what was written before."""
        cluster = self.cluster
        for node in ("n1", "n2"):
            cluster.fault("node-up", node)
        cluster.run(90)
        for claim in cluster.all(CLAIMS):
            name = claim["metadata"]["name"]
            if claim["metadata"].get("deletionTimestamp"):
                continue
            self._stop(name, 0)
            pod = self._start(name, "")
            assert cluster.until(lambda pod=pod: cluster.runs(pod), 600), f"{pod} does not run"
            if name in self.written:
                assert cluster.shell(pod, "cat /data/note").strip() == self.written[name]

    def _stop(self, claim: str, grace: int | None) -> None:
        for pod in self._pods(claim):
            options = {} if grace is None else {"grace_period": grace}
            self.cluster.delete("pods", pod["metadata"]["name"], **options)

    def _start(self, claim: str, node: str) -> str:
        self.born += 1
        name = f"{claim}-{self.born}"
        self.cluster.user(name, claim, node)
        return name

    def _pods(self, claim: str) -> list[Any]:
        return [pod for pod in self.cluster.all("pods") if pod["metadata"]["name"].startswith(f"{claim}-")]

    def write(self) -> None:
        """Pods that run note their names."""
        for claim in ("c0", "c1"):
            running = [pod for pod in self._pods(claim) if self._is_up(pod)]
            if running and self.cluster.get(CLAIMS, claim) is not None:
                name = running[-1]["metadata"]["name"]
                if self.cluster.shell(name, f"echo {name} > /data/note && cat /data/note").strip() == name:
                    self.written[claim] = name

    def _is_up(self, pod: Any) -> bool:
        kubelet = self.cluster.world.sim.processes[f"kubelet/{pod['spec'].get('nodeName', 'n1')}"]
        leaves = pod["metadata"].get("deletionTimestamp")
        return pod["status"].get("phase") == "Running" and not kubelet.down and not leaves


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(STEPS)
def test_disks_and_files_through_a_rough_life(steps: list[tuple[str, int]]) -> None:
    life = Life()
    for number in (0, 1):
        life.do("claim", number)
        life.do("move", number)
    for what, number in steps:
        life.do(what, number)
        for _ in range(12):
            life.cluster.run(1.5)
            life.look()
        life.write()
    life.converge()
    life.look()
