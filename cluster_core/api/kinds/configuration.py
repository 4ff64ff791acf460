"""ConfigMap and Secret: configuration as keys and texts. Upstream: `pkg/apis/core/validation/validation.go`.

Real Kubernetes words it as Go's decoder does when the JSON of a Docker configuration cannot be read.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cluster_core.api import names
from cluster_core.api.errors import Cause
from cluster_core.api.kinds.kind import IMMUTABLE, Kind, named
from cluster_core.api.request import Obj

BYTES_MAX = 1024 * 1024
FROZEN = "field is immutable when `immutable` is set"
ACCOUNT = "kubernetes.io/service-account.name"
TYPED_KEYS = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


class ConfigMap(Kind):
    """Configuration as keys and texts."""

    kind, plural, short_names, has_status, has_spec = "ConfigMap", "configmaps", ("cm",), False, False

    def validate(self, obj: Obj) -> list[Cause]:
        """Keys, each of them once, and the size."""
        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        causes = _validate_keys(data, "data") + _validate_keys(binary, "binaryData")
        causes += [
            Cause(f"data[{key}]", "Invalid", "duplicate of key present in binaryData", key)
            for key in data
            if key in binary
        ]
        return causes + _validate_size("[]", data, binary)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """An immutable one stays as it is."""
        return _validate_frozen(new, old, ("data", "binaryData"))


class Secret(Kind):
    """Configuration that is not shown."""

    kind, plural, has_status, has_spec = "Secret", "secrets", False, False
    field_labels = ("type",)

    def defaults(self, obj: Obj) -> Obj:
        """Opaque; stringData becomes data."""
        plain = obj.get("stringData")
        if plain:
            encoded = {key: base64.b64encode(value.encode()).decode() for key, value in plain.items()}
            obj = {name: value for name, value in obj.items() if name != "stringData"}
            obj["data"] = {**(obj.get("data") or {}), **encoded}
        return {**obj, "type": obj.get("type") or "Opaque"}

    def validate(self, obj: Obj) -> list[Cause]:
        """Keys, those that the type requires, and the size."""
        data = obj.get("data") or {}
        causes = _validate_keys(data, "data") + _validate_size("data", {}, data)
        missing = [key for key in TYPED_KEYS.get(obj["type"], ()) if key not in data]
        causes += [Cause(f"data[{key}]", "Required") for key in missing]
        return causes + _validate_type(obj, data)

    def validate_update(self, new: Obj, old: Obj) -> list[Cause]:
        """The type is fixed; an immutable one stays as it is."""
        causes = _validate_frozen(new, old, ("data",))
        if new["type"] != old.get("type"):
            causes.append(Cause("type", "Invalid", IMMUTABLE, new["type"]))
        return causes

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """type too."""
        return {**super().selectable_fields(obj), "type": obj.get("type", "")}


def _validate_type(secret: Obj, data: Any) -> list[Cause]:
    """What only some types require."""
    kind = secret["type"]
    if kind == "kubernetes.io/service-account-token":
        told = (secret["metadata"].get("annotations") or {}).get(ACCOUNT)
        return [] if told else [Cause(f"metadata.annotations[{ACCOUNT}]", "Required")]
    if kind == "kubernetes.io/basic-auth" and "username" not in data and "password" not in data:
        return [Cause(f"data[{key}]", "Required") for key in ("username", "password")]
    causes: list[Cause] = []
    for key in TYPED_KEYS.get(kind, ()) if "docker" in kind else ():
        try:
            fits = isinstance(json.loads(base64.b64decode(data.get(key) or "e30=")), dict)
            words = "json: cannot unmarshal into Go value of type map[string]interface {}"
        except ValueError as error:
            fits, words = False, str(error)
        if not fits:
            causes.append(Cause(f"data[{key}]", "Invalid", words, "<secret contents redacted>"))
    return causes


def _validate_keys(data: Any, path: str) -> list[Cause]:
    return [cause for key in data for cause in named(key, names.config_key, f"{path}[{key}]")]


def _validate_size(path: str, data: Any, binary: Any) -> list[Cause]:
    """Binary data counts decoded."""
    size = sum(len(value.encode()) for value in data.values())
    size += sum(len(text) * 3 // 4 - text[-2:].count("=") for text in binary.values())
    return [Cause(path, "TooLong", f"may not be more than {BYTES_MAX} bytes")] if size > BYTES_MAX else []


def _validate_frozen(new: Obj, old: Obj, fields: tuple[str, ...]) -> list[Cause]:
    if not old.get("immutable"):
        return []
    causes = [] if new.get("immutable") else [Cause("immutable", "Forbidden", FROZEN)]
    return causes + [Cause(field, "Forbidden", FROZEN) for field in fields if new.get(field) != old.get(field)]
