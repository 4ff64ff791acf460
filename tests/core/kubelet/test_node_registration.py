"""How a kubelet makes itself known, step by step: what it asks of an API server, and what it does with the answers."""

from __future__ import annotations

from typing import Any

import pytest

from cluster_core.api.request import Request
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.node_registration import RETRY_US, STATUS_US, is_ready
from cluster_core.kubelet.node_status import NodeSpec
from cluster_core.sim.kernel import Simulation
from cluster_core.sim.links import Links
from cluster_core.sim.process import TopologyChanged
from cluster_core.sim.rng import Streams
from cluster_core.sim.trace import Trace
from tests.core.kubelet.fake_apiserver import SECOND, FakeApiServer, FakeNetwork

LEASE = ("leases.coordination.k8s.io", "kube-node-lease", "node-1")
NODE = ("nodes", "", "node-1")


class Registry(FakeApiServer):
    """Writes down what was asked about the node and its Lease; `failing` requests answer 503, `hidden` ones 404."""

    def __init__(self, sim: Simulation) -> None:
        super().__init__(sim)
        self.asked: list[str] = []
        self.failing: list[str] = []

    def on_request(self, request: Request) -> None:
        if request.resource in ("nodes", LEASE[0]) and request.verb not in ("list", "watch"):
            line = " ".join(filter(None, (request.verb, request.resource.partition(".")[0], request.subresource)))
            self.asked.append(line)
            if line in self.failing:
                self.refuse(request, 503, "ServiceUnavailable")
                return
        super().on_request(request)

    def refuse(self, request: Request, code: int, reason: str) -> None:
        setattr(self, f"_{request.verb}", lambda _: (code, {"reason": reason}))
        super().on_request(request)
        delattr(self, f"_{request.verb}")


class Machine:
    def __init__(self, *failing: str, **objects: Any) -> None:
        self.sim = Simulation(Streams(1), Links(), Trace(1_000), 100_000)
        self.api = Registry(self.sim)
        self.api.failing = list(failing)
        self.kubelet = Kubelet(self.sim, NodeSpec("node-1", "172.18.0.3"), FakeNetwork(), ())

    def start(self) -> Machine:
        self.kubelet.start()
        self.run(1)
        return self

    def run(self, seconds: float) -> None:
        self.sim.advance(self.sim.now + int(seconds * SECOND), 100_000)

    def asked(self) -> list[str]:
        found, self.api.asked = self.api.asked, []
        return found

    def wake(self) -> list[str]:
        """The way to the API server has changed; what is asked then."""
        self.asked()
        self.sim.schedule(self.sim.now, "kubelet/node-1", TopologyChanged("apiserver"))
        self.run(1)
        return self.asked()

    def condition(self, status: str) -> None:
        """Somebody writes another Ready into the Node."""
        node = self.api.objects[NODE]
        ready = {"type": "Ready", "status": status, "lastTransitionTime": "2025-01-01T00:00:01Z"}
        self.api.put("nodes", {**node, "status": {**node["status"], "conditions": [ready]}}, "MODIFIED")

    def reasons(self) -> list[str]:
        return [reason for _, reason, _ in self.api.events]


def test_a_new_node_is_created_with_its_lease() -> None:
    machine = Machine().start()
    assert machine.asked() == ["create nodes", "create leases"]
    assert machine.reasons() == ["Starting", "NodeReady"]
    uid = machine.api.objects[NODE]["metadata"]["uid"]
    assert machine.api.objects[LEASE]["metadata"]["ownerReferences"][0]["uid"] == uid
    machine.run(3_600)
    assert machine.asked() == [], "the Lease renews itself"


def test_a_node_that_is_there_already_gets_a_new_status() -> None:
    machine = Machine()
    old = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node-1", "uid": "u"},
        "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]},
    }
    machine.api.put("nodes", old, "ADDED")
    machine.start()
    assert machine.asked()[:3] == ["create nodes", "get nodes", "create leases"]
    assert is_ready(machine.api.objects[NODE]) and machine.api.objects[NODE]["metadata"]["uid"] == "u"
    assert machine.reasons() == ["NodeReady"]


@pytest.mark.parametrize(
    ("failing", "asked_again"),
    [
        ("create nodes", ["create nodes", "create leases"]),
        ("create leases", ["get nodes", "patch leases", "patch nodes status", "create leases"]),
    ],
)
def test_what_fails_is_tried_again_after_ten_seconds(failing: str, asked_again: list[str]) -> None:
    machine = Machine(failing).start()
    first = machine.asked()
    assert failing in first
    machine.run(RETRY_US / SECOND - 2)
    assert machine.asked() == [] and failing not in machine.api.objects
    machine.api.failing = []
    machine.run(3)
    assert machine.asked() == asked_again
    machine.run(RETRY_US / SECOND + 5)
    assert NODE in machine.api.objects and LEASE in machine.api.objects


def test_two_failures_make_one_retry() -> None:
    machine = Machine().start()
    machine.api.failing = ["get nodes", "patch leases"]
    assert machine.wake() == ["get nodes", "patch leases"]
    machine.run(RETRY_US / SECOND + 1)
    assert machine.asked() == ["get nodes", "patch leases"]


def test_within_reach_again_the_status_is_told_and_the_lease_renewed() -> None:
    machine = Machine().start()
    machine.condition("Unknown")
    assert sorted(machine.wake()) == ["get nodes", "patch leases", "patch nodes status"]
    assert is_ready(machine.api.objects[NODE])
    assert machine.reasons()[-1] == "NodeReady"


def test_a_verdict_of_before_the_renewal_is_corrected_one_period_later() -> None:
    machine = Machine().start()
    machine.wake()
    machine.condition("Unknown")
    machine.run(STATUS_US / SECOND - 2)
    assert not is_ready(machine.api.objects[NODE])
    machine.run(3)
    assert machine.asked() == ["get nodes", "patch nodes status"] and is_ready(machine.api.objects[NODE])
    machine.wake()
    machine.run(STATUS_US / SECOND + 1)
    assert machine.asked() == ["get nodes"], "a Node that says the truth is not written"


def test_a_lost_lease_is_created_again() -> None:
    machine = Machine().start()
    machine.api.put(LEASE[0], machine.api.objects[LEASE], "DELETED")
    assert "create leases" in machine.wake() and LEASE in machine.api.objects


def test_a_node_that_somebody_deleted_is_created_again() -> None:
    machine = Machine().start()
    machine.api.put("nodes", machine.api.objects[NODE], "DELETED")
    assert "create nodes" in machine.wake() and is_ready(machine.api.objects[NODE])


@pytest.mark.parametrize(
    ("conditions", "ready"),
    [
        ([{"type": "Ready", "status": "True"}], True),
        ([{"type": "Ready", "status": "Unknown"}], False),
        ([{"type": "DiskPressure", "status": "True"}], False),
        ([], False),
        (None, False),
    ],
)
def test_ready(conditions: Any, ready: bool) -> None:
    assert is_ready({"status": {"conditions": conditions}}) is ready
    assert not is_ready({})
