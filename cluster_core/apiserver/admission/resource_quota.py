"""ResourceQuota, the last plugin: a new object is charged to the quotas of its namespace before it is stored.

Upstream: apiserver `admission/plugin/resourcequota/controller.go`. What comes while a charge is being written waits and is then charged
together, so that a burst cannot exceed a quota. What was charged and then not stored is given back by the quota controller's recount.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from cluster_core.api.errors import ApiError, conflict
from cluster_core.api.objects import with_path
from cluster_core.api.pod_resources import quantity
from cluster_core.api.quantity import parse
from cluster_core.api.quota import Usage, concerns, unset, usage_of
from cluster_core.api.request import Obj
from cluster_core.apiserver.storing import Pending
from cluster_core.apiserver.watch_cache import WatchCache

QUOTAS = "resourcequotas"
TRIES_MAX = 3
UPDATED = ("services", "persistentvolumeclaims")
NAME = "ResourceQuota"


@dataclass(slots=True)
class Batch:
    """Writes whose charge is on its way: to which quotas (by the id of the transaction), and which of these were changed meanwhile."""

    admitted: list[Pending]
    writes: dict[int, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    tries: int = 0


@dataclass(slots=True)
class Charge:
    """Writes that may go on as they are, refusals, and the quotas as the admitted ones leave them."""

    free: list[Pending] = field(default_factory=list)
    refused: list[tuple[Pending, ApiError]] = field(default_factory=list)
    admitted: list[Pending] = field(default_factory=list)
    quotas: dict[str, Obj] = field(default_factory=dict)


@dataclass(slots=True)
class QuotaGate:
    """One batch per namespace at a time, and what waits for the next."""

    batches: dict[str, Batch] = field(default_factory=dict)
    waiting: dict[str, list[Pending]] = field(default_factory=dict)

    def batch_of(self, transaction: int) -> tuple[str, Batch] | None:
        """The namespace and the batch that a transaction belongs to."""
        for namespace, batch in self.batches.items():
            if transaction in batch.writes:
                return namespace, batch
        return None

    def release(self) -> list[Pending]:
        """Everything that waits or is on its way, for who must tell that it failed."""
        found = [one for batch in self.batches.values() for one in batch.admitted]
        found += [one for waiting in self.waiting.values() for one in waiting]
        self.batches, self.waiting = {}, {}
        return found


def is_counted(pending: Pending, cache: WatchCache) -> bool:
    """Whether a write can use up a quota: there is one in its namespace, and it makes something (or makes a Service or claim grow)."""
    request, kind = pending.request, pending.form.kind
    there = cache.objects.get(QUOTAS)
    if not there or not kind.namespaced or pending.write.value is None or pending.write.unchanged:
        return False
    if request.verb == "create":
        makes = not request.subresource
    else:
        makes = kind.resource in UPDATED and not request.subresource
        makes = makes or pending.write.revision == 0 or (kind.resource, request.subresource) == ("pods", "resize")
    return makes and any(quota["metadata"]["namespace"] == request.namespace for quota in there.values())


def charge(
    waiting: list[Pending], cache: WatchCache, namespace: str, now: int, names: list[str] | None = None
) -> Charge:
    """Judge writes one after the other against the quotas of their namespace (those of `names`, after a lost race)."""
    there = cache.of(QUOTAS)
    running = {
        quota["metadata"]["name"]: quota
        for key, quota in sorted(there.items())
        if quota["metadata"]["namespace"] == namespace and (names is None or quota["metadata"]["name"] in names)
    }
    result, before = Charge(), dict(running)
    for pending in waiting:
        try:
            changed = _charged(pending, running, cache, now)
        except ApiError as error:
            result.refused.append((pending, error))
            continue
        if changed and not pending.write.dry_run:
            running.update(changed)
            result.admitted.append(pending)
        else:
            result.free.append(pending)
    result.quotas = {name: quota for name, quota in running.items() if quota is not before[name]}
    return result


def too_often(pending: Pending, name: str) -> ApiError:
    """409: the quota was changed by others again and again."""
    return conflict(QUOTAS, name)


def _charged(pending: Pending, quotas: dict[str, Obj], cache: WatchCache, now: int) -> dict[str, Obj]:
    """The quotas that a write changes, with what they have left; raises 403 if one is exceeded."""
    new = pending.write.value
    assert new is not None
    resource = pending.form.kind.resource
    old = (
        cache.get(resource, pending.request.namespace, pending.write.name) if pending.request.verb != "create" else None
    )
    interesting = {name: concerns(quota, resource, new) for name, quota in quotas.items()}
    for name, tracked in interesting.items():
        if tracked:
            _check(pending, quotas[name], name, tracked, resource, new)
    changed: dict[str, Obj] = {}
    for name, tracked in interesting.items():
        delta = _delta(usage_of(resource, new, now), old, quotas[name], resource, now) if tracked else {}
        wanted = {one: amount for one, amount in delta.items() if one in tracked and amount}
        if wanted:
            changed[name] = _with_usage(pending, quotas[name], wanted)
    return changed


def _delta(usage: Usage, old: Obj | None, quota: Obj, resource: str, now: int) -> Usage:
    if old is None or not concerns(quota, resource, old):
        return usage
    before = usage_of(resource, old, now)
    return {name: max(Fraction(0), amount - before.get(name, Fraction(0))) for name, amount in usage.items()}


def _check(pending: Pending, quota: Obj, name: str, tracked: list[str], resource: str, new: Obj) -> None:
    missing = unset(new, tracked) if resource == "pods" else ""
    if missing:
        raise _refused(pending, f"failed quota: {name}: must specify {missing}")
    used = (quota.get("status") or {}).get("used") or {}
    if any(one not in used for one in tracked):
        raise _refused(pending, f"status unknown for quota: {name}, resources: {','.join(sorted(tracked))}")


def _with_usage(pending: Pending, quota: Obj, wanted: Usage) -> Obj:
    status = quota["status"]
    used = {name: parse(status["used"][name]) for name in wanted}
    exceeded = sorted(name for name in wanted if used[name] + wanted[name] > parse(status["hard"][name]))
    if exceeded:
        asked = {name: quantity(name, wanted[name]) for name in exceeded}
        raise _refused(
            pending,
            f"exceeded quota: {quota['metadata']['name']}, requested: {_listed(asked, exceeded)}, "
            f"used: {_listed(status['used'], exceeded)}, limited: {_listed(status['hard'], exceeded)}",
        )
    sums = {name: quantity(name, used[name] + wanted[name]) for name in wanted}
    return with_path(quota, ("status", "used"), {**status["used"], **sums})


def _listed(amounts: dict[str, str], names: list[str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in names)


def _refused(pending: Pending, why: str) -> ApiError:
    kind, name = pending.form.kind, pending.write.name
    details = {"name": name, "group": kind.group, "kind": kind.plural}
    shown = {key: value for key, value in details.items() if value}
    return ApiError(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', shown)
