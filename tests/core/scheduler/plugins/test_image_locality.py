"""ImageLocality."""

from __future__ import annotations

from cluster_core.scheduler.framework import CycleState
from cluster_core.scheduler.plugins.image_locality import ImageLocality, normalized
from tests.core.scheduler.machines import node, pod, snapshot

MIB = 1024 * 1024


def test_a_node_with_the_image_scores_by_its_size_and_by_how_many_have_it() -> None:
    there, without = node("a", images={"big:1": 1000 * MIB}), node("b")
    plugin, wants = ImageLocality(), pod(image="big:1")
    alone, half = snapshot(there), snapshot(there, without)
    assert plugin.score(CycleState(), wants, there, alone) == 100
    assert 0 < plugin.score(CycleState(), wants, there, half) < 100
    assert plugin.score(CycleState(), wants, without, half) == 0


def test_small_images_do_not_count() -> None:
    there = node(images={"small:1": 20 * MIB})
    assert ImageLocality().score(CycleState(), pod(image="small:1"), there, snapshot(there)) == 0


def test_an_image_without_a_tag_is_the_latest() -> None:
    assert normalized("nginx") == "nginx:latest"
    assert normalized("host:5000/nginx") == "host:5000/nginx:latest"
    assert normalized("nginx@sha256:0") == "nginx@sha256:0"
