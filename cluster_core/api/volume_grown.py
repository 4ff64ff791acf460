"""A driver has made a volume larger: the node that uses it has to grow the file system."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.sim.process import Message


@dataclass(slots=True)
class VolumeGrown(Message):
    """For the kubelet of a node to which the volume is attached; `volume` is the name of the PersistentVolume.

    Real kubelets find out by themselves: they read the claims of their pods at each sync, every 60 to 90 seconds.
    """

    handler = "on_volume_grown"
    stream = False

    volume: str
