"""The instructions that start other tasks: subshells, pipelines, `&`, `$(…)`. A mixin of `machine.Shell`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.shell.descriptors import Descriptor, Pipe, PipeEnd
from cluster_core.shell.state import Block, Capture, Machine, Memory, ShellError, open_fd
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import NoMoreTasks, Userland
from cluster_core.shell.word_compiler import Code

if TYPE_CHECKING:
    pass

BUILTIN_US, FORK_US, PROGRAM_US = 20, 150, 500
CAPTURE_MAX = 1 << 20


class Pipelines:
    """Tasks and their ends."""

    memory: Memory
    machine: Machine
    flavour: str
    after: Wait | None

    def fork(self, task: Task, land: Userland, body: object) -> Task:
        """Another task with the same descriptors. NoMoreTasks: there are too many."""
        fds = {fd: end for fd, end in task.fds.items() if fd < 10}
        child = land.spawn(body, list(task.argv), fds, task.clock + FORK_US, task)  # type: ignore[arg-type]
        child.environment = task.environment
        return child

    def subshell(self, task: Task, land: Userland, code: Code, tested: bool = False) -> Task:
        """A copy of this shell that runs a code."""
        from cluster_core.shell.machine import Shell

        shell = Shell(code, self.memory.copy())
        shell.flavour = self.flavour
        shell.memory.options.pop("interactive", None)
        if tested or any(block.kind == "tested" for block in self.machine.blocks):
            shell.machine.blocks.append(Block("tested"))
        try:
            return self.fork(task, land, shell)
        except NoMoreTasks:
            raise ShellError("can't fork: Resource temporarily unavailable") from None

    def take_status(self, land: Userland, pid: int) -> int:
        """The status of a child that has ended; it is forgotten."""
        child = land.tasks.get(pid)
        if child is None:
            return 127
        land.reap(child)
        return child.status or 0

    def op_pipe(self, task: Task, land: Userland, codes: tuple[Code, ...], tested: bool = False) -> None:
        """Start all members of a pipeline."""
        pids: list[int] = []
        before: Descriptor | None = task.fds.get(0)
        for number, code in enumerate(codes):
            child = self.subshell(task, land, code, tested)
            if before is not None:
                child.fds[0] = before
            if number < len(codes) - 1:
                pipe = Pipe(at=task.clock)
                child.fds[1], before = PipeEnd(pipe, True), PipeEnd(pipe, False)
            pids.append(child.pid)
        self.machine.jobs.append(pids)
        self.after = land.charge(task, FORK_US)

    def op_subshell(self, task: Task, land: Userland, code: Code, tested: bool) -> None:
        """( … )."""
        self.machine.jobs.append([self.subshell(task, land, code, tested).pid])
        self.after = land.charge(task, FORK_US)

    def op_await_pipe(self, task: Task, land: Userland) -> Wait | None:
        """Wait until all have ended; the status is the last one's, or with pipefail that of the last that failed."""
        pids = self.machine.jobs[-1]
        for pid in pids:
            child = land.tasks.get(pid)
            if child is not None and child.status is None:
                return Wait(child=pid, holds=True)
        self.machine.jobs.pop()
        statuses = [self.take_status(land, pid) for pid in pids]
        failed = [status for status in statuses if status]
        self.memory.status = failed[-1] if failed and self.memory.options.get("pipefail") else statuses[-1]
        return None

    def op_background(self, task: Task, land: Userland, code: Code, shown: str) -> None:
        """command &."""
        child = self.subshell(task, land, code)
        if not self.memory.options.get("interactive"):
            child.fds[0] = Descriptor()
            child.ignores = (2, 3)
        child.argv = shown.split() or child.argv
        self.memory.background, self.memory.status = child.pid, 0
        self.machine.background.append(child.pid)
        if self.memory.options.get("interactive"):
            land.write(task, 2, f"[{len(self.machine.background)}] {child.pid}\n")
        self.after = land.charge(task, FORK_US)

    def collect(self, land: Userland) -> None:
        """Take the status of background commands that have ended."""
        for pid in [pid for pid in self.machine.background if pid not in land.tasks or not land.tasks[pid].alive]:
            self.machine.background.remove(pid)
            self.machine.ended[pid] = self.take_status(land, pid)
            if len(self.machine.ended) > 64:
                del self.machine.ended[next(iter(self.machine.ended))]

    def op_substitute(self, task: Task, land: Userland, code: Code) -> None:
        """$( … ): a subshell that writes into a pipe."""
        pipe = Pipe(at=task.clock)
        child = self.subshell(task, land, code)
        child.fds[1] = PipeEnd(pipe, True)
        fd = open_fd(task)
        task.fds[fd] = PipeEnd(pipe, False)
        self.machine.captures.append(Capture(child.pid, fd))
        self.after = land.charge(task, FORK_US)

    def op_substituted(self, task: Task, land: Userland, quoted: bool) -> Wait | None:
        """Its output becomes part of the word, without the newlines at its end."""
        capture = self.machine.captures[-1]
        while capture.fd in task.fds:
            data = task.fds[capture.fd].read(land)
            if data is None:
                return Wait(reads=(capture.fd,), holds=True)
            capture.data += data
            if not data or len(capture.data) > CAPTURE_MAX:
                del task.fds[capture.fd]
        child = land.tasks.get(capture.pid)
        if child is not None and child.status is None:
            return Wait(child=child.pid, holds=True)
        self.machine.captures.pop()
        self.memory.status = self.take_status(land, capture.pid)
        if self.machine.pending:
            self.machine.pending[-1].substituted = True
        text = capture.data.decode("utf-8", "surrogateescape").replace("\0", "").rstrip("\n")
        self.machine.words[-1].append((text, quoted, True))
        return None
