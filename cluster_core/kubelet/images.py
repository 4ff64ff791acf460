"""Images of a node and the queue of its pulls. Upstream: `pkg/kubelet/images`, one pull at a time (serializeImagePulls)."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from cluster_core.kubelet.behaviour_files import Behaviour
from cluster_core.kubelet.cri import CONTAINERD, ContainerRuntime
from cluster_core.kubelet.image_names import reference
from cluster_core.sim.kernel import US_PER_SECOND

REGISTRY_BYTES_PER_SECOND = 24_000_000
RESOLVE_US = (280_000, 620_000)
CHECK_US = (250_000, 480_000)
MISSING_US = (700_000, 1_300_000)


@dataclass(slots=True)
class Pull:
    """A pull of `image` for a container: asked for at `asked_at`, running since `began_at`, over at `ends_at`; `error` if it fails."""

    uid: str
    container: str
    image: str
    asked_at: int
    began_at: int = 0
    ends_at: int = 0
    error: str = ""


@dataclass(slots=True)
class Images:
    """What lies on the node's disk (reference → bytes), and the pulls that wait; the first of the queue is running. `runtime` pulls them."""

    present: dict[str, int] = field(default_factory=dict)
    queue: list[Pull] = field(default_factory=list)
    runtime: ContainerRuntime = CONTAINERD

    def has(self, image: str) -> bool:
        """Whether the image is on the node."""
        return reference(image) in self.present

    def begin(self, now: int, behaviour: Behaviour, random: Random) -> Pull:
        """Start the pull at the head of the queue; its end and outcome are known from here."""
        pull = self.queue[0]
        pull.began_at = now
        if behaviour.missing:
            pull.error = self.runtime.not_found(pull.image)
            pull.ends_at = now + random.randint(*MISSING_US)
        elif self.has(pull.image):
            pull.ends_at = now + random.randint(*CHECK_US)
        else:
            transfer = behaviour.size_bytes * US_PER_SECOND // REGISTRY_BYTES_PER_SECOND
            pull.ends_at = now + random.randint(*RESOLVE_US) + transfer * random.randint(850, 1250) // 1000
        return pull

    def finish(self, behaviour: Behaviour) -> Pull:
        """Take the finished pull out of the queue; a success leaves the image on the disk."""
        pull = self.queue.pop(0)
        if not pull.error:
            self.present[reference(pull.image)] = behaviour.size_bytes
        return pull


def default_pull_policy(container: dict[str, str]) -> str:
    """The container's imagePullPolicy; where admission left it empty: Always for :latest, else IfNotPresent."""
    policy = container.get("imagePullPolicy")
    if policy:
        return policy
    return "Always" if reference(container["image"]).endswith(":latest") else "IfNotPresent"


def seconds(us: int) -> str:
    """A duration as Go prints it in the Pulled event, to the millisecond: "1.234s", "412ms"."""
    ms = us // 1000
    if ms < 1000:
        return f"{ms}ms"
    minutes, rest = divmod(ms, 60_000)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{minutes}m{text}" if minutes else text
