"""Which volumes that are attached a kubelet uses, as it tells in the status of its Node: until it stops saying so, none is detached.

Upstream: `pkg/kubelet/nodestatus/setters.go` (VolumesInUse), `pkg/kubelet/volumemanager` (GetVolumesInUse). A kubelet writes its status
every 10 s if something changed; a volume is not mounted before it has been told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.request import Obj, Response
from cluster_core.kubelet.messages import VolumesTold
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet

STATUS_US = 10 * US_PER_SECOND


class VolumesInUse:
    """`wanted`: by pod uid, the unique names of its attached volumes; `told`: what the Node's status has."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.begun = 0
        self.wanted: dict[str, tuple[str, ...]] = {}
        self.told: tuple[str, ...] = ()
        self._waiting = False

    def begin(self, node: Obj) -> None:
        """The kubelet has its Node: the beats of its status begin, and what an earlier life told is known again."""
        self.begun = self.begun or self.kubelet.sim.now
        self.told = tuple((node.get("status") or {}).get("volumesInUse") or ())
        self._news()

    def forget(self) -> None:
        """The kubelet's program ends."""
        self.wanted.clear()
        self.begun, self.told, self._waiting = 0, (), False

    def use(self, uid: str, names: tuple[str, ...]) -> None:
        """A pod needs these volumes; none when it has gone or ended."""
        if self.wanted.get(uid, ()) == names:
            return
        if names:
            self.wanted[uid] = names
        else:
            del self.wanted[uid]
        self._news()

    def is_told(self, name: str) -> bool:
        """Whether the API server knows that the volume is in use."""
        return name in self.told

    def tell(self) -> None:
        """The next beat of the status has come."""
        self._waiting, names = False, self._names()
        if names == self.told:
            return
        kubelet, body = self.kubelet, {"status": {"volumesInUse": list(names) or None}}
        kubelet.request(
            kubelet.reader,
            ("in-use", names),
            "patch",
            "nodes",
            name=kubelet.node.name,
            body=body,
            subresource="status",
            options={"patch_type": "merge"},
        )

    def answered(self, names: tuple[str, ...], response: Response) -> None:
        """The status is written, or has to be tried again."""
        if response.ok:
            self.told = names
        self._news()

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for names in self.wanted.values() for name in names))

    def _news(self) -> None:
        if self._waiting or self._names() == self.told:
            return
        self._waiting, now = True, self.kubelet.sim.now
        self.kubelet.alarm(now + STATUS_US - (now - self.begun) % STATUS_US, VolumesTold(self.kubelet.epoch))
