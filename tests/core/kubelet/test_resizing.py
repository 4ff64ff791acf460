"""Pods that are resized in place: granted, deferred, infeasible, with a restart, refused by what they take."""

from __future__ import annotations

from typing import Any

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def container(cpu: str = "", memory: str = "", **more: Any) -> dict[str, Any]:
    resources: dict[str, Any] = {"requests": {"cpu": cpu}} if cpu else {}
    if memory:
        resources |= {"limits": {"memory": memory}, "requests": {**resources.get("requests", {}), "memory": memory}}
    return {"name": "c", "image": "nginx:1.25", "resources": resources, **more}


def resize(world: World, name: str, **wanted: Any) -> None:
    """A user asks for other resources of a pod (subresource resize)."""
    old = world.api.pod(name)
    assert old is not None
    policy = old["spec"]["containers"][0].get("resizePolicy")
    new = container(**wanted) | ({"resizePolicy": policy} if policy else {})
    meta = {**old["metadata"], "generation": old["metadata"]["generation"] + 1}
    world.api.put("pods", {**old, "metadata": meta, "spec": {**old["spec"], "containers": [new]}}, "MODIFIED")


def conditions(world: World, name: str) -> dict[str, dict[str, Any]]:
    pod = world.api.pod(name)
    assert pod is not None
    return {one["type"]: one for one in pod["status"]["conditions"] if one["type"].startswith("PodResize")}


def events(world: World, start: str) -> list[tuple[str, str]]:
    return [(reason, text) for _, reason, text in world.api.events if reason.startswith(start)]


def running(*names: str, cpu: str = "1", memory: str = "", notes: dict[str, str] | None = None, **more: Any) -> World:
    world = World()
    for name in names:
        world.api.bind(name, spec(container(cpu, memory, **more)), notes)
    world.run(30)
    return world


def test_what_fits_is_granted_and_in_force_at_the_next_relist() -> None:
    world = running("web")
    assert world.container("web")["allocatedResources"] == {"cpu": "1"}
    resize(world, "web", cpu="2")
    world.run(0.1)
    assert conditions(world, "web")["PodResizeInProgress"]["observedGeneration"] == 2
    world.run(2)
    assert conditions(world, "web") == {}
    told = world.container("web")
    assert told["resources"] == {"requests": {"cpu": "2"}} and told["allocatedResources"] == {"cpu": "2"}
    assert told["restartCount"] == 0
    summary = '{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"}}}],"generation":2}'
    assert events(world, "Resize") == [
        ("ResizeStarted", f"Pod resize started: {summary}"),
        ("ResizeCompleted", f"Pod resize completed: {summary}"),
    ]
    pod = world.api.pod("web")
    assert pod is not None and pod["status"]["allocatedResources"] == {"cpu": "2"}


def test_what_can_never_fit_is_infeasible() -> None:
    world = running("web")
    resize(world, "web", cpu="1000")
    world.run(2)
    pending = conditions(world, "web")["PodResizePending"]
    text = "Node didn't have enough capacity: cpu, requested: 1000000, capacity: 4000"
    assert (pending["reason"], pending["message"]) == ("Infeasible", text)
    assert world.container("web")["resources"] == {"requests": {"cpu": "1"}}
    assert events(world, "Resize")[0][1].startswith("Pod resize Infeasible: {")
    resize(world, "web", cpu="1")
    world.run(2)
    assert conditions(world, "web") == {}


def test_what_does_not_fit_now_waits_until_a_pod_goes() -> None:
    world = running("web", "other")
    resize(world, "web", cpu="3500m")
    world.run(2)
    pending = conditions(world, "web")["PodResizePending"]
    text = "Node didn't have enough resource: cpu, requested: 3500, used: 1000, capacity: 4000"
    assert (pending["reason"], pending["message"]) == ("Deferred", text)
    world.api.delete("other")
    world.run(5)
    assert conditions(world, "web") == {}
    assert world.container("web")["allocatedResources"] == {"cpu": "3500m"}


def test_a_container_is_restarted_where_its_policy_says_so() -> None:
    policy = [
        {"resourceName": "cpu", "restartPolicy": "NotRequired"},
        {"resourceName": "memory", "restartPolicy": "RestartContainer"},
    ]
    world = running("web", memory="100Mi", resizePolicy=policy)
    resize(world, "web", cpu="2", memory="100Mi")
    world.run(3)
    assert world.container("web")["restartCount"] == 0
    resize(world, "web", cpu="2", memory="200Mi")
    world.run(5)
    assert world.container("web")["restartCount"] == 1
    assert world.container("web")["resources"]["limits"] == {"memory": "200Mi"}
    assert ("Killing", "Container c resize requires restart") in events(world, "Killing")
    assert events(world, "Resize")[-1][0] == "ResizeCompleted"


def test_a_restart_for_a_resize_is_no_end_of_a_pod_that_restarts_on_failure() -> None:
    policy = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]
    world = World()
    world.api.bind("web", spec(container("1", resizePolicy=policy), restartPolicy="OnFailure"))
    world.run(3)
    resize(world, "web", cpu="2")
    world.run(20)
    assert world.container("web")["resources"] == {"requests": {"cpu": "2"}}, "it was resized before it ran"
    before = world.container("web")["restartCount"]
    resize(world, "web", cpu="3")
    world.run(5)
    assert world.container("web")["restartCount"] == before + 1 and "running" in world.container("web")["state"]


def test_a_limit_below_what_is_taken_is_not_put_in_force() -> None:
    world = running("web", memory="200Mi", notes={"sim.orrery/memory": "150Mi"})
    resize(world, "web", cpu="1", memory="100Mi")
    world.run(2)
    found = conditions(world, "web")["PodResizeInProgress"]
    problem = "memory limit (104857600) below current usage (157286400)"
    text = f'[attempting to set pod {problem}, attempting to set container "c" {problem}]'
    assert found["reason"] == "Error"
    assert found["message"] == f"cannot decrease memory limits: {text}"
    assert world.container("web")["resources"]["limits"] == {"memory": "200Mi"}
    assert world.container("web")["allocatedResources"]["memory"] == "100Mi"


def test_a_greater_limit_saves_a_container_from_the_next_kill() -> None:
    world = running("web", memory="200Mi", notes={"sim.orrery/memory": "150Mi"})
    resize(world, "web", cpu="1", memory="400Mi")
    world.run(2)
    assert world.kubelet.meters()[0].containers[0].memory_limit == 400 << 20


def test_what_was_granted_outlives_the_kubelet() -> None:
    world = running("web", "other")
    resize(world, "web", cpu="3500m")
    world.run(2)
    world.kubelet.stop_program()
    world.kubelet.restart()
    world.run(5)
    assert world.container("web")["allocatedResources"] == {"cpu": "1"}
    assert world.kubelet.workers["uid-web"].claim.requests["cpu"] == 1000
    assert conditions(world, "web")["PodResizePending"]["reason"] == "Deferred"
