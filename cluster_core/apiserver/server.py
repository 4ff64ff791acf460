"""kube-apiserver: the only door to etcd. Every request walks the same stages, each of them recorded.

Stages: authentication → authorization → admission (mutate, validate) → defaulting → validation → storage → watch fan-out. Reads are in
`reading.py`, what a write makes of an object in `registry.py`; kinds and versions are looked up in `served_kinds.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cluster_core.api.conversion import Form
from cluster_core.api.errors import ApiError, NotYetError, conflict, method_not_allowed, too_new, unavailable
from cluster_core.api.request import Obj, Request, Response, WatchBatch
from cluster_core.apiserver import components
from cluster_core.apiserver.aggregation import Extensions, follow, is_aggregated
from cluster_core.apiserver.answers import answer_of, check_size
from cluster_core.apiserver.apply.door import OUTSIDE
from cluster_core.apiserver.authorization.authorizer import Authorizer
from cluster_core.apiserver.bindings import directed
from cluster_core.apiserver.body import is_typed
from cluster_core.apiserver.caller import caller_of, check_path
from cluster_core.apiserver.charging import ChargingServer
from cluster_core.apiserver.collection import CollectedRequest, Collection, deletions
from cluster_core.apiserver.definitions import concerned, refresh, requests
from cluster_core.apiserver.eviction import TRIES_MAX, BudgetRequest, EvictionRequest, first_write
from cluster_core.apiserver.leases import LEASES, freeze, is_renewed, renewing
from cluster_core.apiserver.list_options import watch_options
from cluster_core.apiserver.reading import as_shown, filter_of, look_up
from cluster_core.apiserver.record import request_params, stages_of
from cluster_core.apiserver.registry import write_of
from cluster_core.apiserver.reviews import Desk, is_review, review
from cluster_core.apiserver.served_kinds import ServedKinds
from cluster_core.apiserver.storing import Pending
from cluster_core.apiserver.warnings import deprecation, told
from cluster_core.apiserver.watch_cache import Change, Watch
from cluster_core.apiserver.write import Context, Write, is_kept_out
from cluster_core.apiserver.write_options import delete_options
from cluster_core.sim.limits import Limits
from cluster_core.sim.process import Message, TopologyChanged
from cluster_core.sim.rng import Streams

RETRIES_MAX = 8
# The admission plugin ServiceAccount looks ten times for an account that a controller is about to make.
NOT_YET_TRIES, NOT_YET_US = 10, (100_000, 200_000)


@dataclass(slots=True)
class Again(Message):
    """A request whose failure may have passed comes up again."""

    handler = "on_again"

    request: Request
    attempt: int
    crashes: int


class ApiServer(ChargingServer):
    """The API server of the cluster; `members` are the processes of etcd."""

    def __init__(self, sim: Any, name: str, host: str, members: list[str], limits: Limits) -> None:
        super().__init__(sim, name, host, members)
        self.limits = limits
        self.kinds = ServedKinds()
        self.requests = 0
        self._waiting: list[Request] = []
        self.authorizer = Authorizer()
        self.extensions = Extensions()

    def card(self) -> dict[str, Any]:
        """For the architecture view."""
        return {
            "revision": self.cache.revision,
            "watches": len(self.cache.watches),
            "in_flight": len(self._pending),
            "requests": self.requests,
            "objects": self.cache.count,
            "member": self.member,
        }

    def read(self, request: Request) -> Response:
        """Answer out of band what changes nothing: a get, a list, a review, a dry run. No event, the same answer as in the simulation.

        405 for a request that would write.
        """
        try:
            form, request = directed(self.routed(request), replace(request, source=OUTSIDE), self.kinds)
            if request.verb in ("get", "list") or is_review(form.kind):
                code = 201 if is_review(form.kind) else 200
                return Response(request.id, code, self._looked_up(form, request), deprecation(form))
            write = self._tried(form, request)
            return Response(request.id, write.code, answer_of(form, request, write), told(write.warnings))
        except ApiError as error:
            return Response(request.id, error.code, error.status())

    def routed(self, request: Request) -> Form:
        """The form that a request asks for, once its user may do what it asks. Raises 403, 404, 503 when the server is down."""
        if self.down or not self.ready:
            raise unavailable("the API server of this simulated cluster is down")
        request.caller = caller_of(request, self.cache, self.authorizer)
        return self.kinds.form(request.resource, request.version)

    def authorize_path(self, request: Request, path: str) -> None:
        """Raise 403 if the user of a request may not `verb` a path that is no resource, such as /healthz or /apis."""
        if self.ready:
            check_path(request, path, self.cache, self.authorizer)

    def on_request(self, request: Request) -> None:
        """Carry out one API call."""
        if not self.ready:
            self._waiting.append(request)
            return
        self.requests += 1
        self._attempt(request, 1)

    def on_again(self, message: Again) -> None:
        """Try a request once more, unless the server has crashed since."""
        if message.crashes == self.crashes:
            self._attempt(message.request, message.attempt)

    def begin_to_serve(self) -> None:
        """The cache is filled: what has waited is carried out."""
        super().begin_to_serve()
        self._follow_definitions()
        follow(self.kinds, self.cache)
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self.on_request(request)

    def took_in(self, changes: list[Change]) -> None:
        """The cache has changed: custom kinds may come and go."""
        if concerned(self.kinds, changes):
            self._follow_definitions()
        follow(self.kinds, self.cache, changes)

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back: look after the leases that renew themselves."""
        super().on_topology_changed(message)
        for lease in list(self.cache.of(LEASES).values()):
            if renewing(lease) and not is_renewed(lease, self.sim, self.name):
                self.on_request(freeze(lease, self.sim.now, self.name))

    def crash(self) -> None:
        """What has waited and what was decided was in memory."""
        super().crash()
        self._waiting, self.authorizer = [], Authorizer()

    def _attempt(self, request: Request, attempt: int) -> None:
        try:
            self._carry_out(request, 0)
        except NotYetError as error:
            if attempt == NOT_YET_TRIES:
                self._answer(request, error.code, error.status())
                return
            wait = self.sim.streams.stream("apiserver/retries").randrange(*NOT_YET_US)
            self.alarm(self.sim.now + wait, Again(request, attempt + 1, self.crashes))
        except ApiError as error:
            self._answer(request, error.code, error.status())

    def _carry_out(self, request: Request, tries: int) -> None:
        form, request = directed(self.routed(request), request, self.kinds)
        if request.verb in ("get", "list") or is_review(form.kind):
            self._answer(request, 201 if is_review(form.kind) else 200, self._looked_up(form, request))
        elif request.verb == "watch":
            self._open_watch(form, request)
        elif request.verb == "deletecollection":
            self._delete_collection(form, request)
        else:
            self._write(form, request, tries)

    def _write(self, form: Form, request: Request, tries: int) -> None:
        first = first_write(request, self.cache, self.name, self.sim.now)
        if first is not None:
            self.on_request(first)
            return
        write = self._decided(form, request, self.sim.streams)
        if is_kept_out(request, write):
            self.check_quotas(Pending(request, form, write))
            self._answer(request, write.code, answer_of(form, request, write), write.warnings)
            return
        self.admit_and_store(Pending(request, form, write, tries))

    def refused(self, pending: Pending, error: ApiError) -> None:
        """A write does not fit into a quota."""
        self._answer(pending.request, error.code, error.status())

    def _tried(self, form: Form, request: Request) -> Write:
        """What a write would do, with names and uids that nobody will see again."""
        if request.verb == "deletecollection" and delete_options(request).dry_run:
            return Write("", None, 0, self._looked_up(form, replace(request, verb="list")), dry_run=True)
        first_write(request, self.cache, self.name, self.sim.now)
        write = self._decided(form, request, Streams(self.cache.revision))
        if not is_kept_out(request, write):
            raise method_not_allowed()
        self.check_quotas(Pending(request, form, write))
        return write

    def _decided(self, form: Form, request: Request, streams: Streams) -> Write:
        context = Context(
            self.cache,
            self.sim.now,
            streams.stream("apiserver/names"),
            lambda: streams.uid("apiserver/uids"),
            self.limits,
            self.authorizer,
            self.sim.streams.seed,
            self.kinds,
        )
        write = write_of(form, request, context)
        if not is_typed(request):
            check_size(write, self.limits.object_bytes)
            write.warnings.extend(deprecation(form))
        return write

    def stored(self, pending: Pending, revision: int) -> None:
        """A write is in etcd: tell of it and answer."""
        write, request, form = pending.write, pending.request, pending.form
        kind = form.kind
        if write.then_remove:
            then = Write(write.name, None, revision, write.answer, write.code, warnings=write.warnings)
            self.store(form, request, then)
            return
        if kind.kind != "Event":
            obj = write.value if write.value is not None else write.answer
            watches = self.cache.audience(kind.resource, obj if obj.get("metadata") else None)
            stages = stages_of(request, write, pending.tries, revision, watches)
            self.record("api.request", **request_params(request, kind, write.name, write.code), stages=stages)
        self._answer(request, write.code, answer_of(form, request, write, revision), write.warnings)

    def lost_race(self, pending: Pending) -> None:
        """Somebody else wrote first: patches and unconditional updates try again on what is there now."""
        request = pending.request
        conditional = request.verb == "update" and bool((request.body.get("metadata") or {}).get("resourceVersion"))
        if conditional or pending.tries >= RETRIES_MAX:
            status = conflict(pending.form.kind.resource, pending.write.name).status()
            self._answer(request, 409, status)
            return
        try:
            self._carry_out(request, pending.tries + 1)
        except ApiError as error:
            self._answer(request, error.code, error.status())

    def _answer(self, request: Request, code: int, body: Obj, warnings: list[str] | None = None) -> None:
        if code >= 400 and request.verb not in ("get", "list", "watch"):
            params = request_params(request, self.kinds.find(request.resource), request.name, code)
            self.record("api.refused", **params, message=str(body.get("message", "")))
        response = Response(request.id, code, body, told(warnings) if warnings else ())
        if isinstance(request, CollectedRequest) and request.collection is not None:
            self._collected(request.collection, response)
        elif isinstance(request, BudgetRequest) and request.eviction is not None:
            self._after_budget(request.eviction, response)
        elif request.source != self.name:
            self.send(request.source, response)

    def _delete_collection(self, form: Form, request: Request) -> None:
        """Delete everything that the selectors find; the answer is the list of it, or the first failure."""
        answer = self._looked_up(form, replace(request, verb="list"))
        if request.verb not in form.kind.verbs:
            raise method_not_allowed()
        delete_options(request)
        for one in deletions(request, form.kind, self.name, answer):
            try:
                self._write(form, one, 0)
            except ApiError as error:
                self._answer(one, error.code, error.status())
        if not answer["items"]:
            self._answer(request, 200, answer)

    def _after_budget(self, eviction: EvictionRequest, response: Response) -> None:
        """The budget has been written: go on with the eviction. If somebody else wrote it first, ask it again."""
        if response.ok:
            self._attempt(eviction, 1)
        elif response.reason == "Conflict" and eviction.conflicts < TRIES_MAX:
            eviction.allowed, eviction.conflicts = False, eviction.conflicts + 1
            self._attempt(eviction, 1)
        else:
            self._answer(eviction, response.code, response.body)

    def _collected(self, collection: Collection, response: Response) -> None:
        if collection.add(response):
            failure = collection.failure
            code, body = (200, collection.answer) if failure is None else (failure.code, failure.body)
            self._answer(collection.request, code, body)

    def _looked_up(self, form: Form, request: Request) -> Obj:
        if form.kind.kind == "ComponentStatus":
            return components.look_up(form.kind, request, self.sim, self.name, tuple(self.members), self.cache.revision)
        if is_aggregated(form):
            return self.extensions.answer(form, request)
        if is_review(form.kind):
            return review(form, request, Desk(self.authorizer, self.authenticator), [])
        return look_up(form, request, self.cache, self.sim.now)

    def _open_watch(self, form: Form, request: Request) -> None:
        """Watch from a revision on; without one (or 0) what there is comes first, as ADDED."""
        kind, options = form.kind, watch_options(request.options)
        if request.verb not in kind.verbs:
            raise method_not_allowed()
        watch = Watch(request.id, request.source, filter_of(kind, request), form)
        after = options.revision
        if after > self.cache.revision:
            raise too_new(after, self.cache.revision)
        missed = self.cache.open(watch, self.cache.revision if options.initial_events else after)
        if options.initial_events:
            missed = [("ADDED", as_shown(kind, obj, self.sim.now)) for obj in self.cache.select(watch.filter)]
        self._answer(request, 200, {"kind": "Status", "status": "Success", "metadata": {}})
        if missed:
            self.send(request.source, WatchBatch(request.id, self.cache.revision, watch.shown(missed)))

    def failed(self, pending: Pending, error: str) -> None:
        """etcd could not decide: 500 in its words."""
        self._answer(pending.request, 500, ApiError(500, "InternalError", error).status())

    def _follow_definitions(self) -> None:
        """Serve the kinds of the definitions, end the watches of kinds that changed, and take the definitions a step further."""
        for resource in refresh(self.kinds, self.cache):
            self._drop_watches(ApiError(410, "Expired", "too old resource version"), resource)
        for request in requests(self.cache, self.sim.now, self.name):
            self.on_request(request)
