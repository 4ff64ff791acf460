"""What a write makes of the stored object, and what the rules of a write may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cluster_core.api.errors import ApiError, conflict, invalid
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.objects import SAFE_ALPHABET
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.apply.ownership import Ownership
from cluster_core.apiserver.authorization.authorizer import Authorizer
from cluster_core.apiserver.served_kinds import ServedKinds
from cluster_core.apiserver.watch_cache import WatchCache, storage_key
from cluster_core.apiserver.write_options import is_dry_run
from cluster_core.sim.limits import Limits


@dataclass(slots=True)
class Write:
    """What to store: `value` None removes; `revision` is the mod revision that must still hold (0: must not exist).

    `then_remove`: once the value is stored, the object goes in a second write. `admission`: what each stage before storage
    changed, for the record of the request. `warnings` are for the client's user. `ownership`: who owns which field then; None for a
    write that is nobody's, such as the binding of a pod.
    """

    name: str
    value: Obj | None
    revision: int
    answer: Obj
    code: int = 200
    unchanged: bool = False
    then_remove: bool = False
    namespace: str = ""
    admission: list[list[Any]] = field(default_factory=list)
    defaulted: int = 0
    warnings: list[str] = field(default_factory=list)
    dry_run: bool = False
    ownership: Ownership | None = None


@dataclass(slots=True)
class Context:
    """What the rules need beside the request."""

    cache: WatchCache
    now: int
    random: Random
    uid: Callable[[], str]
    limits: Limits
    authorizer: Authorizer = field(default_factory=Authorizer)
    seed: int = 0
    kinds: ServedKinds = field(default_factory=ServedKinds)

    def suffix(self, length: int) -> str:
        """Random letters and digits for generated names."""
        return "".join(self.random.choice(SAFE_ALPHABET) for _ in range(length))


def refuse(kind: Kind, obj: Obj, causes: list[Any]) -> None:
    """Raise 422 if there is any cause."""
    if causes:
        raise invalid(kind.kind, kind.group, str(obj["metadata"].get("name", "")), causes)


def is_kept_out(request: Request, write: Write) -> bool:
    """Whether a write is decided, but nothing of it stored."""
    return write.unchanged or write.dry_run or is_dry_run(request.options)


def precondition_failed(about: str, resource: str, old: Obj, field: str, wanted: str) -> ApiError:
    """409: the object is not the one that the writer means. `about` is the resource of the request."""
    meta, attribute = old["metadata"], {"UID": "uid", "ResourceVersion": "resourceVersion"}[field]
    key = storage_key(resource, str(meta.get("namespace", "")), str(meta["name"]))
    why = (
        f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
        f"{field} in precondition: {wanted}, {field} in object meta: {meta[attribute]}"
    )
    return conflict(about, str(meta["name"]), why)


def stored(obj: Obj) -> Obj:
    """As etcd keeps it: without the resourceVersion, which is etcd's own."""
    meta = obj["metadata"]
    if "resourceVersion" not in meta:
        return obj
    return {**obj, "metadata": {name: value for name, value in meta.items() if name != "resourceVersion"}}


def revision(obj: Obj) -> int:
    """The revision of etcd at which an object was written."""
    return int(obj["metadata"]["resourceVersion"])


def changed_fields(new: Any, old: Any) -> int:
    """How many fields of one level differ, by identity: what a stage has replaced or added."""
    if new is old or not isinstance(new, dict):
        return 0
    before = old if isinstance(old, dict) else {}
    return sum(1 for name, value in new.items() if before.get(name) is not value)
