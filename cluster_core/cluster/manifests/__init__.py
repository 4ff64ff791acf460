"""Manifests of what runs in a cluster besides the user's own things, as their projects publish them: YAML with `${…}` for what differs
from cluster to cluster."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from string import Template

from cluster_core.api.kinds import by_gvk
from cluster_core.api.request import Obj
from cluster_core.api.yaml import load_manifests
from cluster_core.cluster.config import ClusterConfig
from cluster_core.dataplane.plan import node_address

FOLDER = Path(__file__).parent
VERSION = "v1.36.2"


def manifest(name: str, config: ClusterConfig) -> list[tuple[str, Obj]]:
    """The objects of one file of this folder, each with its resource, in the order in which they are made."""
    facts = {"version": VERSION, "pod_cidr": config.pod_cidr, "api_address": node_address(0), "explorer": ""}
    return _read(name, tuple(sorted(facts.items())))


@lru_cache(maxsize=64)
def text(name: str) -> str:
    """A file of this folder as it is."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _read(name: str, facts: tuple[tuple[str, str], ...]) -> list[tuple[str, Obj]]:
    objects = load_manifests(Template(text(name)).substitute(dict(facts)))
    return [(by_gvk(obj["apiVersion"], obj["kind"]).resource, obj) for obj in objects]
