"""Which custom resources are served, as a program that follows all of them sees it: from the definitions that it watches.

Real Kubernetes' controllers ask discovery for the resources every 30 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.api.structural.versions import condition_is_true
from cluster_core.client.informer import Informer

if TYPE_CHECKING:
    from cluster_core.client.controller import ControllerManager

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


class CustomResources:
    """The custom resources that are served, and whether they are namespaced."""

    def __init__(self) -> None:
        self.served: dict[str, bool] = {}

    @property
    def namespaced(self) -> list[str]:
        """Those whose objects are in namespaces."""
        return [name for name, namespaced in self.served.items() if namespaced]

    def follow(self, host: ControllerManager, old: Obj | None, new: Obj | None) -> None:
        """A definition changed: watch its resource for the loops that follow custom resources, as long as it is served."""
        found = served_resource(new)
        if found is None:
            gone = str((new or old or {}).get("metadata", {}).get("name", ""))
            if self.served.pop(gone, None) is not None:
                host.remove_informer(gone)
                host.by_resource.pop(gone, None)
            return
        resource, namespaced = found
        loops = [one for one in host.controllers.values() if one.custom == "all" or (one.custom and namespaced)]
        if resource not in self.served and loops:
            self.served[resource] = namespaced
            host.by_resource[resource] = loops
            host.start_informer(Informer(resource))


def served_resource(crd: Obj | None) -> tuple[str, bool] | None:
    """The resource of a definition and whether it is namespaced; None if it is not (or no longer) served."""
    if crd is None or not (condition_is_true(crd, "Established") or condition_is_true(crd, "NamesAccepted")):
        return None
    return str(crd["metadata"]["name"]), crd["spec"]["scope"] == "Namespaced"
