"""Images as data: every file reads, commands are judged, every image of the corpus behaves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster_core.kubelet import behaviour
from cluster_core.kubelet.image_names import image_id, reference
from cluster_core.kubelet.images import seconds

SHARED = Path(os.environ.get("ORRERY_SHARED", Path(__file__).resolve().parents[3] / "../shared"))


def pod(container: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": [container], **fields}}


def of(image: str, **fields: Any) -> behaviour.Behaviour:
    container = {"name": "c", "image": image, **fields}
    return behaviour.behaviour_of(pod(container), container, False)


@pytest.mark.parametrize(
    ("image", "command", "args", "argv"),
    [
        ("busybox", None, None, ("sh",)),
        ("busybox", ["sleep", "3"], None, ("sleep", "3")),
        ("busybox", None, ["sleep", "3"], ("sleep", "3")),
        ("nginx", ["/bin/sh", "-c", "sleep 5"], None, ("/bin/sh", "-c", "sleep 5")),
        ("example.com/shop", ["bash"], ["-c", "x"], ("bash", "-c", "x")),
    ],
)
def test_what_the_shell_runs(
    image: str, command: list[str] | None, args: list[str] | None, argv: tuple[str, ...]
) -> None:
    found = of(image, command=command, args=args)
    assert (found.runs, found.argv, found.exits_after) == (True, argv, None)


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("nginx", None),
        ("example.com/shop", ["/app/server"]),
        ("registry.k8s.io/pause", ["sh"]),
        ("gcr.io/distroless/static", ["sh"]),
    ],
)
def test_what_is_data(image: str, command: list[str] | None) -> None:
    assert not of(image, command=command).runs


def test_flavours() -> None:
    images = (
        "busybox:1.36",
        "nginx:1.29-alpine",
        "nginx",
        "gcr.io/distroless/static",
        "registry.k8s.io/pause:3.10",
        "curlimages/curl",
    )
    assert [of(image).flavour for image in images] == ["busybox", "alpine", "debian", "none", "none", "alpine"]


def test_known_and_unknown_images() -> None:
    assert of("nginx").listens == (80,)
    assert of("registry.k8s.io/redis:e2e").listens == (6379,)
    assert of("postgres:15-alpine").ready_after > 1_000_000
    assert of("nginx:1.161").missing and not of("nginx:1.16").missing
    assert of("example.com/team/shop:v1", ports=[{"containerPort": 8080}]).listens == (8080,)
    assert of("example.com/shop", readinessProbe={"httpGet": {"port": 81}}).listens == (81,)


def test_unknown_image_of_a_job_ends() -> None:
    container = {"name": "c", "image": "example.com/report:v1"}
    assert behaviour.behaviour_of(pod(container, restartPolicy="Never"), container, False).exits_after == 5_000_000
    assert behaviour.behaviour_of(pod(container), container, True).exits_after == 1_000_000


def test_image_names() -> None:
    assert reference("nginx") == "docker.io/library/nginx:latest"
    assert reference("dockersamples/vote:1") == "docker.io/dockersamples/vote:1"
    assert reference("localhost:5000/a") == "localhost:5000/a:latest"
    assert image_id("a/b@sha256:12") == "docker.io/a/b@sha256:12"
    assert [seconds(us) for us in (412_300, 1_234_567, 61_500_000)] == ["412ms", "1.234s", "1m1.5s"]


@pytest.mark.skipif(not SHARED.exists(), reason="the corpus is not here")
def test_corpus_images_serve_their_ports_and_their_init_containers_end() -> None:
    seen = 0
    for path in sorted(SHARED.glob("corpus/**/*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            template = ((document or {}).get("spec") or {}).get("template")
            if not isinstance(template, dict) or "spec" not in template:
                continue
            whole = {"metadata": {}, "spec": template["spec"]}
            for container in template["spec"]["containers"]:
                found = behaviour.behaviour_of(whole, container, False)
                declared = {port["containerPort"] for port in container.get("ports") or ()}
                assert declared <= set(found.listens) and not found.missing and found.exits_after is None, container[
                    "image"
                ]
                seen += 1
            for container in template["spec"].get("initContainers") or ():
                found = behaviour.behaviour_of(whole, container, True)
                assert (found.exits_after is not None or found.runs) and found.exit_code == 0
    assert seen > 20
