"""The image of a container: is it there, may it be pulled, did it come. What failed is tried again with a growing delay.

Upstream: `pkg/kubelet/images/image_manager.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.kubelet.behaviour import behaviour_of
from cluster_core.kubelet.container_state import INIT
from cluster_core.kubelet.image_names import problem_of, reference
from cluster_core.kubelet.images import Pull, default_pull_policy, seconds
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

NEVER = "ErrImageNeverPull"


def ensure(worker: PodWorker, state: ContainerState) -> bool:
    """See to the image of a container that is to start; whether it is there. If not, a pull is under way, or the container waits."""
    image = state.spec["image"]
    wrong = problem_of(image)
    if wrong:
        text = f'Failed to apply default image tag "{image}": couldn\'t parse image reference "{image}": {wrong}'
        _give_up(worker, state, "InspectFailed", "InvalidImageName", text)
        return False
    policy = default_pull_policy(state.spec)
    missing = behaviour_of(worker.pod, state.spec, state.role == INIT, worker.script).missing
    scripted = worker.script.start is not None and not missing
    present = worker.kubelet.images.has(image) or scripted or worker.script.whole
    if present and (policy != "Always" or worker.script.start is not None):
        text = f'Container image "{image}" already present on machine and can be accessed by the pod'
        worker.event("Normal", "Pulled", text, state.name)
        return True
    if policy == "Never":
        text = f'Container image "{image}" is not present with pull policy of Never'
        _give_up(worker, state, NEVER, NEVER, text)
        return False
    worker.event("Normal", "Pulling", f'Pulling image "{image}"', state.name)
    worker.record("pod.pull-started", state.name, image=image, queue=len(worker.kubelet.images.queue))
    worker.kubelet.pull(Pull(worker.uid, state.name, image, worker.now))
    return False


def look_for_secrets(worker: PodWorker) -> None:
    """Tell which of the pod's imagePullSecrets are not there; the pull is tried all the same.

    Real Kubernetes looks at every sync of the pod; no registry here asks who pulls.
    """
    meta, get = worker.pod["metadata"], worker.kubelet.reach.get
    names = [str(one.get("name")) for one in worker.pod["spec"].get("imagePullSecrets") or () if one.get("name")]
    missing = [name for name in names if get("secrets", meta["namespace"], name) is None]
    if missing:
        text = f"Unable to retrieve some image pull secrets ({', '.join(missing)})"
        worker.event(
            "Warning",
            "FailedToRetrieveImagePullSecret",
            f"{text}; attempting to pull the image may not succeed.",
        )


def finished(worker: PodWorker, state: ContainerState, pull: Pull, size: int) -> bool:
    """A pull is over; whether the image has come for a container that still waits for it."""
    if not state.starting or pull.image != state.spec["image"]:
        return False
    if pull.error:
        _failed(worker, state, pull.error)
        return False
    took, waited = worker.now - pull.began_at, worker.now - pull.asked_at
    text = f'Successfully pulled image "{pull.image}" in {seconds(took)} ({seconds(waited)} including waiting). '
    worker.event("Normal", "Pulled", f"{text}Image size: {size} bytes.", state.name)
    worker.record("pod.pulled", state.name, image=pull.image, duration=took, waited=waited - took, bytes=size)
    state.pull_backoff.delay = 0
    return True


def arrived(kubelet: Kubelet, image: str) -> None:
    """An image is on the node now: containers that may not pull it find it. Real Kubernetes looks for it at every sync of their pods."""
    for worker in kubelet.workers.values():
        for state in worker.states.values():
            waits = state.waiting is not None and state.waiting[0] == NEVER
            if waits and reference(state.spec["image"]) == reference(image):
                pull_again(worker, state)


def pull_back_off(worker: PodWorker, state: ContainerState) -> None:
    """The first look after a failed pull: it is too early for the next one."""
    image = state.spec["image"]
    text = f'Back-off pulling image "{image}"'
    worker.event("Normal", "BackOff", text, state.name)
    worker.event("Warning", "Failed", "Error: ImagePullBackOff", state.name)
    state.waiting = ("ImagePullBackOff", f"{text}: ErrImagePull: {state.pull_error}")
    worker.record("pod.back-off", state.name, reason="ImagePullBackOff", duration=state.pull_backoff.delay, image=image)
    worker.report()


def pull_again(worker: PodWorker, state: ContainerState) -> None:
    """The back-off is over."""
    state.pull_error = ""
    worker.sync()


def _give_up(worker: PodWorker, state: ContainerState, event: str, reason: str, text: str) -> None:
    """Nothing is pulled: the container waits for another spec, or for somebody else to bring its image."""
    worker.event("Warning", event, text, state.name)
    worker.event("Warning", "Failed", f"Error: {reason}", state.name)
    state.starting, state.waiting, state.pull_error = False, (reason, text), text
    worker.observe_soon()


def _failed(worker: PodWorker, state: ContainerState, error: str) -> None:
    image = state.spec["image"]
    worker.event("Warning", "Failed", f'Failed to pull image "{image}": {error}', state.name)
    worker.event("Warning", "Failed", "Error: ErrImagePull", state.name)
    worker.record("pod.pull-failed", state.name, image=image, duration=worker.now - state.begun_at)
    state.starting, state.waiting, state.pull_error = False, ("ErrImagePull", error), error
    state.pull_backoff.next(worker.now, worker.now)
    worker.report()
    worker.alarm(worker.now + US_PER_SECOND, "pull_back_off", state)
    worker.alarm(worker.now + state.pull_backoff.delay, "pull_again", state)
