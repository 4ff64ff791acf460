"""What the scheduler makes of the news of its informers: the queue and the node cache are kept in step with the API.

Upstream: `pkg/scheduler/eventhandlers.go`. The scheduler does not see pods that have finished: for it they are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.scheduler.changes import same_for_scheduling
from cluster_core.scheduler.cluster_events import (
    ASSIGNED_ADD,
    ASSIGNED_DELETE,
    NODE_ADD,
    NODE_DELETE,
    node_events,
    pod_events,
)
from cluster_core.scheduler.node_info import NodeInfo
from cluster_core.scheduler.pod_info import PodInfo, counts_on_node
from cluster_core.scheduler.preempting import saw
from cluster_core.scheduler.queue import QueuedPod

if TYPE_CHECKING:
    from cluster_core.scheduler.scheduler import Scheduler


def pod_changed(scheduler: Scheduler, old: Obj | None, new: Obj | None) -> None:
    """A Pod came, changed or went."""
    pod = new or old
    assert pod is not None
    if scheduler.preempting:
        saw(scheduler, pod["metadata"]["uid"], new)
    before, after = old is not None and counts_on_node(old), new is not None and counts_on_node(new)
    if after and new is not None:
        if before and old is not None:
            _assigned_updated(scheduler, old, new)
        else:
            _assigned_added(scheduler, new)
    elif before and old is not None:
        _assigned_deleted(scheduler, old)
    else:
        _waiting_changed(scheduler, _waits(old), _waits(new))


def node_changed(scheduler: Scheduler, old: Obj | None, new: Obj | None) -> None:
    """A Node came, changed or went."""
    queue, now = scheduler.queue, scheduler.sim.now
    if new is None:
        assert old is not None
        queue.move(NODE_DELETE, old, None, now)
        scheduler.cache.drop(old["metadata"]["name"])
    elif old is None:
        scheduler.cache.put(_with_pods(scheduler, NodeInfo.of(new)))
        queue.move(NODE_ADD, None, new, now)
    elif not same_for_scheduling(old, new):
        scheduler.cache.put(_with_pods(scheduler, NodeInfo.of(new)))
        for event in node_events(old, new) if queue.listens else ():
            queue.move(event, old, new, now)


def other_changed(scheduler: Scheduler, old: Obj | None, new: Obj | None) -> None:
    """Something else that plugins look at came, changed or went."""
    action = "Delete" if new is None else "Add" if old is None else "Update"
    kind = (new or old or {}).get("kind", "")
    scheduler.queue.move(f"{kind}/{action}", old, new, scheduler.sim.now)


def _assigned_added(scheduler: Scheduler, pod: Obj) -> None:
    meta, name = pod["metadata"], pod["spec"]["nodeName"]
    uid = meta["uid"]
    scheduler.queue.remove(f"{meta['namespace']}/{meta['name']}", uid)
    if name in scheduler.nodes:
        scheduler.cache.settle_pod(name, pod)
    assumed = scheduler.assumed.pop(uid, None)
    if assumed is not None and assumed != name and assumed in scheduler.nodes:
        scheduler.cache.remove_pod(assumed, uid)
    scheduler.queue.move(ASSIGNED_ADD, None, pod, scheduler.sim.now)


def _assigned_updated(scheduler: Scheduler, old: Obj, new: Obj) -> None:
    name = new["spec"]["nodeName"]
    if name in scheduler.nodes:
        scheduler.cache.settle_pod(name, new)
    for event in pod_events(old, new) if scheduler.queue.listens else ():
        scheduler.queue.move(event, old, new, scheduler.sim.now)


def _assigned_deleted(scheduler: Scheduler, pod: Obj) -> None:
    name, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
    scheduler.assumed.pop(uid, None)
    node = scheduler.nodes.get(name)
    if node is not None and uid in node.pods:
        scheduler.cache.remove_pod(name, uid)
    scheduler.queue.move(ASSIGNED_DELETE, pod, None, scheduler.sim.now)


def _waiting_changed(scheduler: Scheduler, old: Obj | None, new: Obj | None) -> None:
    """A pod without a node, if it names this scheduler."""
    pod = new or old
    if pod is None or pod["spec"].get("schedulerName") not in scheduler.profiles:
        return
    if new is None:
        _waiting_deleted(scheduler, pod)
    elif new["metadata"]["uid"] in scheduler.assumed:
        if "deletionTimestamp" in new["metadata"]:
            _let_go(scheduler, new)
    elif old is None:
        scheduler.queue.add(new, scheduler.sim.now)
    else:
        scheduler.queue.update(old, new, scheduler.sim.now)
        if _nominated(old) and _nominated(old) != _nominated(new):
            _room_for_lower(scheduler, old)


def _waiting_deleted(scheduler: Scheduler, pod: Obj) -> None:
    meta = pod["metadata"]
    scheduler.queue.remove(f"{meta['namespace']}/{meta['name']}", meta["uid"])
    if meta["uid"] in scheduler.assumed:
        _let_go(scheduler, pod)
    elif _nominated(pod):
        _room_for_lower(scheduler, pod)


def _let_go(scheduler: Scheduler, pod: Obj) -> None:
    """An assumed pod is being deleted: its binding will fail, and others need not wait for that. Upstream: handleAssumedPodDeletion."""
    uid = pod["metadata"]["uid"]
    node = scheduler.nodes.get(scheduler.assumed.pop(uid))
    if node is not None and uid in node.pods:
        scheduler.cache.remove_pod(node.name, uid)
    scheduler.queue.move(ASSIGNED_DELETE, pod, None, scheduler.sim.now)


def _room_for_lower(scheduler: Scheduler, pod: Obj) -> None:
    """A nominated pod counted as being on its node for all of no higher priority; now it does not."""
    scheduler.queue.move(ASSIGNED_DELETE, pod, None, scheduler.sim.now, _up_to(pod["spec"].get("priority") or 0))


def _up_to(priority: int) -> Callable[[QueuedPod], bool]:
    return lambda queued: queued.priority <= priority


def _nominated(pod: Obj) -> str:
    found: str = pod.get("status", {}).get("nominatedNodeName", "")
    return found


def _waits(pod: Obj | None) -> Obj | None:
    """The pod, if the scheduler sees it and it has no node."""
    if pod is None or pod["spec"].get("nodeName") or pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return None
    return pod


def _with_pods(scheduler: Scheduler, info: NodeInfo) -> NodeInfo:
    """A Node with the pods that are on it: those that were known there, or those that were bound before it came."""
    known = scheduler.nodes.get(info.name)
    if known is not None:
        there = list(known.pods.values())
    else:
        pods = scheduler.informers["pods"].objects()
        there = [PodInfo.of(pod) for pod in pods if counts_on_node(pod) and pod["spec"]["nodeName"] == info.name]
    for pod in there:
        info.add_pod(pod)
    return info
