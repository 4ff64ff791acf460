"""Images that do not come by themselves: invalid names, pulls that are not allowed, secrets that are missing, another image."""

from __future__ import annotations

from typing import Any

from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


def container(image: str, **more: Any) -> dict[str, Any]:
    return {"name": "c", "image": image, **more}


def waiting(world: World, name: str) -> dict[str, str]:
    found: dict[str, str] = world.container(name)["state"]["waiting"]
    return found


def change_image(world: World, name: str, image: str) -> None:
    old = world.api.pod(name)
    assert old is not None
    first, *others = old["spec"]["containers"]
    containers = [{**first, "image": image}, *others]
    world.api.put("pods", {**old, "spec": {**old["spec"], "containers": containers}}, "MODIFIED")


def test_a_name_that_is_none() -> None:
    world = World()
    world.api.bind("web", spec(container("Nginx")))
    world.run(5)
    found = waiting(world, "web")
    assert found["reason"] == "InvalidImageName"
    assert found["message"] == (
        'Failed to apply default image tag "Nginx": couldn\'t parse image reference "Nginx": '
        "invalid reference format: repository name (library/Nginx) must be lowercase"
    )
    events = [(reason, text) for _, reason, text in world.api.events]
    assert ("InspectFailed", found["message"]) in events and ("Failed", "Error: InvalidImageName") in events


def test_an_image_that_somebody_else_brings() -> None:
    world = World()
    world.api.bind("shy", spec(container("nginx:1.25", imagePullPolicy="Never")))
    world.run(5)
    assert waiting(world, "shy")["reason"] == "ErrImageNeverPull"
    world.api.bind("other", spec(container("nginx:1.25")))
    world.run(15)
    assert "running" in world.container("shy")["state"]


def test_secrets_that_are_not_there_are_told_and_the_pull_is_tried() -> None:
    world = World()
    world.api.bind("web", spec(imagePullSecrets=[{"name": "regcred"}, {"name": "other"}]))
    world.run(15)
    text = "Unable to retrieve some image pull secrets (regcred, other); attempting to pull the image may not succeed."
    assert ("Warning", "FailedToRetrieveImagePullSecret", text) in world.api.events
    assert "running" in world.container("web")["state"]


def test_another_image_restarts_the_container_and_nothing_else() -> None:
    world = World()
    world.api.bind("web", spec(container("nginx:1.25"), {"name": "d", "image": "redis:7"}))
    world.run(20)
    change_image(world, "web", "nginx:1.27")
    world.run(20)
    told = world.container("web")
    assert told["image"].endswith("nginx:1.27") and told["restartCount"] == 1
    assert world.container("web", 1)["restartCount"] == 0
    texts = [text for _, reason, text in world.api.events if reason == "Killing"]
    assert texts == ["Container c definition changed, will be restarted"]
    assert not any(reason == "BackOff" for _, reason, _ in world.api.events)


def test_a_better_name_ends_the_back_off() -> None:
    world = World()
    world.api.bind("web", spec(container("nginx:nope")))
    world.run(60)
    assert waiting(world, "web")["reason"] == "ImagePullBackOff"
    change_image(world, "web", "nginx:1.27")
    world.run(15)
    assert "running" in world.container("web")["state"]
