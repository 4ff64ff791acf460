"""When an exec probe need not be asked again: what its program looked at is as it was, so its answer is.

A probe rests while the files that it looked at have not been written; programs that look at time, other processes or the network keep it
awake. Real Kubernetes runs the program in every period.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.kubelet import probes
from cluster_core.shell.files import Tree

if TYPE_CHECKING:
    from cluster_core.kubelet.containers import Running
    from cluster_core.kubelet.kubelet import Kubelet

# Programs whose answer follows from their arguments, their input and files; and clients that ask the container's own server.
STEADY = [
    "cat",
    "test",
    "[",
    "ls",
    "grep",
    "egrep",
    "fgrep",
    "head",
    "tail",
    "wc",
    "cut",
    "sed",
    "awk",
    "tr",
    "sort",
    "uniq",
    "stat",
    "readlink",
    "realpath",
    "basename",
    "dirname",
    "echo",
    "printf",
    "true",
    "false",
    "sh",
    "ash",
    "bash",
    "dash",
    "md5sum",
    "sha256sum",
    "printenv",
    "env",
    "hostname",
    "id",
    "whoami",
    "expr",
    "busybox",
]
CLIENTS = ("redis-cli", "pg_isready", "mysqladmin")
LOOPBACK = ("@127.0.0.1", "@::1")
# What a script may look at that nobody notes.
CHANGING = re.compile(r"RANDOM|SECONDS|PPID|\$\$|(?:^|[;&|\s])(?:\.|source|eval)\s")
SHELLS = ("sh", "ash", "bash", "dash")


@dataclass(frozen=True, slots=True)
class Rest:
    """The trees that a probe depends on, each with the version that it saw."""

    seen: tuple[tuple[Tree, int], ...]

    def holds(self) -> bool:
        """Whether nothing has been written since."""
        return all(tree.version == version for tree, version in self.seen)


@dataclass(frozen=True, slots=True)
class Used:
    """What the program of a probe has used: `programs` and more as `Userland.noted` has them, `mounts` it looked at, whether it `wrote`."""

    programs: dict[str, None]
    mounts: dict[str, None]
    wrote: bool

    @property
    def strange(self) -> bool:
        """Whether a program was wanted that nobody has written here: what it would answer is not known."""
        return any(what.startswith("?") for what in self.programs)


def writes(running: Running) -> int:
    """How often the files of a container were written."""
    return sum(mount.tree.version for mount in running.land.files.mounts)


def begin_to_note(running: Running) -> None:
    """From now on, note what the programs of a container use."""
    running.land.noted, running.land.files.noted = {}, {}


def used(running: Running, before: int, more: bool) -> Used | None:
    """What they have used since there were `before` writes; `more`: notes are taken for another probe, too."""
    land = running.land
    if land.noted is None or land.files.noted is None:
        return None
    found = Used(dict(land.noted), dict(land.files.noted), writes(running) != before)
    if not more:
        land.noted = land.files.noted = None
    return found


def rest_of(running: Running, command: list[str], found: Used) -> Rest | None:
    """The rest that a probe may take after it was answered; None if its next answer may be another one."""
    if found.wrote or not all(what in STEADY or what in CLIENTS or what in LOOPBACK for what in found.programs):
        return None
    if any(what in CLIENTS for what in found.programs) and not _serves(running):
        return None
    if command[0].rpartition("/")[2] in SHELLS and (command[1:2] != ["-c"] or CHANGING.search(" ".join(command))):
        return None
    trees = [mount.tree for mount in running.land.files.mounts if mount.path in found.mounts]
    told = all(_is_told(running, tree) for tree in trees)
    return Rest(tuple((tree, tree.version) for tree in trees)) if told else None


def _serves(running: Running) -> bool:
    """Whether the container's server is up, and not a script's: its ports stay open as long as the container runs."""
    record = running.record
    return not record.behaviour.runs and running.land.now >= record.started_at + record.behaviour.ready_after


def _is_told(running: Running, tree: Tree) -> bool:
    """Whether this node sees every write to a tree: not so for claims, and for what is made of API objects when somebody looks."""
    own = running.worker.kubelet.volumes
    if tree is running.land.files.mounts[0].tree or tree is own.host:
        return True
    volumes = {volume["name"]: volume for volume in running.worker.pod["spec"].get("volumes") or ()}
    trees = own.pods.get(running.worker.uid, {})
    return any(tree is trees.get(name) and "emptyDir" in volume for name, volume in volumes.items())


def wake(kubelet: Kubelet) -> None:
    """Something was written on the node: probes that depend on it are asked from their next tick on."""
    for key, (worker, state, asked) in list(kubelet.resting.items()):
        stands = state.probes.get(key[2]) is asked
        if not stands:
            del kubelet.resting[key]
        elif not asked.rest.holds():
            del kubelet.resting[key]
            period = probes.period_us(probes.probe_of(state.spec, key[2]) or {})
            asked.rest = None
            worker.alarm(worker.now + period - (worker.now - asked.asked_at) % period, f"{key[2]}_asked", state)


def lie_down(kubelet: Kubelet, key: tuple[str, str, str], of: tuple[Any, Any, Any]) -> None:
    """A probe is not asked any more until `wake` wakes it. `of`: worker, state, what is counted of it."""
    kubelet.resting[key] = of


def forget(kubelet: Kubelet, uid: str) -> None:
    """A pod is gone from the node."""
    for key in [key for key in kubelet.resting if key[0] == uid]:
        del kubelet.resting[key]
