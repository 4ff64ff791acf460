"""Security contexts of pods and containers. Upstream: `ValidatePodSecurityContext`, `ValidateSecurityContext`.

Real Kubernetes also checks which sysctls go with namespaces of the host.
"""

from __future__ import annotations

import re

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds.checks import choice, too_long, user_id
from cluster_core.api.kinds.paths import descending_path
from cluster_core.api.kinds.windows_validation import validate_windows_options
from cluster_core.api.request import Obj

PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
APP_ARMOR_MAX = 4095
SYSCTL_MAX = 253
SYSCTL_TEXT = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
SYSCTL = re.compile(SYSCTL_TEXT.removesuffix("$") + r"\Z")


def validate_pod_security(context: Obj, path: str) -> list[Cause]:
    """What all containers of a pod get."""
    causes: list[Cause] = []
    for field in ("fsGroup", "runAsUser", "runAsGroup"):
        causes += user_id(context.get(field), f"{path}.{field}")
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        causes += user_id(group, f"{path}.supplementalGroups[{index}]")
    causes += _validate_sysctls(context, f"{path}.sysctls")
    causes += choice(context.get("fsGroupChangePolicy"), ("Always", "OnRootMismatch"), f"{path}.fsGroupChangePolicy")
    causes += choice(context.get("supplementalGroupsPolicy"), ("Merge", "Strict"), f"{path}.supplementalGroupsPolicy")
    causes += choice(context.get("seLinuxChangePolicy"), ("MountOption", "Recursive"), f"{path}.seLinuxChangePolicy")
    if context.get("windowsOptions") is not None:
        causes += validate_windows_options(context["windowsOptions"], f"{path}.windowsOptions")
    return causes + _validate_profiles(context, path)


def validate_container_security(context: Obj, path: str, host_users: bool = True) -> list[Cause]:
    """What one container gets; `host_users` says that its users are those of the host."""
    causes: list[Cause] = []
    for field in ("runAsUser", "runAsGroup"):
        causes += user_id(context.get(field), f"{path}.{field}")
    causes += choice(context.get("procMount"), ("Default", "Unmasked"), f"{path}.procMount")
    if host_users and context.get("procMount") == "Unmasked":
        words = "`hostUsers` must be false to use `Unmasked`"
        causes.append(Cause(f"{path}.procMount", "Invalid", words, "Unmasked"))
    if context.get("windowsOptions") is not None:
        causes += validate_windows_options(context["windowsOptions"], f"{path}.windowsOptions")
    if context.get("allowPrivilegeEscalation") is False:
        added = (context.get("capabilities") or {}).get("add") or ()
        if context.get("privileged"):
            words = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            causes.append(Cause(path, "Invalid", words, context))
        if "CAP_SYS_ADMIN" in added:
            words = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            causes.append(Cause(path, "Invalid", words, context))
    return causes + _validate_profiles(context, path)


def _validate_sysctls(context: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: list[str] = []
    for index, sysctl in enumerate(context.get("sysctls") or ()):
        here, name = f"{path}[{index}].name", sysctl.get("name") or ""
        if not name:
            causes.append(Cause(here, "Required"))
        elif len(name) > SYSCTL_MAX or not SYSCTL.match(name):
            words = f"must have at most {SYSCTL_MAX} characters and match regex {SYSCTL_TEXT}"
            causes.append(Cause(here, "Invalid", words, name))
        elif name in seen:
            causes.append(Cause(here, "Duplicate", "", name))
        seen.append(name)
    return causes


def _validate_profiles(context: Obj, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for field, what in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        profile = context.get(field)
        if profile is None:
            continue
        kind, local, here = profile.get("type") or "", profile.get("localhostProfile"), f"{path}.{field}"
        if not kind:
            causes.append(Cause(f"{here}.type", "Required", f"type is required when {field} is set"))
        elif kind not in PROFILES:
            causes.append(Cause(f"{here}.type", "NotSupported", supported(*PROFILES), kind))
        if kind != "Localhost":
            if local is not None and (kind in PROFILES or field == "seccompProfile"):
                words = f"can only be set when {what} type is Localhost"
                shown = profile if field == "seccompProfile" else local
                causes.append(Cause(f"{here}.localhostProfile", "Invalid", words, shown))
            continue
        here = f"{here}.localhostProfile"
        if local is None or (field == "appArmorProfile" and not local.strip()):
            causes.append(Cause(here, "Required", f"must be set when {what} type is Localhost"))
        elif field == "seccompProfile":
            causes += descending_path(local, here)
        elif local != local.strip():
            causes.append(Cause(here, "Invalid", "must not be padded with whitespace", local))
        elif len(local.encode()) > APP_ARMOR_MAX:
            causes.append(too_long(here, APP_ARMOR_MAX))
    return causes
