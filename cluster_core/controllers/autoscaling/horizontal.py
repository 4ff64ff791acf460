"""The horizontal pod autoscaler: every 15 s it asks for the scale of its target and for its metrics, and sets the replicas.

Nothing polls: metrics-server tells with its answer whether what it says stays so until something happens. A look that changed nothing
and finds everything steady is followed by a nap: the next looks are worked out ahead with the same numbers, and the alarm is set for the
first that comes to something else (a recommendation that leaves its window). A changed pod, target, autoscaler or load ends the nap at
the next look that is due. Real Kubernetes looks every 15 s whatever happens. Upstream: `pkg/controller/podautoscaler/horizontal.go`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cluster_core.api.errors import ApiError
from cluster_core.api.kinds import KINDS
from cluster_core.api.request import Obj, Response
from cluster_core.api.selector import Selector, parse_label_selector
from cluster_core.client.controller import Action, Controller, Plan
from cluster_core.client.custom_resources import DEFINITIONS
from cluster_core.controllers.autoscaling.measuring import ANY, request_for
from cluster_core.controllers.autoscaling.nap import Nap, nap_after
from cluster_core.controllers.autoscaling.normalizing import Memory
from cluster_core.controllers.autoscaling.outcome import Outcome, needs_metrics, outcome_of, without_scale
from cluster_core.controllers.autoscaling.status import ABLE, amounts, status_of
from cluster_core.sim.kernel import US_PER_SECOND

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
TARGETS = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers")
PERIOD_US = 15 * US_PER_SECOND


@dataclass(slots=True)
class Look:
    """One turn: the autoscaler as it was, its target, and what was answered so far."""

    hpa: Obj
    began: int
    target: str
    plan: Plan
    scale: Obj | None = None
    selector: Selector = field(default_factory=Selector)
    asked: list[Action] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    outcome: Outcome | None = None
    scaled: int = 0


class HorizontalPodAutoscalerController(Controller):
    """Looks after every HorizontalPodAutoscaler."""

    name = "horizontal-pod-autoscaler"
    resources = (AUTOSCALERS, "pods", DEFINITIONS, *TARGETS)

    def __init__(self, host: Any) -> None:
        super().__init__(host)
        self._forget_all()

    def restart(self) -> None:
        """Recommendations and scalings were in memory."""
        super().restart()
        self._forget_all()

    def _forget_all(self) -> None:
        self.memories: dict[str, Memory] = {}
        self.looks: dict[str, Look] = {}
        self.naps: dict[str, Nap] = {}
        self.selectors: dict[str, Selector] = {}

    def enqueue(self, resource: str, old: Obj | None, new: Obj | None) -> list[str]:
        """An autoscaler is looked at 15 s after it came or changed; what it depends on ends its nap."""
        obj = new or old
        assert obj is not None
        if resource == AUTOSCALERS:
            return self._autoscaler_changed(obj, gone=new is None)
        for key, nap in list(self.naps.items()):
            if nap.depends_on(resource, old, new):
                self._wake(key)
        return []

    def surroundings_changed(self) -> None:
        """What the pods have to do has changed, or what is within reach."""
        for key in list(self.naps):
            self._wake(key)

    def reconcile(self, key: str) -> Plan | None:
        """Ask for the scale; the rest of the turn follows from the answers."""
        hpa = self.informer(AUTOSCALERS).get(key)
        if hpa is None:
            for known in (self.memories, self.looks, self.selectors):
                known.pop(key, None)
            return None
        nap = self.naps.pop(key, None)
        if nap is not None:
            nap.remember(self._memory(key), self.now)
        plan = Plan(requeue_after=PERIOD_US)
        target = self._resource(hpa["spec"]["scaleTargetRef"])
        self.looks[key] = look = Look(hpa, self.now, target, plan)
        if target:
            name, namespace = hpa["spec"]["scaleTargetRef"]["name"], hpa["metadata"]["namespace"]
            plan.stages.append([Action("get", target, namespace, name, subresource="scale", ignore=ANY)])
        else:
            look.outcome = without_scale(hpa, _no_match(hpa["spec"]["scaleTargetRef"]), self.now)
        return plan

    def observe(self, key: str, action: Action, response: Response) -> None:
        """The next question, once the last one is answered."""
        look = self.looks[key]
        if action.subresource == "scale" and action.verb == "get":
            self._got_scale(key, look, response)
        elif action.verb == "list":
            look.answers[look.asked.index(action)] = response
            if all(answer.id for answer in look.answers):
                self._decide(key, look, ("", ""))
        elif action.subresource == "scale":
            self._rescaled(key, look, response)
        elif not response.ok and response.reason != "NotFound":
            self.events.event(look.hpa, "Warning", "FailedUpdateStatus", str(response.body.get("message", "")))

    def conclude(self, key: str, failed: bool) -> list[Action]:
        """Tell what the look came to, and when the next one is."""
        look = self.looks.pop(key, None)
        if look is None or look.outcome is None:
            return []
        outcome, hpa = look.outcome, look.hpa
        for kind, reason, message in outcome.events:
            self.events.event(hpa, kind, reason, message)
        old = hpa.get("status") or {}
        desired = outcome.desired if not outcome.failed else int(old.get("desiredReplicas") or 0)
        current = outcome.current if look.scale is not None else int(old.get("currentReplicas") or 0)
        metrics = outcome.metrics if look.scale is not None else old.get("currentMetrics")
        status = status_of(old, current, desired, metrics, outcome.conditions, look.scaled)
        if status == old:
            self._nap(key, look)
            return []
        self.looks[key] = look
        self._tell(key, look)
        meta = hpa["metadata"]
        body = {**hpa, "status": status}
        return [Action("update", AUTOSCALERS, meta["namespace"], meta["name"], body, "status", ignore=ANY)]

    def _tell(self, key: str, look: Look) -> None:
        """Note in the trace what a look has measured, when it is another thing than the last."""
        outcome = look.outcome
        assert outcome is not None
        found = amounts(look.hpa["spec"]["metrics"], outcome.metrics or [])
        if found:
            self.host.record(
                "autoscaler.measured",
                controller=self.name,
                key=key,
                metrics=found,
                before=outcome.current,
                after=outcome.desired,
                wanted=outcome.wanted,
            )

    def _autoscaler_changed(self, hpa: Obj, gone: bool) -> list[str]:
        key = f"{hpa['metadata']['namespace']}/{hpa['metadata']['name']}"
        if gone:
            self.naps.pop(key, None)
            return [key]
        self.selectors.setdefault(key, _NOTHING)
        if key in self.naps:
            self._wake(key)
        else:
            self.add_after(key, PERIOD_US)
        return []

    def _got_scale(self, key: str, look: Look, response: Response) -> None:
        if not response.ok:
            look.outcome = without_scale(look.hpa, str(response.body.get("message", "")), self.now)
            return
        look.scale = response.body
        replicas = int(look.scale["spec"].get("replicas") or 0)
        if not needs_metrics(look.hpa, replicas):
            self._decide(key, look, ("", ""))
            return
        problem = self._selector(key, look)
        if problem[0]:
            self._decide(key, look, problem)
            return
        namespace, text = look.hpa["metadata"]["namespace"], str(look.selector)
        look.asked = [request_for(metric, namespace, text) for metric in look.hpa["spec"]["metrics"]]
        look.answers = [Response(0, 0, {}) for _ in look.asked]
        look.plan.stages.append(look.asked)

    def _selector(self, key: str, look: Look) -> tuple[str, str]:
        """Read the selector of the target's Scale; (reason, message) of what is wrong with it."""
        text = (look.scale or {}).get("status", {}).get("selector", "")
        if not text:
            return "SelectorRequired", "selector is required"
        try:
            look.selector = parse_label_selector(text)
        except (ApiError, ValueError) as error:
            words = f"couldn't convert selector into a corresponding internal selector object: {error}"
            return "InvalidSelector", words
        self.selectors[key] = look.selector
        namespace = look.hpa["metadata"]["namespace"]
        pods = self._pods(namespace, look.selector)
        rivals = [
            name
            for name, selector in sorted(self.selectors.items())
            if name.startswith(f"{namespace}/") and selector is not _NOTHING and _selects(selector, pods)
        ]
        if len(rivals) > 1:
            shown = " ".join(f"{{{name.partition('/')[2]} {namespace}}}" for name in rivals)
            return "AmbiguousSelector", f"pods by selector {text} are controlled by multiple HPAs: [{shown}]"
        return "", ""

    def _decide(self, key: str, look: Look, problem: tuple[str, str]) -> None:
        assert look.scale is not None
        pods = self._pods(look.hpa["metadata"]["namespace"], look.selector) if look.asked else []
        memory = self._memory(key)
        look.outcome = outcome = outcome_of(look.hpa, look.scale, pods, look.answers, memory, self.now, problem)
        if outcome.rescale:
            scale = look.scale
            body = {**scale, "spec": {**scale["spec"], "replicas": outcome.desired}}
            meta = scale["metadata"]
            change = Action("update", look.target, meta["namespace"], meta["name"], body, "scale", ignore=ANY)
            look.plan.stages.append([change])

    def _rescaled(self, key: str, look: Look, response: Response) -> None:
        outcome, now = look.outcome, self.now
        assert outcome is not None
        size, why = outcome.desired, outcome.reason
        if not response.ok:
            message = str(response.body.get("message", ""))
            outcome.warn("FailedRescale", f"New size: {size}; reason: {why}; error: {message}")
            words = f"the HPA controller was unable to update the target scale: {message}"
            outcome.set(ABLE, False, "FailedUpdateScale", words, now)
            outcome.failed, outcome.metrics = True, (look.hpa.get("status") or {}).get("currentMetrics")
            return
        words = f"the HPA controller was able to update the target scale to {size}"
        outcome.set(ABLE, True, "SucceededRescale", words, now)
        outcome.events.append(("Normal", "SuccessfulRescale", f"New size: {size}; reason: {why}"))
        look.scaled = now
        self._memory(key).scaled(look.hpa["spec"].get("behavior"), outcome.current, size, now)
        before, wanted = outcome.current, outcome.wanted or size
        self.host.record("autoscaler.rescaled", controller=self.name, key=key, before=before, after=size, wanted=wanted)

    def _nap(self, key: str, look: Look) -> None:
        """Sleep, if nothing can come of the next looks."""
        pods = self._pods(look.hpa["metadata"]["namespace"], look.selector) if look.asked else []
        assert look.outcome is not None
        nap = nap_after(
            look.hpa, look.outcome, look.answers, pods, self._memory(key), (look.began, self.now, PERIOD_US)
        )
        if nap is None:
            return
        reference = f"{look.hpa['metadata']['namespace']}/{look.hpa['spec']['scaleTargetRef']['name']}"
        nap.target, nap.selector = (look.target, reference), look.selector
        self.naps[key] = nap
        look.plan.requeue_after = None if nap.until is None else nap.until - self.now

    def _wake(self, key: str) -> None:
        """The next look that is due on the beat of 15 s."""
        self.add_after(key, self.naps[key].next_after(self.now) - self.now)

    def _memory(self, key: str) -> Memory:
        return self.memories.setdefault(key, Memory())

    def _pods(self, namespace: str, selector: Selector) -> list[Obj]:
        found = self.informer("pods")
        first = next((one for one in selector.requirements if one[1] in ("In", "=") and len(one[2]) == 1), None)
        if first is not None:
            pods = found.by_index("label", f"{namespace}/{first[0]}={first[2][0]}")
        else:
            pods = found.objects(namespace)
        return [pod for pod in pods if selector.matches(pod["metadata"].get("labels") or {})]

    def _resource(self, reference: Obj) -> str:
        """The resource of a target, "" if there is no such kind."""
        group, _, _ = reference.get("apiVersion", "").rpartition("/")
        for kind in KINDS:
            if (kind.group, kind.kind) == (group, reference["kind"]) and kind.stored:
                return kind.resource
        for crd in self.informer(DEFINITIONS).store.values():
            if (crd["spec"]["group"], crd["spec"]["names"]["kind"]) == (group, reference["kind"]):
                return str(crd["metadata"]["name"])
        return ""


_NOTHING = Selector((("", "In", ()),))


def _selects(selector: Selector, pods: list[Obj]) -> bool:
    return any(selector.matches(pod["metadata"].get("labels") or {}) for pod in pods)


def _no_match(reference: Obj) -> str:
    group, _, _ = reference.get("apiVersion", "").rpartition("/")
    return f'no matches for kind "{reference["kind"]}" in group "{group}"'
