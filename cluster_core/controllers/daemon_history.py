"""The revisions of a DaemonSet: the one of its template, numbered, and those of earlier ones. Upstream: `pkg/controller/daemon/update.go`
(constructHistory, snapshot, cleanupHistory).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster_core.api.objects import pod_template_hash
from cluster_core.api.request import Obj
from cluster_core.client.controller import Action, Decision
from cluster_core.controllers import controller_revisions as history
from cluster_core.controllers.controller_revisions import kept
from cluster_core.controllers.daemon_nodes import REVISION_LABEL

Pods = Callable[[], list[Obj]]


@dataclass(slots=True)
class History:
    """The hash of the current template, the earlier revisions in order, what has to be written; `collides`: the name is taken."""

    digest: str
    old: list[Obj] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    collides: bool = False


def settle(owner: Obj, revisions: list[Obj], pods: Pods, taken: dict[str, Obj]) -> History:
    """Find the revision of the set's template, or make it; `taken` are the revisions of the namespace, by name.

    Of several with the same template the one with the highest number stays; the `pods` of the others get its hash.
    """
    data = kept(owner["spec"]["template"])
    old = history.in_order([one for one in revisions if one["data"] != data])
    current = history.in_order([one for one in revisions if one["data"] == data])
    number = history.next_number(old)
    if not current:
        return _made(owner, data, old, number, taken)
    keep = current[-1]
    found = History(hash_of(keep), old)
    for duplicate in current[:-1]:
        found.actions += [_relabelled(pod, found.digest) for pod in pods() if _hash_label(pod) != found.digest]
        found.actions.append(history.delete(duplicate))
    if keep["revision"] < number:
        facts = {"revision": keep["metadata"]["name"], "number": number}
        found.actions.append(history.renumber(keep, number))
        found.decisions.append(Decision("daemonset.revision-renumbered", facts))
    return found


def surplus(owner: Obj, old: list[Obj], pods: Pods) -> list[Obj]:
    """The oldest revisions beyond the limit, but for those that pods are of."""
    count = len(old) - int(owner["spec"].get("revisionHistoryLimit", 10))
    if count <= 0:
        return []
    live = {_hash_label(pod) for pod in pods()}
    return [one for one in old if hash_of(one) not in live][:count]


def hash_of(revision: Obj) -> str:
    """The hash that pods of a revision have as a label."""
    meta = revision["metadata"]
    return str((meta.get("labels") or {}).get(REVISION_LABEL) or meta["name"])


def _made(owner: Obj, data: Obj, old: list[Obj], number: int, taken: dict[str, Obj]) -> History:
    template, meta = owner["spec"]["template"], owner["metadata"]
    digest = pod_template_hash(template, owner.get("status", {}).get("collisionCount"))
    name = f"{meta['name']}-{digest}"
    there = taken.get(name)
    if there is not None:
        return History(digest, old, collides=there["data"] != data)
    labels = {**((template.get("metadata") or {}).get("labels") or {}), REVISION_LABEL: digest}
    made = history.new_revision(owner, number, name, labels, dict(meta.get("annotations") or {}))
    told = Decision("daemonset.revision-created", {"revision": name, "number": number})
    return History(digest, old, [history.create(made)], [told])


def _hash_label(pod: Obj) -> str:
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))


def _relabelled(pod: Obj, digest: str) -> Action:
    meta = pod["metadata"]
    body = {"metadata": {"labels": {REVISION_LABEL: digest}}}
    options = {"patch_type": "merge"}
    return Action("patch", "pods", meta["namespace"], meta["name"], body, options=options, ignore=("NotFound",))
