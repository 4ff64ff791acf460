"""The runtimes behind the CRI: what a pod and a node tell of them."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.cri import RUNTIMES, runtime_of
from tests.core.kubelet.fake_apiserver import World
from tests.core.kubelet.test_pod_worker import spec


@pytest.mark.parametrize(
    ("runtime", "version", "scheme", "image", "image_id"),
    [
        (
            "containerd",
            "containerd://2.1.4",
            "containerd://",
            "docker.io/library/nginx:1.25",
            "docker.io/library/nginx@",
        ),
        ("cri-o", "cri-o://1.36.0", "cri-o://", "docker.io/library/nginx:1.25", "docker.io/library/nginx@"),
        ("docker://27.1.1", "docker://27.1.1", "docker://", "nginx:1.25", "docker-pullable://nginx@"),
    ],
)
def test_what_is_told_of_a_container(runtime: str, version: str, scheme: str, image: str, image_id: str) -> None:
    world = World(runtime=runtime)
    world.api.bind("web", spec())
    world.run(20)
    told = world.container("web")
    assert told["containerID"].startswith(scheme) and len(told["containerID"]) == len(scheme) + 64
    assert told["image"] == image and told["imageID"].startswith(image_id)
    node = world.api.objects[("nodes", "", "node-1")]
    assert node["status"]["nodeInfo"]["containerRuntimeVersion"] == version


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("containerd", "rpc error: code = NotFound desc = failed to pull and unpack image"),
        ("cri-o", "reading manifest nope in docker.io/library/web: manifest unknown"),
        ("docker", "Error response from daemon: manifest for web:nope not found: manifest unknown: manifest unknown"),
    ],
)
def test_an_image_that_is_not_there(runtime: str, words: str) -> None:
    world = World(runtime=runtime)
    world.api.bind("web", spec({"name": "c", "image": "web:nope"}))
    world.run(10)
    texts = [text for _, reason, text in world.api.events if reason == "Failed"]
    assert any(words in text for text in texts)


def test_docker_has_more_programs_in_between_but_the_same_at_the_end() -> None:
    assert RUNTIMES["docker"].hops[:2] == ("cri-dockerd", "dockerd")
    assert RUNTIMES["docker"].hops[2:] == RUNTIMES["containerd"].hops
    assert "crun" not in RUNTIMES["containerd"].not_started("x", "no such file or directory")


@pytest.mark.parametrize("text", ["", "podman", "docker://", "docker://a b", "docker://" + "1" * 60])
def test_what_is_no_runtime(text: str) -> None:
    with pytest.raises(ValueError, match="runtime: "):
        runtime_of(text)
