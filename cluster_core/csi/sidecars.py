"""The process of the drivers' sidecars: asleep until a CSIDriver is there that this model knows, at work while its pods are Ready.

Real Kubernetes runs each sidecar in a pod of the driver, on that pod's node; several of them elect a leader. Here they are loops of one
process; what they write is judged as a write of the account of the driver's pod, what they read as the controller manager's.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from cluster_core.api.csi_drivers import DRIVERS, Driver
from cluster_core.api.objects import is_pod_ready
from cluster_core.api.request import Obj
from cluster_core.api.volume_source import CSI_DRIVERS
from cluster_core.client.api_client import ApiClient
from cluster_core.client.controller import Controller, ControllerManager
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.informer import Informer


class Storage(Protocol):
    """The storage behind the drivers."""

    def delete(self, data: str) -> None:
        """Remove what a volume held (`volume_source.data_of`)."""


class Sidecars(ControllerManager):
    """Provisioners, attachers and resizers. `loops` makes those of a driver; `storage` holds the data."""

    def __init__(self, sim: Any, host: str, storage: Storage, loops: tuple[type[Sidecar], ...]) -> None:
        super().__init__(sim, "csi", host, 5, 10)
        self.storage = storage
        self.loops = loops
        self.driven: dict[str, None] = {}
        self.recorders: dict[str, EventRecorder] = {}
        self.add_informer(Informer(CSI_DRIVERS))

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """A driver that is known begins its loops; they go on after its CSIDriver has gone, as the real programs do."""
        if resource == CSI_DRIVERS and new is not None:
            self._drive(DRIVERS.get(new["metadata"]["name"]))
        super().on_change(resource, old, new)

    def pod_of(self, driver: Driver, node: str = "") -> Obj | None:
        """The Ready pod whose sidecars work for a driver, on one node if that matters; None if there is none."""
        label, value = driver.controller
        found = [
            pod
            for pod in self.informers["pods"].objects()
            if (pod["metadata"].get("labels") or {}).get(label) == value and is_pod_ready(pod)
        ]
        found = [pod for pod in found if not node or pod["spec"].get("nodeName") == node]
        return min(
            found,
            key=lambda pod: (str(pod["metadata"]["creationTimestamp"]), str(pod["metadata"]["name"])),
            default=None,
        )

    def recorder(self, component: str, client: ApiClient) -> EventRecorder:
        """Who writes Events as a component."""
        if component not in self.recorders:
            self.recorders[component] = self.add_recorder(EventRecorder(self, client, component))
        return self.recorders[component]

    def _drive(self, driver: Driver | None) -> None:
        if driver is None or driver.name in self.driven:
            return
        self.driven[driver.name] = None
        known = list(self.informers)
        for loop in [one for one in self.loops if one.serves(driver)]:
            self.add_controller(loop(self, driver))
        for resource, informer in list(self.informers.items()):
            if resource not in known:
                self.start_informer(informer)
            else:
                self._tell_all(resource, driver)

    def _tell_all(self, resource: str, driver: Driver) -> None:
        """Loops that join informers which run already hear of what there is."""
        for obj in self.informers[resource].objects():
            for controller in self.by_resource.get(resource, ()):
                if isinstance(controller, Sidecar) and controller.driver is driver:
                    for key in controller.enqueue(resource, None, obj):
                        self.enqueue(controller, key)


class Sidecar(Controller):
    """A loop for one driver. `program` is the name of the sidecar."""

    host: Sidecars
    program: ClassVar[str]
    workers = 10

    def __init__(self, host: Sidecars, driver: Driver) -> None:
        self.driver = driver
        self.name = f"{self.program}/{driver.name}"
        super().__init__(host)

    @classmethod
    def serves(cls, driver: Driver) -> bool:
        """Whether a driver has this sidecar."""
        return True

    def tell(self, pod: Obj, obj: Obj, kind: str, reason: str, message: str) -> None:
        """A Kubernetes Event of the sidecar in a pod."""
        self.as_pod(pod)
        self.host.recorder(self.component(pod), self.client).event(obj, kind, reason, message)

    def component(self, pod: Obj) -> str:
        """The name under which the sidecar of a pod writes Events."""
        return f"{self.driver.name}_{pod['metadata']['name']}_{pod['metadata']['uid']}"

    def as_pod(self, pod: Obj) -> None:
        """Ask with the account of a pod from here on."""
        account = pod["spec"].get("serviceAccountName") or "default"
        self.client.user = f"system:serviceaccount:{pod['metadata']['namespace']}:{account}"
