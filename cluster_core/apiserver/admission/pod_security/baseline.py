"""The checks of level baseline. Upstream: pod-security-admission `policy/check_*.go`.

Each looks at a pod's metadata and spec and says (reason, detail) of a violation, or None.
"""

from __future__ import annotations

from cluster_core.api.request import Obj
from cluster_core.apiserver.admission.pod_security.words import containers, names_of, quoted, security, setters, which

Violation = tuple[str, str] | None
CAPABILITIES = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
)
SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def app_armor(meta: Obj, spec: Obj) -> Violation:
    """AppArmor is not switched off."""
    bad = names_of(spec, lambda one: (security(one).get("appArmorProfile") or {}).get("type") == "Unconfined")
    pod = (security(spec).get("appArmorProfile") or {}).get("type") == "Unconfined"
    annotations = [
        f'{key}="{value}"'
        for key, value in sorted((meta.get("annotations") or {}).items())
        if key.startswith(APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    ]
    if not (pod or bad or annotations):
        return None
    profiles = "forbidden AppArmor profile" + ("s" if len(annotations) + bool(pod or bad) > 1 else "")
    details = [f'{setters(pod, bad)} must not set AppArmor profile type to "Unconfined"'] if pod or bad else []
    if annotations:
        details.append(f"annotation{'s' if len(annotations) > 1 else ''} {', '.join(annotations)}")
    return profiles, " and ".join(details)


def capabilities(_meta: Obj, spec: Obj) -> Violation:
    """No capabilities beyond those that runtimes give anyway."""
    return _added(spec, CAPABILITIES, "non-default capabilities")


def host_namespaces(_meta: Obj, spec: Obj) -> Violation:
    """No namespaces of the host."""
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return ("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(_meta: Obj, spec: Obj) -> Violation:
    """No directories of the host."""
    found = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath")]
    return ("hostPath volumes", which(found, "volume")) if found else None


def host_ports(_meta: Obj, spec: Obj) -> Violation:
    """No ports of the host."""
    bad: list[str] = []
    ports: list[int] = []
    for container in containers(spec):
        taken = [port["hostPort"] for port in container.get("ports") or () if port.get("hostPort")]
        bad += [container["name"]] if taken else []
        ports += [port for port in taken if port not in ports]
    if not bad:
        return None
    uses = "uses" if len(bad) == 1 else "use"
    many = "s" if len(ports) > 1 else ""
    return "hostPort", f"{which(bad)} {uses} hostPort{many} {', '.join(str(port) for port in sorted(ports))}"


def probe_hosts(_meta: Obj, spec: Obj) -> Violation:
    """Probes and hooks ask the pod itself."""
    bad: list[str] = []
    hosts: list[str] = []
    for container in containers(spec):
        found = [host for handler in _handlers(container) for host in _hosts(handler)]
        bad += [container["name"]] if found else []
        hosts += found
    if not bad:
        return None
    names, unique = sorted(bad), sorted(dict.fromkeys(hosts))
    uses, many = "uses" if len(names) == 1 else "use", "s" if len(unique) > 1 else ""
    return "probe or lifecycle host", f"{which(names)} {uses} probe or lifecycle host{many} {quoted(unique)}"


def privileged(_meta: Obj, spec: Obj) -> Violation:
    """No privileged containers."""
    bad = names_of(spec, lambda one: bool(security(one).get("privileged")))
    return ("privileged", f"{which(bad)} must not set securityContext.privileged=true") if bad else None


def proc_mount(_meta: Obj, spec: Obj) -> Violation:
    """/proc is masked."""
    bad = [one for one in containers(spec) if security(one).get("procMount") not in (None, "Default")]
    if not bad:
        return None
    kinds = sorted({security(one)["procMount"] for one in bad})
    return (
        "procMount",
        f"{which([one['name'] for one in bad])} must not set securityContext.procMount to {quoted(kinds)}",
    )


def selinux(_meta: Obj, spec: Obj) -> Violation:
    """SELinux labels are not the pod's to choose."""
    types: list[str] = []
    fields: dict[str, None] = {}

    def is_bad(part: Obj) -> bool:
        options = security(part).get("seLinuxOptions") or {}
        wrong = options.get("type", "") not in SELINUX_TYPES
        types.extend([options["type"]] if wrong and options["type"] not in types else [])
        chosen = [field for field in ("user", "role") if options.get(field)]
        fields.update(dict.fromkeys(chosen))
        return wrong or bool(chosen)

    pod, bad = is_bad(spec), names_of(spec, is_bad)
    if not (pod or bad):
        return None
    details = [f"type{'s' if len(types) > 1 else ''} {quoted(types)}"] if types else []
    details += [f"{field} may not be set" for field in ("user", "role") if field in fields]
    return "seLinuxOptions", f"{setters(pod, bad)} set forbidden securityContext.seLinuxOptions: {'; '.join(details)}"


def seccomp(_meta: Obj, spec: Obj) -> Violation:
    """Seccomp is not switched off."""

    def is_bad(part: Obj) -> bool:
        return (security(part).get("seccompProfile") or {}).get("type") == "Unconfined"

    pod, bad = is_bad(spec), names_of(spec, is_bad)
    if not (pod or bad):
        return None
    return "seccompProfile", f'{setters(pod, bad)} must not set securityContext.seccompProfile.type to "Unconfined"'


def sysctls(_meta: Obj, spec: Obj) -> Violation:
    """Only sysctls that are safe."""
    bad = [one["name"] for one in security(spec).get("sysctls") or () if one["name"] not in SYSCTLS]
    return ("forbidden sysctls", ", ".join(bad)) if bad else None


def host_process(_meta: Obj, spec: Obj) -> Violation:
    """No HostProcess of Windows."""

    def is_bad(part: Obj) -> bool:
        return bool((security(part).get("windowsOptions") or {}).get("hostProcess"))

    pod, bad = is_bad(spec), names_of(spec, is_bad)
    if not (pod or bad):
        return None
    return "hostProcess", f"{setters(pod, bad)} must not set securityContext.windowsOptions.hostProcess=true"


def _added(spec: Obj, allowed: tuple[str, ...], reason: str) -> Violation:
    bad: list[str] = []
    added: dict[str, None] = {}
    for container in containers(spec):
        wanted = (security(container).get("capabilities") or {}).get("add") or ()
        forbidden = [name for name in wanted if name not in allowed]
        bad += [container["name"]] if forbidden else []
        added.update(dict.fromkeys(forbidden))
    if not bad:
        return None
    return reason, f"{which(bad)} must not include {quoted(sorted(added))} in securityContext.capabilities.add"


def _handlers(container: Obj) -> list[Obj]:
    lifecycle = container.get("lifecycle") or {}
    found = [container.get(field) for field in ("livenessProbe", "readinessProbe", "startupProbe")]
    found += [lifecycle.get(field) for field in ("postStart", "preStop")]
    return [handler for handler in found if handler]


def _hosts(handler: Obj) -> list[str]:
    found = [(handler.get(field) or {}).get("host") for field in ("httpGet", "tcpSocket")]
    return [host for host in found if host]
