"""What every namespace gets. Upstream: `pkg/controller/{serviceaccount,certificates/rootcacertpublisher}`."""

from __future__ import annotations

from typing import ClassVar

from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Controller, Plan

ROOT_CA = "kube-root-ca.crt"


class _OnePerNamespace(Controller):
    """Keeps one object of a fixed name in every namespace."""

    object_name: ClassVar[str]

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """A namespace, or the object that went."""
        obj = new or old
        assert obj is not None
        if resource == "namespaces":
            return [obj["metadata"]["name"]] if new is not None else []
        return [obj["metadata"]["namespace"]] if new is None and obj["metadata"]["name"] == self.object_name else []

    def reconcile(self, key: str) -> Plan | None:
        """Create the object if it is missing."""
        namespace = self.informer("namespaces").get(key)
        resource = self.resources[1]
        there = self.informer(resource).get(f"{key}/{self.object_name}")
        if namespace is None or namespace["metadata"].get("deletionTimestamp") or there is not None:
            return None
        return Plan(stages=[[Action("create", resource, key, body=self.wanted(), ignore=("AlreadyExists",))]])

    def wanted(self) -> Obj:
        """The object."""
        raise NotImplementedError


class ServiceAccountController(_OnePerNamespace):
    """The service account `default` of every namespace."""

    name = "serviceaccount-controller"
    account = "service-account-controller"
    resources = ("namespaces", "serviceaccounts")
    object_name = "default"

    def wanted(self) -> Obj:
        """The account."""
        return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": self.object_name}}


class RootCaPublisher(_OnePerNamespace):
    """The certificate of the cluster's authority in every namespace."""

    name = "root-ca-cert-publisher"
    resources = ("namespaces", "configmaps")
    object_name = ROOT_CA

    def wanted(self) -> Obj:
        """The ConfigMap. Real Kubernetes puts a certificate here; the model has no cryptography and says so."""
        data = {"ca.crt": "(simulated cluster authority)\n"}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": self.object_name}, "data": data}
