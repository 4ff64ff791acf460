"""Paths of files inside volumes and containers. Upstream: `validateLocalDescendingPath` of `pkg/apis/core/validation`."""

from __future__ import annotations

from cluster_core.api.errors import Cause


def no_backsteps(value: str, path: str) -> list[Cause]:
    """No `..` on the way."""
    return [Cause(path, "Invalid", "must not contain '..'", value)] if ".." in value.split("/") else []


def descending_path(value: str, path: str) -> list[Cause]:
    """Relative, and never upwards."""
    words = "must be a relative path"
    absolute = [Cause(path, "Invalid", words, value)] if value.startswith("/") else []
    return absolute + no_backsteps(value, path)


def unreserved_path(value: str, path: str) -> list[Cause]:
    """A descending path that does not begin with two dots either: those names are the kubelet's."""
    causes = descending_path(value, path)
    if value.startswith("..") and not value.startswith("../") and value != "..":
        causes.append(Cause(path, "Invalid", "must not start with '..'", value))
    return causes
