"""What a view model is computed from."""

from __future__ import annotations

from typing import Any, Protocol

from cluster_core.api.request import Obj
from cluster_core.dataplane.fabric import Fabric
from cluster_core.sim.kernel import Simulation


class Source(Protocol):
    """A world at one moment: the objects that the API shows, and the processes."""

    sim: Simulation

    def objects(self, resource: str) -> dict[str, Obj]:
        """The objects of a resource by key."""


class Network(Protocol):
    """What the pod network plugin holds."""

    fabric: Fabric


class NetworkSource(Source, Protocol):
    """A world whose network can be looked at."""

    @property
    def network(self) -> Network:
        """The pod network."""


def controller_of(source: Source, name: str) -> Any:
    """A loop of the controller manager (client/controller.py), None if it does not run."""
    manager: Any = source.sim.processes.get("kube-controller-manager")
    return manager.controllers.get(name) if manager is not None else None


def changed_at(source: Source, resource: str) -> int:
    """The revision of the last change of any object of a resource, as the API server's cache knows it."""
    apiserver: Any = source.sim.processes.get("apiserver")
    cache = getattr(apiserver, "cache", None)
    return int(cache.changed_at(resource)) if cache is not None else 0


def app_label(obj: Obj) -> str:
    """What people call the thing: one of the usual labels, or its name."""
    labels = obj["metadata"].get("labels", {})
    for label in ("app.kubernetes.io/name", "app", "k8s-app", "name", "component"):
        if label in labels:
            return str(labels[label])
    return str(obj["metadata"]["name"])
