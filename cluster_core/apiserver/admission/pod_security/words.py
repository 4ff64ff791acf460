"""How the checks name what they found. Upstream: pod-security-admission `policy/helpers.go`, `policy/visitor.go`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cluster_core.api.request import Obj


def containers(spec: Obj) -> Iterator[Obj]:
    """Init containers, containers, ephemeral containers, as upstream visits them."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def security(part: Obj) -> Obj:
    """The securityContext of a pod's spec or a container."""
    found: Obj = part.get("securityContext") or {}
    return found


def names_of(spec: Obj, is_bad: Callable[[Obj], bool]) -> list[str]:
    """The names of the containers that something is wrong with."""
    return [one["name"] for one in containers(spec) if is_bad(one)]


def quoted(names: Iterable[object]) -> str:
    """ "a", "b"."""
    return ", ".join(f'"{name}"' for name in names)


def which(names: list[str], word: str = "container") -> str:
    """container "a", or containers "a", "b"."""
    return f"{word}{'s' if len(names) != 1 else ''} {quoted(names)}"


def setters(pod: bool, names: list[str]) -> str:
    """pod, container "a", or both."""
    parts = (["pod"] if pod else []) + ([which(names)] if names else [])
    return " and ".join(parts)
