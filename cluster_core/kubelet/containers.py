"""The processes of a node's containers: what runs in `cluster_core.shell`, its alarms, its ends. A program of its own
(containerd and its shims): it goes on when the kubelet stops, and dies with the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cluster_core.kubelet import probe_rest
from cluster_core.kubelet.container_log import ContainerLog
from cluster_core.kubelet.container_requests import ContainerRequests
from cluster_core.kubelet.container_state import ContainerState
from cluster_core.kubelet.container_userland import make_userland, source_of
from cluster_core.kubelet.environment import MissingReference, expand
from cluster_core.kubelet.pod_outside import PodOutside
from cluster_core.kubelet.runtime import ContainerRecord
from cluster_core.kubelet.session import Session
from cluster_core.kubelet.sessions import Sessions
from cluster_core.shell.descriptors import Descriptor, SinkEnd, Source
from cluster_core.shell.files import FileError
from cluster_core.shell.loading import NotRunnable, load
from cluster_core.shell.programs.serving import Server
from cluster_core.shell.task import SIGNALS
from cluster_core.shell.terminal import Terminal
from cluster_core.shell.userland import Userland
from cluster_core.sim.process import Message

if TYPE_CHECKING:
    from cluster_core.kubelet.kubelet import Kubelet
    from cluster_core.kubelet.pod_worker import PodWorker

START_ERROR = 128


@dataclass(slots=True)
class Turn(Message):
    """The tasks of a container go on. `serial` voids what was planned before."""

    handler = "on_turn"

    container: str
    serial: int


@dataclass(slots=True)
class Running:
    """A container with its userland. `ends_with` is the group whose end is that of the container; `watched` has for other groups
    (hooks, probes, sessions) what is told when they end."""

    worker: PodWorker
    state: ContainerState
    record: ContainerRecord
    land: Userland
    stdin: Source | Terminal | None = None
    serial: int = 0
    planned_at: int = -1


class Containers(Sessions, ContainerRequests):
    """containerd on a node. `running` by container id."""

    def __init__(self, sim: Any, kubelet: Kubelet) -> None:
        super().__init__(sim, f"containerd/{kubelet.node.name}", kubelet.node.name)
        self.kubelet = kubelet
        self.running: dict[str, Running] = {}
        self.watched: dict[tuple[str, int], Any] = {}
        self.sessions: dict[str, Session] = {}
        self.asking: dict[int, tuple[str, bool]] = {}

    def start(self, worker: PodWorker, state: ContainerState, record: ContainerRecord) -> None:
        """Run the command of a container that has just been created; its log is there from the start."""
        if record.behaviour.runs:
            record.log = ContainerLog(watch=self.kubelet.log_watch)
            self._start_command(worker, state, record)

    def _start_command(self, worker: PodWorker, state: ContainerState, record: ContainerRecord) -> None:
        try:
            found = self.open(worker, state, record)
        except MissingReference as missing:
            self._refuse(record, str(missing))
            return
        land, log = found.land, record.log
        argv = [expand(word, land.environment) for word in record.behaviour.argv]
        try:
            body, argv = load(land, land.directory, argv, land.environment["PATH"], land.environment)
        except NotRunnable as refusal:
            del self.running[record.id]
            why = (
                "executable file not found in $PATH"
                if "/" not in refusal.name
                else "stat " + refusal.name + ": no such file or directory"
            )
            why = "permission denied" if refusal.status == 126 else why
            self._refuse(record, self.kubelet.runtime_kind.not_started(refusal.name, why))
            return
        assert log is not None
        land.tasks.clear()
        land.next_pid = 1
        fds: dict[int, Descriptor] = {0: Descriptor(), 1: SinkEnd(log, 1), 2: SinkEnd(log, 2)}
        if state.spec.get("stdin"):
            source = self._stdin(state, log)
            found.stdin = source
            fds[0] = source
            if isinstance(source, Terminal):
                fds[1] = fds[2] = source
        task = land.spawn(body, argv, fds, self.sim.now)
        task.directory = land.directory
        self.turn(found)

    def _stdin(self, state: ContainerState, log: ContainerLog) -> Source | Terminal:
        return Terminal(log) if state.spec.get("tty") else Source()

    def _refuse(self, record: ContainerRecord, message: str) -> None:
        record.exits_at, record.exit_code, record.reason, record.message = (
            self.sim.now,
            START_ERROR,
            "StartError",
            message,
        )

    def open(self, worker: PodWorker, state: ContainerState, record: ContainerRecord) -> Running:
        """The userland of a container; that of a program whose course is data is made when somebody looks into it.

        MissingReference: its environment cannot be made.
        """
        found = self.running.get(record.id)
        if found is not None:
            found.worker, found.state = worker, state
            self._refresh(found)
            return found
        land = make_userland(self.kubelet, worker, state, record)
        found = self.running[record.id] = Running(worker, state, record, land)
        if not record.behaviour.runs:
            argv = list(record.behaviour.argv or (record.image.rpartition("/")[2].partition(":")[0],))
            log = record.log = record.log or ContainerLog(watch=self.kubelet.log_watch)
            fds: dict[int, Descriptor] = {1: SinkEnd(log, 1), 2: SinkEnd(log, 2)}
            land.spawn(_Course(), argv, fds, record.started_at).environment = land.environment
        return found

    # Time.

    def turn(self, running: Running) -> None:
        """Let the tasks of a container go on, and come again when they want."""
        land, now = running.land, self.sim.now
        self._refresh(running)
        following = land.run(now)
        self._told(running)
        if self.kubelet.resting:
            probe_rest.wake(self.kubelet)
        if not self._alive(running):
            self.settled(running)
            return
        self.settled(running)
        if running.worker.limits_storage:
            self.kubelet.eviction.written(running.worker)
        if following is not None and following != running.planned_at:
            running.serial += 1
            running.planned_at = max(following, now + 1)
            self.alarm(running.planned_at, Turn(running.record.id, running.serial))
        elif following is None:
            running.planned_at = -1
            running.serial += 1

    def come_soon(self, running: Running) -> None:
        """Something has come for a task while another one may be having its turn: theirs is next."""
        running.serial += 1
        running.planned_at = self.sim.now + 1
        self.alarm(running.planned_at, Turn(running.record.id, running.serial))

    def _refresh(self, running: Running) -> None:
        """Somebody is about to look at the files: the kubelet has written those of API objects at its last tick."""
        worker, kubelet = running.worker, self.kubelet
        if self.sim.now >= kubelet.volumes.due.get(worker.uid, 0) and not kubelet.down:
            kubelet.volumes.sync(worker.uid, worker.pod, source_of(kubelet, worker), self.sim.now)

    def on_turn(self, message: Turn) -> None:
        """It is time."""
        running = self.running.get(message.container)
        if running is not None and running.serial == message.serial:
            running.planned_at = -1
            self.turn(running)

    def _alive(self, running: Running) -> bool:
        """Whether the main program lives; its end is that of the container."""
        first = running.land.tasks.get(1)
        if first is None or first.status is None:
            return True
        self.ended(running, first.status, max(first.clock, self.sim.now))
        return False

    def ended(self, running: Running, code: int, at: int) -> None:
        """The container's main program has ended."""
        record, land = running.record, running.land
        self.running.pop(record.id, None)
        for group in list({task.group: None for task in land.tasks.values()}):
            land.end_group(group, at)
        self._told(running)
        if record.exits_at is not None and record.exits_at <= self.sim.now:
            return
        record.exits_at, record.exit_code = at, code
        record.message = self._last_words(running, code)
        if record.log is not None:
            record.log.close(at)
        self.settled(running)
        self.kubelet.container_ends(running.worker, running.state, record)

    def _last_words(self, running: Running, code: int) -> str:
        """terminationMessagePath, or with FallbackToLogsOnError the end of the log."""
        spec = running.state.spec
        try:
            found = running.land.files.read(spec.get("terminationMessagePath") or "/dev/termination-log")
        except FileError:
            found = b""
        if (
            not found
            and code
            and spec.get("terminationMessagePolicy") == "FallbackToLogsOnError"
            and running.record.log is not None
        ):
            found = "".join(line.text + "\n" for line in list(running.record.log.lines)[-80:]).encode()[-2048:]
        return found[:4096].decode("utf-8", "replace")

    def adopt(self, worker: PodWorker, state: ContainerState) -> None:
        """After a restart of the kubelet: the container is in the care of another pod worker."""
        running = self.running.get(state.current.id) if state.current is not None else None
        if running is not None:
            running.worker, running.state = worker, state
            if isinstance(running.land.outside, PodOutside):
                running.land.outside.worker = worker

    def listening(self, record: ContainerRecord, now: int) -> list[tuple[int, str]]:
        """(port, container) of the sockets that the programs of a container have open."""
        running = self.running.get(record.id)
        if running is None:
            return []
        return [(port, record.name) for port, (since, _) in running.land.listening.items() if since <= now]

    def listening_in(self, pod_uid: str, now: int) -> list[tuple[int, str]]:
        """The same of all containers of a pod."""
        records = self.kubelet.runtime.containers.get(pod_uid, {}).values()
        return [found for kept in records for found in self.listening(kept[-1], now)]

    def datagrams_in(self, pod_uid: str, now: int) -> list[tuple[int, str]]:
        """(port, container) of the open sockets of UDP of a pod's programs."""
        records = [kept[-1] for kept in self.kubelet.runtime.containers.get(pod_uid, {}).values()]
        known = [(record.name, self.running[record.id].land) for record in records if record.id in self.running]
        return [(port, name) for name, land in known for port, (since, _) in land.datagrams.items() if since <= now]

    def signal(self, record: ContainerRecord, name: str) -> None:
        """Send a signal to the main program; KILL ends it at once."""
        running = self.running.get(record.id)
        if running is None:
            return
        if name == "KILL":
            self.ended(running, 137, self.sim.now)
            return
        running.land.kill(1, SIGNALS[name], self.sim.now)
        self.turn(running)

    # Programs beside the main one: hooks, probes, sessions.

    def run_beside(self, running: Running, argv: list[str], fds: dict[int, Descriptor], watcher: Any) -> int:
        """Start a program in a container; `watcher.beside_ended(code, at)` is called when it ends. Raises `NotRunnable`."""
        land = running.land
        body, argv = load(land, land.directory, argv, land.environment["PATH"], land.environment)
        task = land.spawn(body, argv, fds, self.sim.now)
        task.directory, task.parent = land.directory, 0
        if fds[0].is_terminal:
            task.environment = {**task.environment, "TERM": "xterm"}
        self.watched[(running.record.id, task.pid)] = watcher
        self.turn(running)
        return task.pid

    def stop_beside(self, running: Running, pid: int) -> None:
        """Kill a program that was started beside the main one, and all it has started."""
        running.land.end_group(pid, self.sim.now)
        self.turn(running)

    def _told(self, running: Running) -> None:
        """Tell who waits for programs that have ended."""
        for key in [key for key in self.watched if key[0] == running.record.id]:
            task = running.land.tasks.get(key[1])
            if task is None or task.status is not None:
                watcher = self.watched.pop(key)
                running.land.tasks.pop(key[1], None)
                watcher.beside_ended(
                    task.status if task is not None else 137, task.clock if task is not None else self.sim.now
                )

    def remove(self, record: ContainerRecord) -> None:
        """Forget a container."""
        self.running.pop(record.id, None)

    def crash(self) -> None:
        """The machine goes down."""
        super().crash()
        self.sessions_lost()
        self.running.clear()
        self.asking.clear()
        for watcher in list(self.watched.values()):
            watcher.beside_ended(137, self.sim.now)
        self.watched.clear()


class _Course(Server):
    """The main program of a container whose course is data, seen from a shell inside: it answers SIGTERM as the behaviour says."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = True
