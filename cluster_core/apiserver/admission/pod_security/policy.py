"""Levels, and what a pod violates of one. Upstream: pod-security-admission `policy/registry.go`, `api/helpers.go`.

Real Kubernetes keeps the standards of every minor version; here each version that a label names means those of 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cluster_core.api.errors import Cause
from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.pod_security import baseline, restricted
from cluster_core.apiserver.admission.pod_security.baseline import Violation

LABEL = "pod-security.kubernetes.io/"
MODES = ("enforce", "audit", "warn")
LEVELS = ("privileged", "baseline", "restricted")
VERSION = re.compile(r"latest|v1\.\d{1,3}")
Check = Callable[[Obj, Obj], Violation]

# In the order in which upstream registers them; the second group gives way to stricter checks of level restricted.
BASELINE: tuple[Check, ...] = (
    baseline.app_armor,
    baseline.host_namespaces,
    baseline.host_ports,
    baseline.probe_hosts,
    baseline.privileged,
    baseline.proc_mount,
    baseline.selinux,
    baseline.sysctls,
    baseline.host_process,
)
OVERLAPPING: tuple[Check, ...] = (baseline.capabilities, baseline.host_path_volumes, baseline.seccomp)
RESTRICTED: tuple[Check, ...] = (
    restricted.privilege_escalation,
    restricted.capabilities,
    restricted.volume_types,
    restricted.run_as_non_root,
    restricted.run_as_user,
    restricted.seccomp,
)
CHECKS: dict[str, tuple[Check, ...]] = {
    "privileged": (),
    "baseline": BASELINE + OVERLAPPING,
    "restricted": BASELINE + RESTRICTED,
}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the standards and the version that a label names."""

    name: str = "privileged"
    version: str = "latest"

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"


def policy_of(labels: dict[str, str]) -> dict[str, Level]:
    """The levels of a namespace by mode. What cannot be read counts as the strictest where it enforces nothing, and else as privileged."""
    return {mode: _level(labels, mode) for mode in MODES}


def violations(level: Level, meta: Obj, spec: Obj) -> list[tuple[str, str]]:
    """(reason, detail) of everything that a pod does against a level."""
    found = [check(meta, spec) for check in CHECKS[level.name]]
    return [one for one in found if one is not None]


def told(found: list[tuple[str, str]]) -> str:
    """With details."""
    return ", ".join(f"{reason} ({detail})" if detail else reason for reason, detail in found)


def label_causes(labels: dict[str, str]) -> list[Cause]:
    """What is wrong with the labels of a namespace."""
    causes = []
    for mode in MODES:
        level, version = labels.get(LABEL + mode), labels.get(f"{LABEL}{mode}-version")
        if level is not None and level not in LEVELS:
            words = f"must be one of {', '.join(LEVELS)}"
            causes.append(Cause(f"metadata.labels[{LABEL}{mode}]", "Invalid", words, level))
        if version is not None and not VERSION.fullmatch(version):
            words = 'must be "latest" or "v1.x"'
            causes.append(Cause(f"metadata.labels[{LABEL}{mode}-version]", "Invalid", words, version))
    return causes


def _level(labels: dict[str, str], mode: str) -> Level:
    name, version = labels.get(LABEL + mode, "privileged"), labels.get(f"{LABEL}{mode}-version", "latest")
    if name in LEVELS and VERSION.fullmatch(version):
        return Level(name, version)
    return Level("restricted" if mode == "enforce" else "privileged")
