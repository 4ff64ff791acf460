"""Names of images."""

from __future__ import annotations

import pytest

from cluster_core.kubelet.image_names import familiar, image_id, problem_of, reference

DIGEST = "sha256:" + "0f" * 32


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.27", "docker.io/library/nginx:1.27"),
        ("bitnami/redis", "docker.io/bitnami/redis:latest"),
        ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
        ("localhost/web", "localhost/web:latest"),
        ("localhost:5000/web", "localhost:5000/web:latest"),
        ("registry:5000/team/web:v1", "registry:5000/team/web:v1"),
        ("gcr.io/a/b/c", "gcr.io/a/b/c:latest"),
        (f"nginx@{DIGEST}", f"docker.io/library/nginx@{DIGEST}"),
        (f"ghcr.io/a/web:v1@{DIGEST}", f"ghcr.io/a/web:v1@{DIGEST}"),
    ],
)
def test_the_full_name_of_an_image(image: str, full: str) -> None:
    assert reference(image) == full
    assert reference(full) == full


def test_equal_references_have_equal_digests_and_tags_do_not() -> None:
    assert image_id("nginx") == image_id("docker.io/library/nginx:latest") != image_id("nginx:1.27")
    assert image_id("nginx").startswith("docker.io/library/nginx@sha256:")
    assert image_id(f"ghcr.io/a/web:v1@{DIGEST}") == f"ghcr.io/a/web@{DIGEST}", "a digest that was asked for is kept"
    assert image_id("registry:5000/web").startswith("registry:5000/web@sha256:"), "a port is no tag"


@pytest.mark.parametrize(
    ("image", "short"),
    [
        ("docker.io/library/nginx:1.27", "nginx:1.27"),
        ("bitnami/redis", "bitnami/redis:latest"),
        ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
    ],
)
def test_the_name_that_docker_shows(image: str, short: str) -> None:
    assert familiar(image) == short


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        ("nginx", ""),
        ("nginx:1.27-alpine", ""),
        ("LOCALHOST:5000/a/b_c:V1", ""),
        (f"ghcr.io/a/web:v1@{DIGEST}", ""),
        ("Nginx", "invalid reference format: repository name (library/Nginx) must be lowercase"),
        ("team/Web:1", "invalid reference format: repository name (team/Web) must be lowercase"),
        ("nginx:", "invalid reference format"),
        ("http://nginx", "invalid reference format"),
        ("web app", "invalid reference format"),
        ("a" * 600, "invalid reference format"),
    ],
)
def test_names_that_no_image_can_have(image: str, problem: str) -> None:
    assert problem_of(image) == problem
