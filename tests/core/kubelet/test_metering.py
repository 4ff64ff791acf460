"""What the kubelet tells of consumption."""

from __future__ import annotations

from cluster_core.kubelet.metering import turns_of
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def test_a_pod_is_metered_from_its_start_to_its_end() -> None:
    world = World()
    world.api.bind("web", spec(), {"sim.orrery/cpu": "250m", "sim.orrery/memory": "64Mi"})
    world.run(20)
    meter = world.kubelet.meters()[0]
    container = meter.containers[0]
    assert (container.cpu, container.memory, meter.gone) == (250, 64 * 2**20, False)
    assert container.runs[0][1] is None and meter.is_ready(world.sim.now)
    world.api.delete("web")
    world.run(60)
    last = world.kubelet.meters()[0]
    assert last.gone and last.containers[0].runs[0][1] is not None
    assert not last.is_ready(world.sim.now)


def test_a_pod_that_is_found_is_ready_since_its_condition_says() -> None:
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": "2025-01-01T00:00:07Z"}
    assert turns_of({"conditions": [condition]}) == [7_000_000]
    assert turns_of({"conditions": [{**condition, "status": "False"}]}) == []
    assert turns_of({}) == []


def test_a_restart_of_the_kubelet_loses_little() -> None:
    world = World()
    world.api.bind("web", spec())
    world.run(20)
    before = world.kubelet.meters()[0].turns[0]
    world.kubelet.stop_program()
    world.run(5)
    world.kubelet.restart()
    world.run(5)
    after = world.kubelet.meters()[0].turns
    assert len(after) == 1 and 0 <= before - after[0] < 1_000_000
