"""The command lines of stress, as lessons write them."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.stress import Stress, stress_of
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec

MI = 1 << 20


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("stress --vm 1 --vm-bytes 150M --vm-hang 1", Stress(1000, 150 * MI, None)),
        ("stress -m 2 --vm-bytes=64k -t 60s", Stress(2000, 2 * 64 << 10, 60)),
        ("/usr/bin/stress-ng --cpu 2 --timeout 5m", Stress(2000, 0, 300)),
        ("stress -cpus 1500m", Stress(1500, 0, None)),
        ("stress -mem-total 1Gi -mem-alloc-size 10Mi", Stress(0, 1 << 30, None)),
        ("stress --vm many --vm-bytes lots", Stress(0, 0, None)),
        ("stress", None),
        ("sleep 5", None),
        ("", None),
    ],
)
def test_command_lines(line: str, found: Stress | None) -> None:
    assert stress_of(tuple(line.split()), 0) == found


def test_the_lesson_about_memory_limits() -> None:
    """https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/: 250M with a limit of 100Mi."""
    world = World()
    limits = {"limits": {"memory": "100Mi"}, "requests": {"memory": "50Mi"}}
    arguments = {"command": ["stress"], "args": ["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"]}
    world.api.bind("demo", spec({"name": "c", "image": "polinux/stress", "resources": limits, **arguments}))
    world.run(8)
    assert world.container("demo")["lastState"]["terminated"]["reason"] == "OOMKilled"
