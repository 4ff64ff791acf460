"""Init containers that wait for something: "until nc -z db 5432; do sleep 2; done" asks again and again until it answers.

What they ask is asked of the simulated network, from the pod. Real Kubernetes runs the script; here a simple reading of its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_core.api.request import Obj
from cluster_core.kubelet.command import QUICK_US, UNITS, command_text
from cluster_core.sim.kernel import US_PER_SECOND

if TYPE_CHECKING:
    from cluster_core.kubelet.container_state import ContainerState
    from cluster_core.kubelet.pod_worker import PodWorker

LOOP = re.compile(r"\buntil\s|\bwhile\s+!|\bfor\s+\w+\s+in\b")
COUNTED = re.compile(r"\bseq\s+(?:1\s+)?(\d+)|\{1\.\.(\d+)\}")
SLEEP = re.compile(r"\bsleep\s+['\"]?(\d+(?:\.\d+)?)([smhd]?)")
VARIABLE = re.compile(r"\$\{?(\w+)\}?")
ASSIGNED = re.compile(r"(?:^|[\n;]|\s-\w*c)\s*(\w+)=([\w.:/-]+)")
HOST = r"([A-Za-z0-9][\w.-]*)"
# How a script asks: the pattern finds host and port; a port that is not given is the program's.
ASKING: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"\bnc\s+(?:-\S+\s+|\d+\s+)*{HOST}\s+(\d+)"), 0),
    (re.compile(rf"/dev/tcp/{HOST}/(\d+)"), 0),
    (re.compile(rf"\b(?:wget|curl)\b[^\n;|&]*?https://{HOST}(?::(\d+))?"), 443),
    (re.compile(rf"\b(?:wget|curl)\b[^\n;|&]*?(?:http://|\s){HOST}(?::(\d+))?(?:/\S*)?(?=[\s\"'|;&)]|$)"), 80),
    (re.compile(rf"\bpg_isready\b[^\n;|&]*?-h\s+{HOST}(?:[^\n;|&]*?-p\s+(\d+))?"), 5432),
    (re.compile(rf"\bredis-cli\b[^\n;|&]*?-h\s+{HOST}(?:[^\n;|&]*?-p\s+(\d+))?"), 6379),
    (re.compile(rf"\bmysqladmin\b[^\n;|&]*?-h\s*{HOST}(?:[^\n;|&]*?-P\s*(\d+))?"), 3306),
    (re.compile(rf"\b(?:nslookup|getent\s+hosts|dig|host)\s+{HOST}()"), 0),
)


@dataclass(frozen=True, slots=True)
class Wait:
    """What a script waits for: `host` and `port` (0: that the name is known), every `every` µs, `attempts` times (0: for ever)."""

    host: str
    port: int
    every: int = US_PER_SECOND
    attempts: int = 0


def wait_of(container: Obj) -> Wait | None:
    """What the command of an init container waits for; None if it does not loop over a question to the network."""
    text = command_text(container)
    if not LOOP.search(text):
        return None
    known = {env["name"]: env["value"] for env in container.get("env") or () if env.get("value")}
    known |= dict(ASSIGNED.findall(text))
    text = VARIABLE.sub(lambda match: known.get(match[1], match[0]), text)
    for pattern, port in ASKING:
        found = pattern.search(text)
        if found is not None:
            return Wait(found[1].rstrip("."), int(found[2] or port), _every(text), _attempts(text))
    return None


def begin(worker: PodWorker, state: ContainerState) -> None:
    """The script runs: ask for the first time."""
    if state.current is not None and state.current.behaviour.waits is not None and state.running(worker.now):
        state.asked = 0
        worker.alarm(worker.now, "ask", state)


def ask(worker: PodWorker, state: ContainerState) -> None:
    """One turn of the loop: it ends when the answer comes, or when the attempts are used up."""
    record = state.current
    if record is None or record.behaviour.waits is None or not record.running(worker.now):
        return
    wait = record.behaviour.waits
    state.asked += 1
    meta = worker.pod["metadata"]
    answered = worker.kubelet.reach.answers(meta["namespace"], meta["name"], wait.host, wait.port)
    if not answered and (not wait.attempts or state.asked < wait.attempts):
        if state.asked == 1:
            worker.record("pod.init-waits", state.name, host=wait.host, port=wait.port, every=wait.every)
        worker.alarm(worker.now + wait.every, "ask", state)
        return
    record.exits_at = worker.now + QUICK_US
    record.exit_code = 0 if answered else 1
    worker.alarm(record.exits_at, "exited", state)


def _every(text: str) -> int:
    found = SLEEP.search(text)
    return max(int(float(found[1]) * UNITS[found[2]] * US_PER_SECOND), QUICK_US) if found is not None else US_PER_SECOND


def _attempts(text: str) -> int:
    found = COUNTED.search(text)
    return int((found[1] or found[2])[:6]) if found is not None else 0


STEPS = {"ask": ask}
