"""The message that a volume has grown."""

from __future__ import annotations

from cluster_core.api.volume_grown import VolumeGrown


def test_it_names_a_volume_and_may_be_lost() -> None:
    message = VolumeGrown("pvc-1")
    assert (message.volume, message.handler, message.stream) == ("pvc-1", "on_volume_grown", False)
