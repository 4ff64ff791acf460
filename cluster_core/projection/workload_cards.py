"""View models of workloads: what is wanted, what is there, and what a controller does about it, by kind."""

from __future__ import annotations

from typing import Any, TypedDict


class Text(TypedDict):
    """A sentence as data: the catalogue of the reader's language turns it into words."""

    id: str
    params: dict[str, Any]


class LoopCard(TypedDict):
    """Where the control loop stands with one object: the phase, the turns about it, its writes and its back-off."""

    phase: str  # observe (a change waits in the queue) | compare | act (writes under way) | wait
    turns: int
    at: int  # of the last turn, µs; 0: none yet
    number: int  # event of the last turn
    stage: int  # of the writes under way, from 1; 0: none
    stages: int
    writes: list[dict[str, Any]]  # under way: verb, resource, count
    failures: int  # failed turns since the last good one
    retry_at: int | None  # when the back-off ends, µs
    refused: dict[str, Any] | None  # the last refused write: at, number, verb, resource, code, reason


class ConditionCard(TypedDict):
    """A condition of a status; `at` is its last update where it tells one, else its last transition (µs)."""

    type: str
    status: str
    reason: str
    message: str
    at: int


class DeploymentPart(TypedDict):
    """What a Deployment's rollout is about, beside the counts. Times in s, as in the spec."""

    paused: bool
    min_ready: int
    deadline: int | None
    conditions: list[ConditionCard]


class ClaimCard(TypedDict):
    """A PersistentVolumeClaim of an ordinal. `phase` is "" while there is none."""

    name: str
    ordinal: int
    phase: str
    volume: str
    size: str
    storage_class: str


class StatefulPart(TypedDict):
    """Ordinals of a StatefulSet: `start` … `start + desired - 1`, and the claims of those and of earlier ones, the first 200."""

    start: int
    policy: str  # OrderedReady | Parallel
    service: str
    retention: list[str]  # when the set is deleted, when it is scaled down: Retain | Delete
    templates: list[str]
    claims: list[ClaimCard]


class RefusedNodes(TypedDict):
    """Nodes that a DaemonSet passes over for one reason; at most 100 names, `count` of them all."""

    reason: Text
    nodes: list[str]
    count: int


class DaemonPart(TypedDict):
    """Where a DaemonSet's pods belong: on how many nodes, and why not on the others; and the revision of its template."""

    eligible: int
    revision: str  # hash of the template that its pods go to
    refused: list[RefusedNodes]


class JobPart(TypedDict):
    """How far a Job is. Index lists are written as in `status.completedIndexes` ("0-3,5"); times in µs."""

    indexed: bool
    completions: int | None  # None: a work queue, done when one has succeeded and all have ended
    parallelism: int
    active: int
    terminating: int
    succeeded: int
    failed: int
    completed: str
    failed_indexes: str
    backoff_limit: int
    per_index: int | None
    backoff_until: int | None
    failures: int  # in a row, as the back-off counts them
    deadline_at: int | None
    suspended: bool
    due: str  # the time of the schedule that a CronJob made it for
    started: int | None
    ended: int | None
    state: str  # "" | Complete | Failed
    reason: str
    message: str


class Firing(TypedDict):
    """A time of a schedule: in µs, and as a clock in the CronJob's zone shows it."""

    at: int
    clock: str


class CronJobPart(TypedDict):
    """When a CronJob runs. `problem`: why its schedule cannot be read, in upstream's words."""

    schedule: str
    zone: str
    policy: str  # Allow | Forbid | Replace
    suspended: bool
    deadline: int | None  # startingDeadlineSeconds
    kept: list[int]  # successful and failed Jobs that are kept
    last: int | None
    last_success: int | None
    next: list[Firing]
    problem: str


class MetricCard(TypedDict):
    """A metric of an autoscaler: `target` and `current` as they are written (percent without its sign); `current` "" while unknown."""

    name: str
    type: str  # Resource | ContainerResource | Pods | Object | External
    measure: str  # Utilization | AverageValue | Value
    target: str
    current: str


class AutoscalerCard(TypedDict):
    """A HorizontalPodAutoscaler of a workload. `recommended`: [µs, replicas] that its windows (s) still hold."""

    name: str
    min: int
    max: int
    current: int
    desired: int
    metrics: list[MetricCard]
    conditions: list[ConditionCard]
    recommended: list[list[int]]
    window_up: int
    window_down: int
    scaled_at: int | None


class BudgetCard(TypedDict):
    """A PodDisruptionBudget that covers a workload's pods."""

    name: str
    rule: str  # minAvailable | maxUnavailable
    limit: str
    healthy: int
    needed: int
    expected: int
    allowed: int
    reason: str


class LoadCard(TypedDict):
    """What users ask of a workload's pods: thousandths of a CPU in all and of each pod, bytes of each; `shape`: it follows a curve."""

    millicores: int
    per_pod: int
    memory: int
    shape: bool
    since: int


class EndpointSpan(TypedDict):
    """A stretch in which EndpointSlices listed a pod for a Service; times in µs, `to` None: it is so now."""

    service: str
    state: str  # ready | terminating (still serving) | not-ready
    begin: int
    to: int | None


class WorkloadCard(TypedDict):
    """A Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet (counted by node), Job (`desired`: completions, or pods at
    a time; `available`: succeeded) or CronJob (`total`: Jobs that run)."""

    kind: str
    name: str
    namespace: str
    uid: str
    owner: str
    created: int
    revision: str
    images: list[str]
    desired: int
    total: int
    ready: int
    available: int
    updated: int
    strategy: dict[str, Any]  # type, max_surge, max_unavailable (numbers, resolved), a StatefulSet's partition
    action: Text | None  # what its controller does now or waits for
    did: list[dict[str, Any]]  # last decisions: {at, number, id, params}
    did_not: list[dict[str, Any]]  # rejected choices of the last turn: {id, params}
    loop: LoopCard | None  # None: no controller runs
    deployment: DeploymentPart | None
    stateful: StatefulPart | None
    daemon: DaemonPart | None
    job: JobPart | None
    cron: CronJobPart | None
    autoscaler: AutoscalerCard | None
    budgets: list[BudgetCard]
    load: LoadCard | None
    rv: int
