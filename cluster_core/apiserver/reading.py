"""What a get and a list answer. Pure: reads the cache, changes nothing.

Upstream: apiserver `endpoints/handlers/get.go`, `storage/etcd3/store.go` GetList, `storage/cacher/watch_cache.go`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster_core.api.conversion import Form
from cluster_core.api.errors import expired, method_not_allowed, not_found, too_new, unknown_resource
from cluster_core.api.kinds.kind import Kind
from cluster_core.api.request import Obj, Request
from cluster_core.apiserver.answers import list_of
from cluster_core.apiserver.apply.door import with_owners
from cluster_core.apiserver.continue_token import ANY_REVISION, begin_at, decode, encode
from cluster_core.apiserver.filter import Filter
from cluster_core.apiserver.leases import shown
from cluster_core.apiserver.list_options import NOTHING, ListOptions, list_options, revision_of
from cluster_core.apiserver.scale import scale_of
from cluster_core.apiserver.watch_cache import WatchCache

TOO_OLD = "The resourceVersion for the provided list is too old."
INCONSISTENT = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
    "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with "
    "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


def look_up(form: Form, request: Request, cache: WatchCache, now: int) -> Obj:
    """The answer to a get or a list at virtual time `now`. Raises 400, 404, 405, 410, 422 or 504."""
    if request.verb not in form.kind.verbs:
        raise method_not_allowed()
    return _list(form, request, cache, now) if request.verb == "list" else _get(form, request, cache, now)


def filter_of(kind: Kind, request: Request) -> Filter:
    """What the selectors of a list or a watch ask for. Raises 400."""
    return Filter.of(kind, request.namespace if kind.namespaced else "", request.options)


def as_shown(kind: Kind, obj: Obj, now: int) -> Obj:
    """The object as it is at `now`: renewals of Leases are worked out when somebody looks."""
    return shown(obj, now) if kind.kind == "Lease" else obj


def _get(form: Form, request: Request, cache: WatchCache, now: int) -> Obj:
    kind = form.kind
    asked = revision_of(str(request.options.get("resource_version") or ""))
    if asked > cache.revision:
        raise too_new(asked, cache.revision)
    if request.subresource not in ("", "status", "scale") or (request.subresource == "status" and not kind.has_status):
        raise unknown_resource()
    found = cache.get(kind.resource, request.namespace if kind.namespaced else "", request.name)
    if found is None:
        raise not_found(kind.resource, request.name)
    if request.subresource == "scale":
        return scale_of(kind, found)
    answer: Obj = form.shown(as_shown(kind, with_owners(request, kind, found), now))
    return answer


def _list(form: Form, request: Request, cache: WatchCache, now: int) -> Obj:
    kind, options = form.kind, list_options(request.options)
    wanted = filter_of(kind, request)
    if options is NOTHING:
        return _answered(form, request, cache.select(wanted), cache.revision, now)
    revision, start = _place(options, cache)
    objects = cache.as_of(kind.resource, revision)
    if objects is None:
        raise expired(INCONSISTENT, begin_at(start, ANY_REVISION)) if start else expired(TOO_OLD)
    return _page(form, request, wanted, objects, options.limit, start, revision, now)


def _place(options: ListOptions, cache: WatchCache) -> tuple[int, str]:
    """The revision that a list is of, and the key (without the prefix of the list) at which it begins."""
    if options.continues:
        start, revision = decode(options.continues)
        revision = cache.revision if revision < 0 else revision
    else:
        start, revision = "", options.exact or cache.revision
    if max(revision, options.revision) > cache.revision:
        raise too_new(max(revision, options.revision), cache.revision)
    return revision, start


def _page(
    form: Form,
    request: Request,
    wanted: Filter,
    objects: Mapping[str, Obj],
    limit: int,
    start: str,
    revision: int,
    now: int,
) -> Obj:
    """At most `limit` objects (0: all) from `start` on. How many remain is told where no selector makes it a guess."""
    prefix = f"{wanted.namespace}/" if wanted.namespace else ""
    keys = [key for key in wanted.keys(objects) if key >= prefix + start] if start else wanted.keys(objects)
    items: list[Obj] = []
    for place, key in enumerate(keys):
        if wanted.matches(objects[key]):
            items.append(objects[key])
        if limit and len(items) == limit and place + 1 < len(keys):
            answer = _answered(form, request, items, revision, now)
            answer["metadata"]["continue"] = encode(key.removeprefix(prefix), revision)
            if wanted.empty:
                answer["metadata"]["remainingItemCount"] = len(keys) - limit
            return answer
    return _answered(form, request, items, revision, now)


def _answered(form: Form, request: Request, items: list[Obj], revision: int, now: int) -> Obj:
    kind = form.kind
    items = [with_owners(request, kind, obj) for obj in items]
    if kind.kind == "Lease":
        items = [shown(obj, now) for obj in items]
    if not form.stored:
        items = [form.shown(obj) for obj in items]
    return list_of(kind, items, revision, form.api_version)
