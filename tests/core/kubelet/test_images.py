"""Image references, the images of a node and its queue of pulls."""

from __future__ import annotations

from random import Random

import pytest

from cluster_core.kubelet import images
from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.cri import CONTAINERD
from cluster_core.kubelet.images import Images, Pull, default_pull_policy, seconds

DIGEST = "sha256:" + "0f" * 32


@pytest.mark.parametrize(
    ("image", "given", "policy"),
    [
        ("nginx", None, "Always"),
        ("nginx:latest", "", "Always"),
        ("nginx:1.27", None, "IfNotPresent"),
        (f"nginx@{DIGEST}", None, "IfNotPresent"),
        ("nginx", "Never", "Never"),
        ("nginx:1.27", "Always", "Always"),
    ],
)
def test_pull_policies(image: str, given: str | None, policy: str) -> None:
    container = {"image": image} | ({} if given is None else {"imagePullPolicy": given})
    assert default_pull_policy(container) == policy


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0ms"),
        (999_999, "999ms"),
        (1_000_000, "1s"),
        (1_234_567, "1.234s"),
        (61_500_000, "1m1.5s"),
        (120_000_000, "2m0s"),
    ],
)
def test_durations_as_go_prints_them(us: int, text: str) -> None:
    assert seconds(us) == text


def pulled(node: Images, image: str, now: int, behaviour: Behaviour) -> Pull:
    node.queue.append(Pull("uid", "c", image, now))
    pull = node.begin(now, behaviour, Random(1))
    assert node.finish(behaviour) is pull and node.queue == []
    return pull


def test_a_pull_takes_as_long_as_its_bytes_and_leaves_the_image_on_the_disk() -> None:
    node, big = Images(), Behaviour(size_bytes=240_000_000)
    first = pulled(node, "web:1", 1_000, big)
    assert 8_500_000 + images.RESOLVE_US[0] <= first.ends_at - first.began_at <= 12_500_000 + images.RESOLVE_US[1]
    assert node.present == {"docker.io/library/web:1": 240_000_000} and node.has("docker.io/library/web:1")
    again = pulled(node, "web:1", 20_000_000, big)
    assert images.CHECK_US[0] <= again.ends_at - 20_000_000 <= images.CHECK_US[1], "only the manifest is looked up"
    assert not node.has("web:2")


def test_a_missing_image_fails_in_containerds_words_and_leaves_nothing() -> None:
    node = Images()
    pull = pulled(node, "web:9", 0, Behaviour(missing=True))
    assert pull.error == CONTAINERD.not_found("web:9") and images.MISSING_US[0] <= pull.ends_at <= images.MISSING_US[1]
    assert '"docker.io/library/web:9": docker.io/library/web:9: not found' in pull.error
    assert node.present == {}


def test_the_first_in_the_queue_runs() -> None:
    node = Images()
    node.queue += [Pull("a", "c", "one", 0), Pull("b", "c", "two", 0)]
    assert node.begin(5, Behaviour(), Random(1)).image == "one"
    node.finish(Behaviour())
    second = node.begin(9, Behaviour(), Random(1))
    assert (second.image, second.asked_at, second.began_at) == ("two", 0, 9), "it has waited for the first"
