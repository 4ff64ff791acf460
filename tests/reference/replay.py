"""A recorded scenario played by the simulator: the same nodes, the same steps, the same scripted pods.

kubectl's other verbs (`set image`, `rollout undo`, `annotate` …) are done here as the requests that the real kubectl sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cluster_core.api.objects import with_path
from cluster_core.api.request import Obj, Response
from cluster_core.api.yaml import load_manifests
from cluster_core.client.api_client import ApiClient, ClientProcess
from cluster_core.client.informer import Informer, InformerProcess
from cluster_core.cluster.command import Command
from cluster_core.cluster.config import ClusterConfig, Machine
from cluster_core.cluster.reach import WorldReach
from cluster_core.cluster.world import World, boot
from cluster_core.dataplane import lan
from cluster_core.dataplane.address import machine_mac
from cluster_core.dataplane.plan import GATEWAY
from cluster_core.kubelet.kubelet import Kubelet
from cluster_core.kubelet.node_status import NodeSpec
from cluster_core.sim.kernel import US_PER_SECOND
from cluster_core.sim.process import TopologyChanged
from cluster_core.sim.trace import Trace
from tests.reference.recorded_metrics import RecordedMetrics
from tests.reference.recording import begun_at, scenario
from tests.reference.story import Change, Story, acts

WATCHED = {
    "deployments.apps": "Deployment",
    "replicasets.apps": "ReplicaSet",
    "statefulsets.apps": "StatefulSet",
    "daemonsets.apps": "DaemonSet",
    "controllerrevisions.apps": "ControllerRevision",
    "poddisruptionbudgets.policy": "PodDisruptionBudget",
    "pods": "Pod",
    "services": "Service",
    "endpoints": "Endpoints",
    "endpointslices.discovery.k8s.io": "EndpointSlice",
    "events": "Event",
    "resourcequotas": "ResourceQuota",
    "limitranges": "LimitRange",
    "horizontalpodautoscalers.autoscaling": "HorizontalPodAutoscaler",
    "nodes": "Node",
    "jobs.batch": "Job",
    "cronjobs.batch": "CronJob",
}
SHORT = {
    "deploy": "deployments.apps",
    "deployment": "deployments.apps",
    "sts": "statefulsets.apps",
    "ds": "daemonsets.apps",
    "svc": "services",
    "pod": "pods",
    "node": "nodes",
}
SHORT["rs"] = "replicasets.apps"
SHORT["quota"] = "resourcequotas"
SHORT |= {"job": "jobs.batch", "cronjob": "cronjobs.batch"}
QUIET = ("Node", "Event")
OF_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
SCRIPT = {"start-seconds": "1.0", "ready-seconds": "0", "term-seconds": "0.5", "init-seconds": "1"}
PREFIX = "sim.orrery/"
KUBECTL_US = 50_000
# The recorded scripts let containers run that much longer than they were told; a second later the Job controller looks.
LATE_SECONDS = 0.015


class Recorder(InformerProcess):
    """Watches everything, as the recorder of the real cluster did."""

    def __init__(self, sim: Any, story: Story) -> None:
        super().__init__(sim, "recorder", "workstation", "kubernetes-admin")
        self.story = story
        self.changed_at = sim.now
        for resource in WATCHED:
            self.add_informer(Informer(resource))

    def on_change(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        """Write one change down."""
        obj = new if new is not None else old
        assert obj is not None
        what = "ADDED" if old is None else ("MODIFIED" if new is not None else "DELETED")
        step = len(self.story.steps) - 1
        at = self.sim.now / US_PER_SECOND
        self.story.changes.append(Change(at, step, what, WATCHED[resource], obj["metadata"]["name"], obj))
        if WATCHED[resource] not in QUIET:
            self.changed_at = self.sim.now


class Hands(ClientProcess):
    """Sends one request after the other and keeps the answer."""

    def __init__(self, sim: Any) -> None:
        super().__init__(sim, "hands", "workstation")
        self.client = ApiClient(self, "kubernetes-admin", self.server)
        self.answers: list[Response] = []

    def on_answer(self, token: Any, response: Response) -> None:
        """Keep it."""
        self.answers.append(response)


class Replay:
    """Plays the steps of a recording; `story` is what came of it."""

    def __init__(self, name: str, seed: int = 8, before: Callable[[World], None] | None = None) -> None:
        self.name = name
        self.scenario = scenario(name)
        machines = tuple(_machine(found) for found in self.scenario["machines"])
        config = ClusterConfig(machines=machines, kube_system=False)
        self.world = boot(config, seed, Trace(config.limits.trace_entries))
        self.story = Story(acts=acts(self.scenario["steps"]))
        self.recorder = Recorder(self.world.sim, self.story)
        self.refusals: list[str] = []
        self.hands = Hands(self.world.sim)
        self.world.apiserver.extensions.groups["metrics.k8s.io"] = RecordedMetrics(self.world)
        if before is not None:
            before(self.world)
        self.recorder.start_informers()
        self._advance(100_000)
        self.story.changes.clear()

    def run(self) -> Story:
        """Play every step."""
        if any(
            "kind: Job" in step.get("apply", "") or "kind: CronJob" in step.get("apply", "") for step in self._steps
        ):
            self._wait_for_second()
        for step in self._steps:
            self.story.steps.append(self.world.sim.now / US_PER_SECOND)
            for verb in ("apply", "kubectl", "sh", "quiet", "wait", "kill", "revive", "add", "remove", "load"):
                if verb in step:
                    getattr(self, f"_{verb}")(step)
        return self.story

    @property
    def _steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.scenario["steps"]
        return found

    def _wait_for_second(self) -> None:
        """What goes by whole seconds and minutes is played from the same second of the minute as in the recording."""
        minute, sim = 60 * US_PER_SECOND, self.world.sim
        self._advance((int(begun_at(self.name) * US_PER_SECOND) - sim.now) % minute)

    def _advance(self, duration: int) -> None:
        sim = self.world.sim
        sim.advance(sim.now + duration, 10_000_000)

    def _ask(self, verb: str, resource: str, **fields: Any) -> Response:
        count = len(self.hands.answers)
        self.hands.request(self.hands.client, "asked", verb, resource, **fields)
        for _ in range(1_000):
            if len(self.hands.answers) > count:
                return self.hands.answers[-1]
            self._advance(1_000)
        raise AssertionError(f"no answer to {verb} {resource}")

    def _done(self, verb: str, resource: str, **fields: Any) -> Obj:
        response = self._ask(verb, resource, **fields)
        assert response.ok, f"{verb} {resource} {fields.get('name', '')}: {response.body}"
        body: Obj = response.body
        return body

    def _patch(self, resource: str, name: str, body: Any, how: str = "strategic") -> None:
        namespace = "" if resource == "nodes" else "default"
        self._done("patch", resource, namespace=namespace, name=name, body=body, options={"patch_type": how})
        self._advance(KUBECTL_US)

    def _apply(self, step: dict[str, Any]) -> None:
        for obj in load_manifests(translated(step["apply"])):
            resource = {kind: resource for resource, kind in WATCHED.items()}[obj["kind"]]
            obj["metadata"].setdefault("namespace", "default")
            response = self._ask("create", resource, namespace="default", body=_scripted(obj))
            assert response.ok or step.get("may_fail"), response.body
            if not response.ok:
                self.refusals.append(str(response.body["message"]))
        self._advance(KUBECTL_US)

    def _quiet(self, step: dict[str, Any]) -> None:
        sim, wait = self.world.sim, int(step["quiet"] * US_PER_SECOND)
        until = sim.now + int(step["max"]) * US_PER_SECOND
        began = sim.now
        while sim.now < until and sim.now - max(self.recorder.changed_at, began) < wait:
            self._advance(100_000)

    def _load(self, step: dict[str, Any]) -> None:
        given = step["load"]
        self.world.sim.schedule(self.world.sim.now, "load", Command("load", given).parsed())
        self._advance(2_000)

    def _wait(self, step: dict[str, Any]) -> None:
        self._advance(int(step["wait"] * US_PER_SECOND))

    def _kill(self, step: dict[str, Any]) -> None:
        """The kubelet stops; its containers run on."""
        name = f"kubelet/{step['kill']}"
        self.world.sim.processes[name].stop_program()  # type: ignore[attr-defined]
        self._tell(step["kill"])

    def _revive(self, step: dict[str, Any]) -> None:
        self.world.sim.processes[f"kubelet/{step['revive']}"].restart()
        self._tell(step["revive"])

    def _add(self, step: dict[str, Any]) -> None:
        machine, world = _machine(step["add"]), self.world
        fabric = world.network.fabric
        lan.add_machine(fabric, machine.name, "192.168.66.200/24", machine_mac("192.168.66.200"), GATEWAY)
        world.network.subnets[machine.name] = "10.244.200.0/24"
        size = (machine.cpu, machine.memory)
        spec = NodeSpec(
            machine.name,
            "192.168.66.200",
            *size,
            pod_cidr="10.244.200.0/24",
            labels=machine.labels,
            taints=machine.taints,
        )
        kubelet = Kubelet(world.sim, spec, world.network, reach=WorldReach(world), claims=world.claims)
        world.kubelets.append(kubelet)
        kubelet.start()

    def _remove(self, step: dict[str, Any]) -> None:
        """The kubelet stops and its Node is deleted."""
        self._kill({"kill": step["remove"]})
        self._done("delete", "nodes", name=step["remove"])
        self._advance(KUBECTL_US)

    def _tell(self, subject: str) -> None:
        sim = self.world.sim
        for name, process in sim.processes.items():
            if hasattr(process, "on_topology_changed"):
                sim.schedule(sim.now, name, TopologyChanged(subject))

    def _sh(self, step: dict[str, Any]) -> None:
        text = step["sh"]
        if text.startswith("kubectl apply -f - <<"):
            for part in re.findall(r"<<'Y'\n(.*?)\nY\n", text, re.S):
                self._apply({"apply": part})
                self._advance(450_000)
        elif "annotate $(kubectl get pods" in text:
            key, _, value = text.rpartition(" ")[2].partition("=")
            for pod in sorted(self._objects("pods"), key=lambda pod: pod["metadata"]["creationTimestamp"])[:2]:
                self._patch("pods", pod["metadata"]["name"], {"metadata": {"annotations": {key: value}}})
        elif " && " in text:
            for part in text.split(" && "):
                self._sh({"sh": part})
        elif match := re.search(r"kubectl patch (\w+) (\w+) (--type=json )?-p '(.*)'", text):
            body = json.loads(translated(match[4]))
            self._patch(SHORT[match[1]], match[2], body, "json" if match[3] else "strategic")
        elif "rollout undo deploy/web --to-revision=$(" in text:
            numbers = sorted(_revision(one) for one in self._objects("replicasets.apps"))
            self._undo("web", numbers[-2])
        elif text.startswith("kubectl "):
            self._kubectl({"kubectl": text.removeprefix("kubectl ")})
        else:
            raise AssertionError(f"no translation of {text!r}")

    def _kubectl(self, step: dict[str, Any]) -> None:
        text = step["kubectl"]
        for pattern, act in self._verbs():
            match = re.match(pattern, text)
            if match is not None:
                act(*match.groups())
                return
        raise AssertionError(f"no translation of kubectl {text!r}")

    def _verbs(self) -> list[tuple[str, Callable[..., None]]]:
        return [
            (r"scale (deploy|sts)/(\w+) --replicas=(\d+)", self._scale),
            (r"set image (deploy|sts|ds)/(\w+) (\w+)=(\S+)", self._set_image),
            (r"set resources deploy/(\w+) -c=(\w+) --requests=cpu=(\w+)", self._set_cpu),
            (r"rollout (pause|resume) deploy/(\w+)", self._pause),
            (r"rollout undo deploy/(\w+)$", self._undo),
            (r"delete pod \$\(kubectl get pods -l app=(\w+)", self._delete_first),
            (r"delete (\w+/\w+(?: \w+/\w+)*)$", self._delete),
            (r"delete (svc|job|ds) (\w+)$", lambda kind, name: self._delete(f"{kind}/{name}")),
            (r"delete pod ([\w-]+)((?: --\S+)*)$", self._delete_pod),
            (
                r"patch (cronjob) (\w+) -p '(.*)'$",
                lambda kind, name, body: self._patch(SHORT[kind], name, json.loads(body)),
            ),
            (r"cordon (\w+)", lambda name: self._patch("nodes", name, {"spec": {"unschedulable": True}})),
            (r"label node (\w+) (\w+)=(\w+)", self._label),
            (r"label node (\w+) (\w+)()-$", self._label),
            (r"taint node (\w+) (\w+)=(\w+):(\w+)", self._taint),
            (r"taint node (\w+) (\w+)-$", self._taint),
            (r"(get|describe|rollout status|rollout history) ", lambda _verb: self._advance(KUBECTL_US)),
        ]

    def _scale(self, kind: str, name: str, replicas: str) -> None:
        self._patch(SHORT[kind], name, {"spec": {"replicas": int(replicas)}}, "merge")

    def _set_image(self, kind: str, name: str, container: str, image: str) -> None:
        body = {"spec": {"template": {"spec": {"containers": [{"name": container, "image": image}]}}}}
        self._patch(SHORT[kind], name, body)

    def _set_cpu(self, name: str, container: str, cpu: str) -> None:
        changed = {"name": container, "resources": {"requests": {"cpu": cpu}}}
        self._patch("deployments.apps", name, {"spec": {"template": {"spec": {"containers": [changed]}}}})

    def _pause(self, verb: str, name: str) -> None:
        self._patch("deployments.apps", name, {"spec": {"paused": True if verb == "pause" else None}})

    def _label(self, name: str, key: str, value: str) -> None:
        self._patch("nodes", name, {"metadata": {"labels": {key: value or None}}})

    def _taint(self, name: str, key: str, value: str = "", effect: str = "") -> None:
        """Add a taint; without an effect remove those of the key."""
        there = self.world.objects("nodes")[name]["spec"].get("taints") or []
        kept = [one for one in there if effect or one["key"] != key]
        new = [{"key": key, "value": value, "effect": effect}] if effect else []
        self._patch("nodes", name, {"spec": {"taints": [*kept, *new] or None}}, "merge")

    def _undo(self, name: str, to: int | None = None) -> None:
        """As kubectl does it: the template of the ReplicaSet with the wanted (or the last but one) revision is put back."""
        found = sorted(self._objects("replicasets.apps"), key=_revision)
        chosen = found[-2] if to is None else next(one for one in found if _revision(one) == to)
        template = chosen["spec"]["template"]
        labels = {key: value for key, value in template["metadata"]["labels"].items() if key != "pod-template-hash"}
        template = with_path(template, ("metadata", "labels"), labels)
        self._patch("deployments.apps", name, [{"op": "replace", "path": "/spec/template", "value": template}], "json")

    def _delete_first(self, app: str) -> None:
        pods = [pod for pod in self._objects("pods") if pod["metadata"].get("labels", {}).get("app") == app]
        name = min(pod["metadata"]["name"] for pod in pods)
        self._done("delete", "pods", namespace="default", name=name)
        self._advance(KUBECTL_US)

    def _delete(self, targets: str) -> None:
        for target in targets.split():
            kind, _, name = target.partition("/")
            options = {"propagation_policy": "Background"}
            self._done("delete", SHORT[kind], namespace="default", name=name, options=options)
        self._advance(KUBECTL_US)

    def _delete_pod(self, name: str, flags: str) -> None:
        """kubectl ends when the pod is gone."""
        options = {"grace_period": 0} if "--grace-period=0" in flags else {}
        self._done("delete", "pods", namespace="default", name=name, options=options)
        if "--wait=false" in flags:
            self._advance(KUBECTL_US)
            return
        for _ in range(1200):
            if all(pod["metadata"]["name"] != name for pod in self._objects("pods")):
                break
            self._advance(KUBECTL_US)

    def _objects(self, resource: str) -> list[Obj]:
        found = self.world.objects(resource).values()
        return [obj for obj in found if obj["metadata"].get("namespace", "default") == "default"]


@lru_cache(maxsize=16)
def replayed(name: str, seed: int = 8, before: Callable[[World], None] | None = None) -> Story:
    """The story of a scenario as the simulator tells it."""
    return Replay(name, seed, before).run()


def translated(text: str) -> str:
    """A step in the simulator's terms: its annotations, and an image that the behaviours do not declare missing."""
    return text.replace("ref/", PREFIX).replace("ref~1", PREFIX.replace("/", "~1")).replace("nginx:bad", "nginx:1.24")


def _machine(found: dict[str, Any]) -> Machine:
    taints = tuple(found.get("taints") or ())
    return Machine(found["name"], found["cpu"], found["memory"], dict(found.get("labels") or {}), taints)


def _scripted(obj: Obj) -> Obj:
    """The object with the recorder's default timings as annotations of its pods."""
    template = ("spec", "template", "metadata")
    paths = {
        "Pod": ("metadata",),
        **dict.fromkeys(OF_PODS, template),
        "CronJob": ("spec", "jobTemplate", *template),
    }
    path = paths.get(obj["kind"])
    if path is None:
        return obj
    inner: Obj = obj
    for part in path:
        inner = inner[part]
    given = {PREFIX + name: value for name, value in SCRIPT.items()} | (inner.get("annotations") or {})
    if PREFIX + "run-seconds" in given:
        given[PREFIX + "run-seconds"] = str(float(given[PREFIX + "run-seconds"]) + LATE_SECONDS)
    return with_path(obj, (*path, "annotations"), given)


def _revision(replicaset: Obj) -> int:
    return int(replicaset["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
