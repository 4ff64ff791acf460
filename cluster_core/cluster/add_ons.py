"""Add-ons: what a cluster has from the beginning, and what can be put into it by applying a manifest.

DNS and resource metrics are there in every cluster. Logging, custom metrics and the dashboard's entry come by a click or with a
scenario: each is a few pods more, which a small cluster need not have and a learner need not see at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from cluster_core.api.request import Obj
from cluster_core.api.yaml import load_manifests
from cluster_core.cluster.manifests import text


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on: the workloads that are it, as (resource, "namespace/name"), and whether every cluster has it."""

    name: str
    workloads: tuple[tuple[str, str], ...]
    built_in: bool = False


ADD_ONS = (
    AddOn("dns", (("deployments.apps", "kube-system/coredns"),), built_in=True),
    AddOn("metrics", (("deployments.apps", "kube-system/metrics-server"),), built_in=True),
    AddOn(
        "logging", (("daemonsets.apps", "kube-system/fluent-bit"), ("deployments.apps", "kube-system/victoria-logs"))
    ),
    AddOn("dashboard", (("deployments.apps", "kube-system/kubernetes-dashboard"),)),
    AddOn("custom-metrics", (("deployments.apps", "kube-system/custom-metrics-apiserver"),)),
)
OPTIONAL = tuple(one.name for one in ADD_ONS if not one.built_in)


def yaml_of(name: str, explorer: str = "") -> str:
    """The manifest of an add-on that is not built in; `explorer` is the address of the run's page. KeyError: there is none."""
    if name not in OPTIONAL:
        raise KeyError(name)
    return Template(text(name)).safe_substitute(explorer=explorer)


def objects_of(name: str) -> list[Obj]:
    """Its objects, for a cluster that begins with it."""
    return load_manifests(yaml_of(name))
