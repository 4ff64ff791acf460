"""The files that a kubelet makes of API objects for a volume: ConfigMaps, Secrets, the downward API, tokens, all of them projected.

Upstream: `pkg/volume/{configmap,secret,downwardapi,projected}`.
"""

from __future__ import annotations

from typing import Any

from cluster_core.api.request import Obj
from cluster_core.kubelet.environment import Get, data_of, field_of, resource_of

MADE = ("configMap", "secret", "downwardAPI", "projected")
RESOURCES = {"configMap": "configmaps", "secret": "secrets"}
KEYS = {
    "configMap": "configmap references non-existent config key: {}",
    "secret": "references non-existent secret key: {}",
}


class NotMountable(Exception):
    """Something that a volume is made of is not there; the text is upstream's."""


def is_made(volume: Obj) -> bool:
    """Whether the kubelet writes the files of a volume."""
    return any(kind in volume for kind in MADE)


def mode_of(volume: Obj) -> int:
    """The mode of its files."""
    for kind in MADE:
        if kind in volume:
            return int((volume[kind] or {}).get("defaultMode") or 0o644)
    return 0o644


def sources_of(volume: Obj) -> list[tuple[str, Obj]]:
    """What a volume is made of, as (kind of source, source); one that is not projected has one."""
    if "projected" in volume:
        return [(kind, item[kind]) for item in volume["projected"].get("sources") or () for kind in item]
    return [(kind, volume[kind]) for kind in MADE if kind in volume]


def named(kind: str, source: Obj) -> str:
    """The name of the object of a source."""
    return str(source.get("secretName") or source.get("name") or "") if kind in RESOURCES else ""


def objects_of(volume: Obj) -> list[tuple[str, str]]:
    """The objects behind a volume, as (resource, name)."""
    return [(RESOURCES[kind], named(kind, source)) for kind, source in sources_of(volume) if kind in RESOURCES]


def files_of(pod: Obj, volume: Obj, facts: dict[str, str], get: Get) -> dict[str, bytes]:
    """The files of a volume by path. NotMountable: what is missing, all of it."""
    found: dict[str, bytes] = {}
    problems: dict[str, None] = {}
    for kind, source in sources_of(volume):
        try:
            found |= _files(pod, kind, source, facts, get)
        except NotMountable as problem:
            problems[str(problem)] = None
    if problems:
        texts = list(problems)
        raise NotMountable(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    return found


def _files(pod: Obj, kind: str, source: Obj, facts: dict[str, str], get: Get) -> dict[str, bytes]:
    if kind in RESOURCES:
        return _object_files(pod, kind, source, get)
    if kind == "downwardAPI":
        return _downward_files(pod, source, facts)
    if kind == "serviceAccountToken":
        return _token_files(pod, source, facts, get)
    return {}


def _object_files(pod: Obj, kind: str, source: Obj, get: Get) -> dict[str, bytes]:
    name, optional = named(kind, source), bool(source.get("optional"))
    obj = get(RESOURCES[kind], pod["metadata"]["namespace"], name)
    if obj is None and not optional:
        raise NotMountable(f'{kind.lower()} "{name}" not found')
    data = data_of(RESOURCES[kind], obj) if obj is not None else {}
    items: list[dict[str, Any]] = source.get("items") or []
    for item in items:
        if item["key"] not in data and not optional:
            raise NotMountable(KEYS[kind].format(item["key"]))
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data} if items else data


def _downward_files(pod: Obj, source: Obj, facts: dict[str, str]) -> dict[str, bytes]:
    found = {}
    for item in source.get("items") or ():
        if "fieldRef" in item:
            text = field_of(pod, item["fieldRef"]["fieldPath"], facts)
        else:
            text = resource_of(pod, {}, item.get("resourceFieldRef") or {})
        found[item["path"]] = text.encode()
    return found


def _token_files(pod: Obj, source: Obj, facts: dict[str, str], get: Get) -> dict[str, bytes]:
    account = str(pod["spec"].get("serviceAccountName") or "default")
    if get("serviceaccounts", pod["metadata"]["namespace"], account) is None:
        raise NotMountable(f'failed to fetch token: serviceaccounts "{account}" not found')
    return {source.get("path") or "token": facts.get("token", "").encode()}
