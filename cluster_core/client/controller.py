"""Controllers: level-triggered loops over a key, and the process that runs several of them on shared informers.

`reconcile(key)` reads the caches, decides and returns a `Plan`; the host performs its stages one after the other, the
actions of a stage at once, and gives the key back to the queue when all have answered. Upstream: controller-runtime
`pkg/reconcile`, kube-controller-manager.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cluster_core.api.request import Obj, Response
from cluster_core.client.api_client import ApiClient
from cluster_core.client.custom_resources import DEFINITIONS, CustomResources
from cluster_core.client.event_recorder import EventRecorder
from cluster_core.client.indexers import INDEXERS
from cluster_core.client.informer import Informer, InformerProcess, Tally
from cluster_core.client.owned_pods import OwnedPods
from cluster_core.client.plan import Action, Decision, Past, Plan
from cluster_core.client.turn import AddKey, Turn, Work
from cluster_core.client.workqueue import BASE_DELAY_US, MAX_DELAY_US, WorkQueue
from cluster_core.sim.process import Message, TopologyChanged
from cluster_core.sim.shelf import Fixed

__all__ = ["Action", "Controller", "ControllerManager", "Decision", "Past", "Plan"]

TURN_US = 150


class Controller:
    """A control loop. Subclasses set `name` and `resources`, and implement `enqueue` and `reconcile`.

    `source` is the component that its Kubernetes Events name, `account` the service account that it asks with (or a user
    "system:…"), where they are not the controller's own name. A loop that
    `remembers` keeps the last decisions and turns per key, as long as `reconcile` knows the object.
    """

    name: str
    source: ClassVar[str] = ""
    account: ClassVar[str] = ""
    resources: ClassVar[tuple[str, ...]]
    workers: ClassVar[int] = 5
    back_off: ClassVar[tuple[int, int]] = (BASE_DELAY_US, MAX_DELAY_US)  # after a failure, doubling, and at most
    remembers: ClassVar[bool] = False
    concludes_in_steps: ClassVar[bool] = False
    # Whether the loop also watches the custom resources that are served: "all" of them, or those that are "namespaced".
    custom: ClassVar[str] = ""

    def __init__(self, host: ControllerManager) -> None:
        self.host = host
        self.queue = WorkQueue(*self.back_off)
        self.delayed: dict[str, int] = {}
        self.turns = 0
        self.retries = 0
        self.did: dict[str, list[dict[str, Any]]] = {}
        self.did_not: dict[str, list[dict[str, Any]]] = {}
        self.pasts: dict[str, Past] = {}
        account = self.account or self.name
        user = account if account.startswith("system:") else f"system:serviceaccount:kube-system:{account}"
        self.client = ApiClient(host, user, host.server, host.qps, host.burst)
        self.events = EventRecorder(
            host, ApiClient(host, user, host.server, host.qps, host.burst), self.source or self.name
        )

    @property
    def now(self) -> int:
        """Virtual time in µs."""
        return self.host.sim.now

    def informer(self, resource: str) -> Informer:
        """The shared cache of a resource (it must be in `resources`)."""
        return self.host.informers[resource]

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """The keys that a change of a watched object concerns."""
        raise NotImplementedError

    def reconcile(self, key: str) -> Plan | None:
        """Look at the world and say what to do about `key`; None when there is no such object to look after."""
        raise NotImplementedError

    def observe(self, key: str, action: Action, response: Response) -> None:
        """An action has answered (expectations, Kubernetes Events about failures)."""

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """The last writes of a turn, made also when a stage failed (a status that says so); nothing by default.

        A loop that `concludes_in_steps` is asked again when they have answered, until it has none."""
        return []

    def surroundings_changed(self) -> None:
        """Something that no object tells has changed: what users ask of the pods, who reaches whom. Nothing by default."""

    def restart(self) -> None:
        """The program begins again: what was in memory is lost. Subclasses forget what they keep beside the queue."""
        self.queue = WorkQueue(*self.back_off)
        self.delayed = {}
        self.events.restart()

    def add(self, key: str) -> None:
        """Put a key into the queue now."""
        self.host.enqueue(self, key)

    def add_after(self, key: str, delay: int) -> None:
        """Put a key into the queue in `delay` µs; a key that waits already comes at the earlier of both times."""
        at = self.now + delay
        known = self.delayed.get(key)
        if known is None or at < known:
            self.delayed[key] = at
            self.host.alarm(at, AddKey(self.name, key))


class ControllerManager(InformerProcess):
    """kube-controller-manager: shared informers and the control loops on them. qps and burst are those of each loop's client."""

    def __init__(self, sim: Any, name: str, host: str, qps: int = 20, burst: int = 30) -> None:
        super().__init__(sim, name, host, "system:kube-controller-manager")
        self.qps = qps
        self.burst = burst
        self.controllers: dict[str, Controller] = {}
        self.turns: dict[tuple[str, str], Turn] = {}
        self.by_resource: dict[str, list[Controller]] = {}
        self._recorders: dict[str, EventRecorder] = {}
        self._parked: dict[str, None] = {}
        self.custom = CustomResources()

    def add_controller(self, controller: Controller) -> None:
        """Run a control loop in this process."""
        self.controllers[controller.name] = controller
        self._recorders[controller.events.component] = controller.events
        for resource in controller.resources:
            if resource not in self.informers:
                tallies: dict[str, Tally] = {"owned": OwnedPods()} if resource == "pods" else {}
                self.add_informer(Informer(resource, indexers=INDEXERS.get(resource), tallies=tallies))
            self.by_resource.setdefault(resource, []).append(controller)

    def add_recorder(self, recorder: EventRecorder) -> EventRecorder:
        """Let answers about the Events of one more component come back to who wrote them."""
        self._recorders[recorder.component] = recorder
        return recorder

    def enqueue(self, controller: Controller, key: str) -> None:
        """Add a key to a controller's queue and wake a worker."""
        if controller.queue.add(key):
            self.alarm(self.sim.now + TURN_US, Work(controller.name))

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Ask every loop that watches the resource which keys the change concerns."""
        if resource == DEFINITIONS:
            self.custom.follow(self, old, new)
        for controller in self.by_resource.get(resource, ()):
            for key in controller.enqueue(resource, old, new):
                self.enqueue(controller, key)

    def on_sync(self, resource: str) -> None:
        """Once every cache is in sync, the workers that waited for it begin."""
        if self._parked and self.has_synced:
            parked, self._parked = self._parked, {}
            for name in parked:
                controller = self.controllers[name]
                for _ in range(min(controller.workers, len(controller.queue))):
                    self.alarm(self.sim.now + TURN_US, Work(name))

    def on_load_changed(self, _message: Message) -> None:
        """Users ask more or less of the pods."""
        for controller in self.controllers.values():
            controller.surroundings_changed()

    def on_topology_changed(self, message: TopologyChanged) -> None:
        """Something broke or came back."""
        super().on_topology_changed(message)
        self.on_load_changed(message)

    def on_add_key(self, message: AddKey) -> None:
        """A delayed key is due, unless it came earlier than first said."""
        controller = self.controllers[message.controller]
        if controller.delayed.get(message.key) == self.sim.now:
            del controller.delayed[message.key]
            self.enqueue(controller, message.key)

    def on_work(self, message: Work) -> None:
        """Take one key and begin a turn, once the caches have synced."""
        controller = self.controllers[message.controller]
        if len(controller.queue.processing) >= controller.workers:
            return
        if not self.has_synced:
            self._parked[controller.name] = None
            return
        key = controller.queue.get()
        if key is None:
            return
        controller.turns += 1
        plan = controller.reconcile(key)
        if plan is None:
            self._forget(controller, key)
            plan = Plan()
        else:
            self._note(controller, key, plan)
        self.turns[(controller.name, key)] = turn = Turn(plan)
        self._next_stage(controller, key, turn)

    def on_result(self, token: Any, response: Response) -> None:
        """An action of a turn, or a Kubernetes Event, has answered."""
        if token[0] == "event":
            self._recorders[token[1]].answered(token, response)
            return
        _, name, key, action = token
        controller = self.controllers[name]
        turn = self.turns[(name, key)]
        turn.waiting -= 1
        if not (response.ok or response.reason in action.ignore):
            turn.failed = True
            self._refused(controller, key, action, response)
        controller.observe(key, action, response)
        if turn.waiting == 0:
            self._next_stage(controller, key, turn)

    def _next_stage(self, controller: Controller, key: str, turn: Turn) -> None:
        turn.stage += 1
        while turn.stage < len(turn.plan.stages) and not turn.plan.stages[turn.stage]:
            turn.stage += 1
        if turn.failed or turn.stage >= len(turn.plan.stages):
            self._conclude(controller, key, turn)
        else:
            self._perform(controller, key, turn, turn.plan.stages[turn.stage])

    def _conclude(self, controller: Controller, key: str, turn: Turn) -> None:
        over = turn.concluded and not controller.concludes_in_steps
        actions = [] if over else controller.conclude(key, turn.failed)
        turn.concluded = True
        if actions:
            self._perform(controller, key, turn, actions)
        else:
            self._finish(controller, key, turn)

    def _perform(self, controller: Controller, key: str, turn: Turn, actions: list[Action]) -> None:
        turn.waiting = len(actions)
        for action in actions:
            self.request(
                controller.client,
                ("action", controller.name, key, action),
                action.verb,
                action.resource,
                namespace=action.namespace,
                name=action.name,
                body=action.body,
                subresource=action.subresource,
                options=action.options,
            )

    def _finish(self, controller: Controller, key: str, turn: Turn) -> None:
        del self.turns[(controller.name, key)]
        if turn.failed:
            controller.retries += 1
            delay = controller.queue.back_off(key)
            if key in controller.pasts:
                controller.pasts[key].retry_at = self.sim.now + delay
            controller.add_after(key, delay)
        else:
            controller.queue.forget(key)
            if turn.plan.requeue_after is not None:
                controller.add_after(key, turn.plan.requeue_after)
        controller.queue.done(key)
        if len(controller.queue):
            self.alarm(self.sim.now + TURN_US, Work(controller.name))

    def _note(self, controller: Controller, key: str, plan: Plan) -> None:
        if controller.remembers:
            self._remember(controller, key, plan)
        for decision in plan.decisions:
            if decision.taken:
                self.record(decision.id, controller=controller.name, key=key, **decision.params)

    def _remember(self, controller: Controller, key: str, plan: Plan) -> None:
        past = controller.pasts.get(key)
        if past is None:
            past = controller.pasts[key] = Past()
        now, number = self.sim.now, self.sim.number
        past.turns, past.at, past.number, past.retry_at = past.turns + 1, now, number, None
        if not plan.decisions:
            controller.did_not.pop(key, None)
            return
        chosen = [decision for decision in plan.decisions if decision.taken]
        refused = [decision for decision in plan.decisions if not decision.taken]
        controller.did_not[key] = [Fixed(id=decision.id, params=decision.params) for decision in refused]
        for decision in chosen:
            entry = Fixed(at=now, number=number, id=decision.id, params=decision.params)
            controller.did[key] = [*controller.did.get(key, [])[-7:], entry]

    @staticmethod
    def _forget(controller: Controller, key: str) -> None:
        """The object is gone: nothing is remembered of it."""
        for memory in (controller.did, controller.did_not, controller.pasts):
            memory.pop(key, None)

    def _refused(self, controller: Controller, key: str, action: Action, response: Response) -> None:
        if key not in controller.pasts:
            return
        resource = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
        what = {"verb": action.verb, "resource": resource, "code": response.code, "reason": response.reason}
        controller.pasts[key].refused = {"at": self.sim.now, "number": self.sim.number, **what}

    def restart(self) -> None:
        """Begin again: queues and turns were in memory only."""
        self.turns.clear()
        for controller in self.controllers.values():
            controller.restart()
        super().restart()
