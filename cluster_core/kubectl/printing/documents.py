"""Objects as YAML, JSON and names, as kubectl prints them. Upstream: sigs.k8s.io/yaml (go-yaml v2), cli-runtime `printers`."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from cluster_core.api.request import Obj

# Texts that YAML 1.1 would read as something else.
QUOTED = re.compile(r"(?:y|Y|n|N|[-+]?\d+(?:\.\d*)?[eE][-+]?\d+|0o[0-7]+)$")


class _Dumper(yaml.SafeDumper):
    """Keys in order, texts quoted as Go quotes them."""

    def ignore_aliases(self, _data: Any) -> bool:
        """The same part may come twice; nobody wants to see an anchor."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = None
    if "\n" in value:
        style = "|"
    elif QUOTED.match(value) or _read_as(dumper, value) != "tag:yaml.org,2002:str":
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _read_as(dumper: Any, value: str) -> str:
    """The tag that the text would have without quotes."""
    found: str = dumper.resolve(yaml.ScalarNode, value, (True, False))
    return found


_Dumper.add_representer(str, _text)


def as_yaml(obj: Obj) -> str:
    """YAML, without the last line's end."""
    text = yaml.dump(obj, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=2**30)
    return text.rstrip("\n")


def as_json(obj: Obj) -> str:
    """JSON, indented by four, keys in order."""
    return json.dumps(obj, indent=4, sort_keys=True, ensure_ascii=False)


def without_managed_fields(obj: Obj) -> Obj:
    """As kubectl shows objects unless it is asked for the owners of their fields."""
    meta = obj.get("metadata")
    if not isinstance(meta, dict) or "managedFields" not in meta:
        return obj
    return {**obj, "metadata": {name: value for name, value in meta.items() if name != "managedFields"}}


def as_list(items: list[Obj]) -> Obj:
    """The list that kubectl makes of what several requests have brought."""
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
