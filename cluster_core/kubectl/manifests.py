"""What `-f -` brings: the objects of a here-document. The terminal has no files of its own.

Upstream: cli-runtime `resource.Builder` with `StdinParam`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cluster_core.api.request import Obj
from cluster_core.api.yaml import ManifestError, load_manifests
from cluster_core.kubectl import words
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import KubectlError, Terminal
from cluster_core.kubectl.resources import Resource

FILENAME = Flag("filename", "f", "list")
RECURSIVE = Flag("recursive", "R", "bool")


@dataclass(slots=True)
class Manifest:
    """One object of a manifest, and the resource that it is of."""

    obj: Obj
    resource: Resource
    namespace: str
    name: str

    @property
    def label(self) -> str:
        """As kubectl names it: deployment.apps/web."""
        return f"{self.resource.full_name}/{self.name}"


def validation(given: Arguments) -> dict[str, str]:
    """The query of `--validate`."""
    level = {"true": "Strict", "strict": "Strict", "warn": "Warn"}.get(given.text("validate"), "Ignore")
    return {"fieldValidation": level}


def manifests(terminal: Terminal, given: Arguments, verb: str = "apply") -> list[Manifest]:
    """The objects that `-f` names. KubectlError where there is none, or where one cannot be read."""
    found: list[Manifest] = []
    for name in given.list("filename"):
        if name != "-":
            raise KubectlError(
                f'error: the path "{name}" does not exist\n'
                "This terminal has no files: use -f - <<EOF and paste the manifest, then a line EOF."
            )
        try:
            objects = load_manifests(terminal.stdin)
        except ManifestError as error:
            raise KubectlError(f"error: {error}") from error
        found.extend(manifest(terminal, given, obj) for obj in objects)
    if not found:
        raise KubectlError(f"error: no objects passed to {verb}")
    return found


def manifest(terminal: Terminal, given: Arguments, obj: Obj) -> Manifest:
    """One object with its resource and namespace."""
    resource = terminal.resources.of_kind(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
    if resource is None:
        raise KubectlError(words.no_mapping(obj))
    meta: dict[str, Any] = obj.get("metadata") if isinstance(obj.get("metadata"), dict) else {}  # type: ignore[assignment]
    own, asked = str(meta.get("namespace") or ""), given.text("namespace")
    if resource.namespaced and own and asked and own != asked:
        text = f'error: the namespace from the provided object "{own}" does not match the namespace "{asked}".'
        raise KubectlError(f"{text} You must pass '--namespace={own}' to perform this operation.")
    namespace = (own or asked or terminal.namespace) if resource.namespaced else ""
    if namespace and not own:
        obj = {**obj, "metadata": {**meta, "namespace": namespace}}
    return Manifest(obj, resource, namespace, str(meta.get("name") or ""))
