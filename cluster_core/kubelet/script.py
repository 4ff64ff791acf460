"""Scripted pods: annotations `sim.orrery/…` say when the containers of a pod start, become ready and end, for tests and lessons.

start-seconds (bound → running), ready-seconds, never-ready, term-seconds (SIGTERM → gone), run-seconds (they end by themselves) with exit-code,
init-seconds; fail-first: that many first pods of the controller fail; fail-indexes: pods of a Job with these completion indexes fail.
What cannot be read is as if it were not there. Real Kubernetes knows no such annotations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster_core.api.objects import owner_controller
from cluster_core.api.request import Obj
from cluster_core.kubelet.annotations import PREFIX, is_number, is_seconds
from cluster_core.sim.kernel import US_PER_SECOND

COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
NEVER = 1 << 60
FAILED_CODE = 1


@dataclass(frozen=True, slots=True)
class Script:
    """What the annotations of a pod say: times in µs, None where they do not; `exit_code` that of its containers.

    `whole`: there is nothing but the script, as in a cluster whose kubelets are scripts: images have no say, and all are there.
    """

    start: int | None = None
    ready: int | None = None
    term: int | None = None
    run: int | None = None
    init: int | None = None
    exit_code: int = 0
    whole: bool = False

    @property
    def is_set(self) -> bool:
        """Whether the pod is scripted: its changes are then reported at once instead of at the next relist."""
        return any(value is not None for value in (self.start, self.ready, self.term, self.run, self.init))


@dataclass(slots=True)
class FirstPods:
    """What scripts share over all nodes: which pods of a controller that scripts its first ones have begun, in order.

    `defaults`: what the annotations of a pod that does not say it itself are taken to be, "start-seconds" → "1.0"; where there are some,
    scripts are all that runs. `late`: that much later (µs) than told containers end by themselves.
    """

    begun: dict[str, dict[str, None]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    late: int = 0

    def number(self, pod: Obj) -> int:
        """The how manieth pod of its controller it is to begin, from 1; 1 for a pod without a controller."""
        owner = owner_controller(pod)
        if owner is None:
            return 1
        uids = self.begun.setdefault(owner["uid"], {})
        uids.setdefault(pod["metadata"]["uid"], None)
        return list(uids).index(pod["metadata"]["uid"]) + 1


def script_of(pod: Obj, firsts: FirstPods | None = None) -> Script:
    """Read the annotations that script a pod."""
    notes: Mapping[str, str] = pod["metadata"].get("annotations") or {}
    whole = firsts is not None and bool(firsts.defaults)
    if firsts is not None and firsts.defaults:
        notes = {**{PREFIX + name: value for name, value in firsts.defaults.items()}, **notes}
    if not any(name.startswith(PREFIX) for name in notes):
        return Script()
    run = _duration(notes, "run-seconds")
    never = str(notes.get(PREFIX + "never-ready", "false")) not in ("false", "", "0")
    return Script(
        start=_duration(notes, "start-seconds"),
        ready=NEVER if never else _duration(notes, "ready-seconds"),
        term=_duration(notes, "term-seconds"),
        run=None if run is None else run + (firsts.late if firsts is not None else 0),
        init=_duration(notes, "init-seconds"),
        exit_code=_exit_code(pod, notes, firsts),
        whole=whole,
    )


def _exit_code(pod: Obj, notes: Mapping[str, str], firsts: FirstPods | None) -> int:
    """Where the script says which pods fail, the others succeed."""
    code = _number(notes.get(PREFIX + "exit-code"), 0) & 255
    first, indexes = notes.get(PREFIX + "fail-first"), notes.get(PREFIX + "fail-indexes")
    if first is None and indexes is None:
        return code
    fails = first is not None and firsts is not None and firsts.number(pod) <= _number(first, 0)
    if indexes is not None:
        fails = fails or notes.get(COMPLETION_INDEX, "") in [part.strip() for part in indexes.split(",")]
    return (code or FAILED_CODE) if fails else 0


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and is_number(text) else default


def _duration(notes: Mapping[str, str], name: str) -> int | None:
    text = notes.get(PREFIX + name)
    return round(float(text) * US_PER_SECOND) if text is not None and is_seconds(text) else None
