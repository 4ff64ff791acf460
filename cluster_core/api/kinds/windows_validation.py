"""Windows: its options in security contexts, and which fields go with which operating system.

Upstream: `validateWindowsSecurityContextOptions`, `validateWindowsHostProcessPod`, `validateLinux`, `validateWindows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.checks import named
from cluster_core.api.request import Obj

CREDENTIALS_KIB_MAX = 64
DOMAIN_MAX = 256
USER_MAX = 104
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NETBIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
DOMAIN = re.compile(rf"{PART}(?:\.{PART})*")
DOTS = re.compile(r"[. ]+")
UNFIT = '"/\\:;|=,+*?<>@[]'
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
LINUX_OF_POD = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
LINUX_OF_CONTAINER = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
NOT_ON_LINUX = "windows options cannot be set for a linux pod"
NOT_ON_WINDOWS = "cannot be set for a windows pod"


def validate_windows_options(options: Obj, path: str) -> list[Cause]:
    """Credentials and the name of a user."""
    causes: list[Cause] = []
    spec, user = options.get("gmsaCredentialSpec"), options.get("runAsUserName")
    if options.get("gmsaCredentialSpecName") is not None:
        causes += named(options["gmsaCredentialSpecName"], names.subdomain, f"{path}.gmsaCredentialSpecName")
    if spec is not None and not spec:
        words = "gmsaCredentialSpec cannot be an empty string"
        causes.append(Cause(f"{path}.gmsaCredentialSpec", "Invalid", words, spec))
    elif spec is not None and len(spec.encode()) > CREDENTIALS_KIB_MAX * 1024:
        words = f"gmsaCredentialSpec size must be under {CREDENTIALS_KIB_MAX} KiB"
        causes.append(Cause(f"{path}.gmsaCredentialSpec", "Invalid", words, spec))
    if user is not None:
        causes += [Cause(f"{path}.runAsUserName", "Invalid", words, user) for words in _wrong_user(user)]
    return causes


def _wrong_user(text: str) -> Iterator[str]:
    """What is wrong with USER or DOMAIN\\USER."""
    parts = text.split("\\")
    if not text:
        yield "runAsUserName cannot be an empty string"
    elif CONTROL.search(text):
        yield "runAsUserName cannot contain control characters"
    elif len(parts) > 2:
        yield "runAsUserName cannot contain more than one backslash"
    else:
        yield from _wrong_domain(parts[0]) if len(parts) == 2 else ()
        yield from _wrong_name(parts[-1])


def _wrong_domain(domain: str) -> Iterator[str]:
    if len(domain) >= DOMAIN_MAX:
        yield f"runAsUserName's Domain length must be under {DOMAIN_MAX} characters"
    if not NETBIOS.fullmatch(domain) and not DOMAIN.fullmatch(domain):
        yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format"


def _wrong_name(user: str) -> Iterator[str]:
    if not user:
        yield "runAsUserName's User cannot be empty"
    elif len(user) > USER_MAX:
        yield f"runAsUserName's User length must not be longer than {USER_MAX} characters"
    if DOTS.fullmatch(user):
        yield "runAsUserName's User cannot contain only periods or spaces"
    if any(mark in UNFIT for mark in user):
        yield f"runAsUserName's User cannot contain the following characters: {UNFIT}"


def validate_host_process(spec: Obj, path: str) -> list[Cause]:
    """Containers that are processes of the host: all of a pod or none, on the network of the host."""
    own = _host_process(spec)
    causes: list[Cause] = []
    count = hosted = 0
    for here, container in _containers(spec, path):
        count += 1
        given = _host_process(container)
        if own is not None and given is not None and own != given:
            words = f"pod hostProcess value must be identical if both are specified, was {str(own).lower()}"
            causes.append(Cause(f"{here}.securityContext.windowsOptions.hostProcess", "Invalid", words, given))
        hosted += bool(own if given is None else given)
    if hosted and hosted != count:
        words = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        causes.append(Cause(path, "Invalid", words, ""))
    if hosted and not spec.get("hostNetwork"):
        words = "hostNetwork must be true if pod contains any hostProcess containers"
        causes.append(Cause(f"{path}.hostNetwork", "Invalid", words, False))
    return causes


def _host_process(owner: Obj) -> bool | None:
    given: bool | None = ((owner.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")
    return given


def validate_system(spec: Obj, path: str) -> list[Cause]:
    """Fields that the operating system of a pod does not have."""
    system, here = spec["os"]["name"], f"{path}.securityContext"
    context, causes = spec.get("securityContext") or {}, list[Cause]()
    if system == "windows":
        causes += [_unfit(f"{here}.{name}") for name in LINUX_OF_POD if _is_set(context, name)]
        causes += [_unfit(f"{path}.{name}") for name in ("hostPID", "hostIPC") if spec.get(name)]
        causes += [_unfit(f"{path}.{name}") for name in ("hostUsers", "shareProcessNamespace") if _is_set(spec, name)]
    elif context.get("windowsOptions") is not None:
        causes.append(Cause(f"{here}.windowsOptions", "Forbidden", NOT_ON_LINUX))
    for place, container in _containers(spec, path):
        own = container.get("securityContext") or {}
        if system == "windows":
            causes += [_unfit(f"{place}.securityContext.{name}") for name in LINUX_OF_CONTAINER if _is_set(own, name)]
        elif own.get("windowsOptions") is not None:
            causes.append(Cause(f"{place}.securityContext.windowsOptions", "Forbidden", NOT_ON_LINUX))
    return causes


def _is_set(owner: Obj, name: str) -> bool:
    return owner.get(name) is not None and owner[name] != []


def _unfit(path: str) -> Cause:
    return Cause(path, "Forbidden", NOT_ON_WINDOWS)


def _containers(spec: Obj, path: str) -> Iterator[tuple[str, Obj]]:
    for field in CONTAINERS:
        for index, container in enumerate(spec.get(field) or ()):
            yield f"{path}.{field}[{index}]", container
