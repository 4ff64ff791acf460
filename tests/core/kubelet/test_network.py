"""The network as a kubelet knows it: whatever is handed to one must offer what it calls."""

from __future__ import annotations

import pytest

from cluster_core.cluster.reach import WorldReach
from cluster_core.cni.network import FlannelNetwork
from cluster_core.kubelet.network import EverythingAnswers, PodNetwork, Reach
from tests.core.kubelet.fake_apiserver import FakeNetwork


@pytest.mark.parametrize(
    ("protocol", "made"), [(PodNetwork, FlannelNetwork), (PodNetwork, FakeNetwork), (Reach, WorldReach)]
)
def test_what_is_handed_to_a_kubelet_offers_what_it_calls(protocol: type, made: type) -> None:
    wanted = [name for name in vars(protocol) if not name.startswith("_")]
    assert wanted and all(callable(getattr(made, name)) for name in wanted)


def test_a_kubelet_alone_reaches_everything() -> None:
    reach = EverythingAnswers()
    assert reach.connect("default", "web", "10.0.0.1", 5432, "TCP").result == "open"
    assert reach.resolve("default", "web", "db", "A", "").addresses
    assert (reach.get("secrets", "default", "x"), reach.services("default")) == (None, [])
