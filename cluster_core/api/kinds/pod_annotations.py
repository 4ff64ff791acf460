"""Annotations that mean something for pods. Upstream: `ValidatePodSpecificAnnotations` of `pkg/apis/core/validation`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster_core.api.errors import Cause
from cluster_core.api.kinds.paths import descending_path
from cluster_core.api.request import Obj

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
MIRROR = "kubernetes.io/config.mirror"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
COST = re.compile(r"0|-?[1-9][0-9]{0,9}")
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def validate_pod_annotations(annotations: dict[str, str], spec: Obj, path: str) -> list[Cause]:
    """Mirror pods, deletion cost, seccomp and AppArmor profiles."""
    causes: list[Cause] = []
    if MIRROR in annotations and not spec.get("nodeName"):
        words = "must set spec.nodeName if mirror pod annotation is set"
        causes.append(Cause(f"{path}[{MIRROR}]", "Invalid", words, annotations[MIRROR]))
    if DELETION_COST in annotations and not _is_cost(annotations[DELETION_COST]):
        words = "must be a 32bit integer"
        causes.append(Cause(f"{path}[{DELETION_COST}]", "Invalid", words, annotations[DELETION_COST]))
    for key, value in annotations.items():
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            causes += _validate_seccomp(value, f"{path}.{key}")
        elif key.startswith(APP_ARMOR):
            causes += _validate_app_armor(key, value, spec, path)
    return causes


def validate_changed_annotations(new: dict[str, str], old: dict[str, str]) -> list[Cause]:
    """AppArmor's and the mirror's stay as they were created."""
    return list(_changes(new, old))


def _changes(new: dict[str, str], old: dict[str, str]) -> Iterator[Cause]:
    for key in (*old, *(added for added in new if added not in old)):
        if new.get(key) == old.get(key):
            continue
        did = "remove or update" if key in old else "add"
        if key.startswith(APP_ARMOR):
            yield Cause(f"metadata.annotations[{key}]", "Forbidden", f"may not {did} AppArmor annotations")
        if key == MIRROR:
            yield Cause(f"metadata.annotations[{key}]", "Forbidden", f"may not {did} mirror pod annotation")


def _is_cost(text: str) -> bool:
    return bool(COST.fullmatch(text)) and -(2**31) <= int(text) < 2**31


def _validate_seccomp(profile: str, path: str) -> list[Cause]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return descending_path(profile.removeprefix("localhost/"), path)
    return [Cause(path, "Invalid", "must be a valid seccomp profile", profile)]


def _validate_app_armor(key: str, profile: str, spec: Obj, path: str) -> list[Cause]:
    name = key.removeprefix(APP_ARMOR)
    known = [container.get("name") for field in CONTAINERS for container in spec.get(field) or ()]
    causes = [] if name in known else [Cause(f"{path}[{key}]", "Invalid", "container not found", name)]
    if profile not in ("", "runtime/default", "unconfined") and not profile.startswith("localhost/"):
        words = f'invalid AppArmor profile name: "{profile}"'
        causes.append(Cause(f"{path}[{key}]", "Invalid", words, profile))
    return causes
