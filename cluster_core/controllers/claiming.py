"""Who a controller's objects are: adopt orphans that its selector matches, release those that it no longer matches.

Upstream: `pkg/controller/controller_ref_manager.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cluster_core.api.objects import owner_controller, owner_reference
from cluster_core.api.request import Obj
from cluster_core.api.selector import Selector
from cluster_core.client.controller import Action

Belongs = Callable[[Obj], bool]


def claim(
    owner: Obj, resource: str, selector: Selector, owned: Iterable[Obj], orphans: Iterable[Obj], belongs: Belongs
) -> tuple[list[Obj], list[Action]]:
    """The objects that are the owner's (those that it adopts now, too), and the patches that adopt and release.

    `belongs` says what must hold besides the selector. An owner that is being deleted claims nothing and releases nothing.
    """
    uid, leaving = owner["metadata"]["uid"], bool(owner["metadata"].get("deletionTimestamp"))
    mine, actions = [], []
    for obj in owned:
        holder = owner_controller(obj)
        if holder is None or holder["uid"] != uid:
            continue
        if belongs(obj) and selector.matches(obj["metadata"].get("labels") or {}):
            mine.append(obj)
        elif not leaving:
            left = [one for one in obj["metadata"]["ownerReferences"] if one["uid"] != uid]
            actions.append(_with_owners(obj, resource, left))
    if leaving:
        return mine, actions
    for obj in orphans:
        meta = obj["metadata"]
        if not meta.get("deletionTimestamp") and belongs(obj) and selector.matches(meta.get("labels") or {}):
            mine.append(obj)
            owners = [*meta.get("ownerReferences", ()), owner_reference(owner)]
            actions.append(_with_owners(obj, resource, owners))
    return mine, actions


def _with_owners(obj: Obj, resource: str, owners: list[Obj]) -> Action:
    meta = obj["metadata"]
    body: dict[str, Any] = {"metadata": {"ownerReferences": owners, "uid": meta["uid"]}}
    options = {"patch_type": "merge"}
    return Action("patch", resource, meta["namespace"], meta["name"], body, options=options, ignore=("NotFound",))
