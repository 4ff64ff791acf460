"""The alarms of a kubelet. Each carries the boot of the program it belongs to: an alarm of before a crash is void."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_core.sim.process import Message


@dataclass(slots=True)
class PoweredOn(Message):
    """The machine was switched on for the first time."""

    handler = "on_powered_on"


@dataclass(slots=True)
class PodAlarm(Message):
    """A step of one pod's life is due: `step` names the method of its pod worker, `container` whom it concerns."""

    handler = "on_pod_alarm"

    epoch: int
    uid: str
    step: str
    container: str
    serial: int


@dataclass(slots=True)
class PlegRelist(Message):
    """The pod lifecycle event generator compares the runtime with what it saw last (once a second, when there is a change)."""

    handler = "on_pleg_relist"

    epoch: int


@dataclass(slots=True)
class PullFinished(Message):
    """The image pull at the head of the node's queue ended."""

    handler = "on_pull_finished"

    epoch: int


@dataclass(slots=True)
class NodeAlarm(Message):
    """A part of the kubelet that looks after the whole node (`part`: memory, eviction, resizes, shutdown) is to look again."""

    handler = "on_node_alarm"

    epoch: int
    part: str
    serial: int


@dataclass(slots=True)
class NodeCheck(Message):
    """Time to see whether the Node still says what its kubelet told."""

    handler = "on_node_check"

    epoch: int


@dataclass(slots=True)
class NodeRetry(Message):
    """A failed write of the Node or of its Lease is tried again."""

    handler = "on_node_retry"

    epoch: int


@dataclass(slots=True)
class VolumesTold(Message):
    """The beat at which a Node's status tells which volumes are in use."""

    handler = "on_volumes_told"

    epoch: int


@dataclass(slots=True)
class PodRetry(Message):
    """A failed write about a pod (status, deletion, mirror pod) is tried again."""

    handler = "on_pod_retry"

    epoch: int
    uid: str
