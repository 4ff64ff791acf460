"""The page that a description is written on: levels of indentation, tabs for columns, labels and annotations over several lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.selector import from_label_selector
from cluster_core.api.timestamp import parse, rfc1123z
from cluster_core.kubectl.printing.tabwriter import tabulated

LINE_MAX = 140
HIDDEN = ("kubectl.kubernetes.io/last-applied-configuration",)


class Page:
    """Collects the text; `flush` ends the columns that lines before and after would otherwise share."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._done: list[str] = []
        self._text: list[str] = []

    def write(self, level: int, text: str) -> None:
        """One line (or several), `level` times two spaces to the right."""
        self._text.append("  " * level + text + "\n")

    def flush(self) -> None:
        """What follows has columns of its own."""
        self._done.append(tabulated("".join(self._text)))
        self._text = []

    def text(self) -> str:
        """The page as it is printed."""
        self.flush()
        return "".join(self._done).rstrip("\n")

    def raw(self) -> str:
        """The page with its tabs, as `rollout history` prints it."""
        return "".join(self._text).rstrip("\n")

    def name(self, obj: Obj, namespaced: bool = True) -> None:
        """Name and namespace."""
        self.write(0, f"Name:\t{obj['metadata']['name']}")
        if namespaced:
            self.write(0, f"Namespace:\t{obj['metadata'].get('namespace', '')}")

    def labels(self, title: str, labels: Mapping[str, str] | None, indent: str = "") -> None:
        """Labels, one a line."""
        pairs = [f"{name}={value}" for name, value in sorted((labels or {}).items())] or ["<none>"]
        self.write(0, f"{indent}{title}:\t" + f"\n{indent}\t".join(pairs))

    def annotations(self, title: str, annotations: Mapping[str, str] | None) -> None:
        """Annotations, long ones below their name."""
        lines: list[str] = []
        for name, value in sorted((annotations or {}).items()):
            value = value.removesuffix("\n")
            if name in HIDDEN:
                continue
            if len(value) + len(name) + 2 > LINE_MAX or "\n" in value:
                lines.append(f"{name}:")
                lines.extend(f"  {_shortened(line)}" for line in value.split("\n"))
            else:
                lines.append(f"{name}: {value}")
        self.write(0, f"{title}:\t" + "\n\t".join(lines or ["<none>"]))

    def marks(self, obj: Obj) -> None:
        """Labels and annotations of an object."""
        self.labels("Labels", obj["metadata"].get("labels"))
        self.annotations("Annotations", obj["metadata"].get("annotations"))

    def conditions(self, conditions: list[Obj] | None) -> None:
        """Type, status and reason of each condition."""
        if not conditions:
            return
        self.write(0, "Conditions:\n  Type\tStatus\tReason")
        self.write(1, "----\t------\t------")
        for one in conditions:
            self.write(1, f"{one['type']} \t{one['status']}\t{one.get('reason', '')}")


def _shortened(text: str) -> str:
    return text if len(text) <= LINE_MAX - 2 else text[: LINE_MAX - 2] + "..."


def moment(stamp: str | None) -> str:
    """An RFC 3339 time as RFC 1123 with a numeric zone."""
    if not stamp:
        return "<unset>"
    return rfc1123z(parse(stamp))


def pairs(labels: Mapping[str, Any] | None) -> str:
    """Labels in one line."""
    return ",".join(f"{name}={value}" for name, value in sorted((labels or {}).items())) or "<none>"


def selector(found: Obj | None) -> str:
    """A LabelSelector in one line."""
    return str(from_label_selector(found)) or "<none>"


def flag(value: Any) -> str:
    """true or false."""
    return "true" if value else "false"


def title(value: Any) -> str:
    """True or False."""
    return "True" if value else "False"


def controller(obj: Obj) -> str:
    """Who controls an object: "ReplicaSet/web-5d8"."""
    owner = next((one for one in obj["metadata"].get("ownerReferences", ()) if one.get("controller")), None)
    return f"{owner['kind']}/{owner['name']}" if owner else ""
