"""The checks of level restricted. Upstream: pod-security-admission `policy/check_*.go`."""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.pod_security.baseline import Violation
from cluster_core.apiserver.admission.pod_security.words import containers, names_of, quoted, security, setters, which

VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
    "image",
)
PROFILES = ("RuntimeDefault", "Localhost")


def is_windows(spec: Obj) -> bool:
    """Whether a pod says that it is for Windows: some checks do not concern it."""
    return bool((spec.get("os") or {}).get("name") == "windows")


def privilege_escalation(_meta: Obj, spec: Obj) -> Violation:
    """No process gets more than its parent."""
    if is_windows(spec):
        return None
    bad = names_of(spec, lambda one: security(one).get("allowPrivilegeEscalation") is not False)
    words = "must set securityContext.allowPrivilegeEscalation=false"
    return ("allowPrivilegeEscalation != false", f"{which(bad)} {words}") if bad else None


def capabilities(_meta: Obj, spec: Obj) -> Violation:
    """Every capability is dropped; NET_BIND_SERVICE may come back."""
    if is_windows(spec):
        return None
    undropped: list[str] = []
    adding: list[str] = []
    added: dict[str, None] = {}
    for container in containers(spec):
        found = security(container).get("capabilities") or {}
        undropped += [] if "ALL" in (found.get("drop") or ()) else [container["name"]]
        forbidden = [name for name in found.get("add") or () if name != "NET_BIND_SERVICE"]
        adding += [container["name"]] if forbidden else []
        added.update(dict.fromkeys(forbidden))
    details = [f'{which(undropped)} must set securityContext.capabilities.drop=["ALL"]'] if undropped else []
    if adding:
        details.append(f"{which(adding)} must not include {quoted(sorted(added))} in securityContext.capabilities.add")
    return ("unrestricted capabilities", "; ".join(details)) if details else None


def volume_types(_meta: Obj, spec: Obj) -> Violation:
    """Volumes of the pod's own, of claims and of the API."""
    bad: list[str] = []
    kinds: dict[str, None] = {}
    for volume in spec.get("volumes") or ():
        kind = next((field for field in volume if field != "name" and volume[field] is not None), "unknown")
        if kind not in VOLUMES:
            bad.append(volume["name"])
            kinds[kind] = None
    if not bad:
        return None
    uses, many = "uses" if len(bad) == 1 else "use", "s" if len(kinds) > 1 else ""
    return (
        "restricted volume types",
        f"{which(bad, 'volume')} {uses} restricted volume type{many} {quoted(sorted(kinds))}",
    )


def run_as_non_root(_meta: Obj, spec: Obj) -> Violation:
    """No container starts as root."""
    pod = security(spec).get("runAsNonRoot")
    wrong = names_of(spec, lambda one: security(one).get("runAsNonRoot") is False)
    unset = names_of(spec, lambda one: security(one).get("runAsNonRoot") is None)
    if pod is False or wrong:
        # A pod's own false counts where a container leaves it at that.
        said = pod is False and bool(unset)
        if said or wrong:
            return "runAsNonRoot != true", f"{setters(said, wrong)} must not set securityContext.runAsNonRoot=false"
    if unset and not pod:
        return "runAsNonRoot != true", f"pod or {which(unset)} must set securityContext.runAsNonRoot=true"
    return None


def run_as_user(_meta: Obj, spec: Obj) -> Violation:
    """No container is given to user 0."""
    pod = security(spec).get("runAsUser") == 0
    bad = names_of(spec, lambda one: security(one).get("runAsUser") == 0)
    return ("runAsUser=0", f"{setters(pod, bad)} must not set runAsUser=0") if pod or bad else None


def seccomp(_meta: Obj, spec: Obj) -> Violation:
    """A seccomp profile is set."""
    if is_windows(spec):
        return None

    def kind(part: Obj) -> str | None:
        found: str | None = (security(part).get("seccompProfile") or {}).get("type")
        return found

    pod = kind(spec)
    wrong = [one for one in containers(spec) if kind(one) not in (None, *PROFILES)]
    if wrong or pod not in (None, *PROFILES):
        kinds = list(dict.fromkeys([*([pod] if pod not in (None, *PROFILES) else []), *(kind(one) for one in wrong)]))
        who = setters(pod not in (None, *PROFILES), [one["name"] for one in wrong])
        return "seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {quoted(kinds)}"
    unset = names_of(spec, lambda one: kind(one) is None)
    if unset and pod is None:
        end = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        return "seccompProfile", f"pod or {which(unset)} {end}"
    return None
