"""Where objects have their replicas. Upstream: apiextensions `CustomResourceSubresourceScale`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScalePaths:
    """Where an object has its wanted and its counted replicas, and its selector (() = none): as text, or as LabelSelector."""

    spec: tuple[str, ...] = ("spec", "replicas")
    status: tuple[str, ...] = ("status", "replicas")
    selector: tuple[str, ...] = ("spec", "selector")
