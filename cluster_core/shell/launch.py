"""The instructions that run commands: builtins, functions, programs, pipelines, subshells. A mixin of `machine.Shell`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.shell import builtins, redirection
from cluster_core.shell.builtin_frame import DEFAULT_PATH, quoted
from cluster_core.shell.files import FileError
from cluster_core.shell.loading import NotRunnable, load
from cluster_core.shell.pipelines import BUILTIN_US, PROGRAM_US, Pipelines
from cluster_core.shell.state import Block, Frame, Machine, Memory, Pending, ShellError, restore_fds
from cluster_core.shell.task import TOLD, Task, Wait
from cluster_core.shell.test_expression import TestFault, evaluate
from cluster_core.shell.userland import NoMoreTasks, Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell


class Launching(Pipelines):
    """Commands."""

    memory: Memory
    machine: Machine
    flavour: str
    after: Wait | None

    def op_begin_command(self, task: Task, land: Userland, line: int) -> None:
        """A command begins: its words follow."""
        self.memory.line = line or self.memory.line
        self.machine.pending.append(Pending(line))

    def op_begin_list(self, task: Task, land: Userland) -> None:
        """Words that are no command: of `for`, of an array."""
        self.machine.pending.append(Pending(0))

    def op_assign(self, task: Task, land: Userland, name: str, append: bool) -> None:
        """An assignment before a command."""
        self.machine.pending[-1].assignments.append((name, self.machine.operands.pop(), append))

    def op_assign_list(self, task: Task, land: Userland, name: str, append: bool) -> None:
        """A bash array."""
        items = self.machine.pending.pop().words
        memory = self.memory
        before = memory.arrays.get(name, []) if append else []
        memory.variables.pop(name, None)
        memory.arrays[name] = [*before, *items]
        memory.status = 0

    def op_redirect(self, task: Task, land: Userland, fd: int, op: str) -> None:
        """A redirection of the command."""
        self.machine.pending[-1].redirects.append((fd, op, self.machine.operands.pop()))

    def op_push_redirects(self, task: Task, land: Userland, place: int) -> None:
        """Redirections of a compound command: in force until it ends."""
        pending = self.machine.pending.pop()
        block = Block("redirects")
        if self._redirect(task, land, pending.redirects, block.saved):
            self.machine.blocks.append(block)
        else:
            restore_fds(task, block.saved)
            self._frame().at = place

    def _frame(self) -> Frame:
        return self.machine.frames[-1]

    def _redirect(
        self,
        task: Task,
        land: Userland,
        redirects: list[tuple[int, str, str]],
        saved: dict[int, tuple[int, bool]] | None,
        speaker: Task | None = None,
    ) -> bool:
        """Redirect; a failure is told, and is the status of the command."""
        try:
            redirection.apply(task, land, redirects, saved, self._shell())
        except (FileError, ShellError) as failure:
            self._shell().complain(speaker or task, land, str(failure))
            self.memory.status = 2 if self.flavour == "dash" else 1
            return False
        return True

    def _shell(self) -> Shell:
        from cluster_core.shell.machine import Shell

        assert isinstance(self, Shell)
        return self

    def op_execute(self, task: Task, land: Userland, tested: bool) -> Wait | None:
        """The words stand: run the command."""
        pending = self.machine.pending[-1]
        if pending.begun:
            return self._builtin(task, land, pending)
        pending.begun = True
        self.collect(land)
        self._trace(task, land, pending)
        if not pending.words:
            self._only_assign(task, land, pending)
            return None
        self.after = land.charge(task, BUILTIN_US)
        name = pending.words[0]
        if name in self.memory.functions:
            self._function(task, land, pending, tested)
            return None
        if name in builtins.BUILTINS and not (name in builtins.BASH_ONLY and self.flavour != "bash"):
            return self._begin_builtin(task, land, pending)
        self._program(task, land, pending)
        return None

    def _trace(self, task: Task, land: Userland, pending: Pending) -> None:
        """`set -x`."""
        if self.memory.options.get("xtrace") and (pending.words or pending.assignments):
            shown = [f"{name}={quoted(value)}" for name, value, _ in pending.assignments]
            shown += [quoted(word) for word in pending.words]
            prefix = self.memory.get("PS4") or "+ "
            land.write(task, 2, f"{prefix}{' '.join(shown)}\n")

    def _only_assign(self, task: Task, land: Userland, pending: Pending) -> None:
        """No command: the assignments stay; redirections make files and nothing more."""
        pending.saved = {}
        if not self._redirect(task, land, pending.redirects, pending.saved):
            return
        for name, value, append in pending.assignments:
            self.memory.set(name, (self.memory.get(name) or "") + value if append else value)
        if not pending.substituted:
            self.memory.status = 0

    def _assign_for(self, pending: Pending) -> None:
        """Assignments for the time of one builtin or function."""
        for name, value, append in pending.assignments:
            pending.restores.setdefault(name, self.memory.variables.get(name))
            self.memory.set(name, (self.memory.get(name) or "") + value if append else value)

    def _function(self, task: Task, land: Userland, pending: Pending, tested: bool) -> None:
        pending.saved = {}
        if not self._redirect(task, land, pending.redirects, pending.saved):
            return
        self._assign_for(pending)
        self._shell().call(self.memory.functions[pending.words[0]], "function", pending.words[1:])
        if tested:
            self.machine.blocks.append(Block("tested"))

    def _begin_builtin(self, task: Task, land: Userland, pending: Pending) -> Wait | None:
        lasting = pending.words[0] == "exec"
        pending.saved = None if lasting else {}
        if not self._redirect(task, land, pending.redirects, pending.saved):
            if lasting:
                raise ShellError("", 2)
            return None
        if lasting:
            for name, value, _ in pending.assignments:
                self.memory.set(name, value)
        else:
            self._assign_for(pending)
        return self._builtin(task, land, pending)

    def _builtin(self, task: Task, land: Userland, pending: Pending) -> Wait | None:
        found = builtins.BUILTINS[pending.words[0]](self._shell(), task, land, pending.words)
        if isinstance(found, Wait):
            return found
        if found is not None:
            self.memory.status = found
        return None

    def _program(self, task: Task, land: Userland, pending: Pending) -> None:
        environment = self.memory.environment()
        environment.update({name: value for name, value, _ in pending.assignments})
        replaces = self._may_replace(pending)
        path = environment.get("PATH", self.memory.get("PATH") or DEFAULT_PATH)
        try:
            body, argv = load(land, task.directory, pending.words, path, environment)
            child = task if replaces else self.fork(task, land, body)
        except NotRunnable as refusal:
            self._refused(task, land, pending, refusal)
            return
        except NoMoreTasks:
            raise ShellError("can't fork: Resource temporarily unavailable") from None
        if not self._redirect(child, land, pending.redirects, None, speaker=task):
            if child is not task:
                land.exit(child, self.memory.status)
                land.reap(child)
            return
        child.argv, child.environment, child.body = argv, environment, body
        child.clock += PROGRAM_US
        pending.child = child.pid if child is not task else 0

    def _may_replace(self, pending: Pending) -> bool:
        """A script that is one plain command: the shell becomes it, as dash, ash and bash do."""
        frames = self.machine.frames
        return len(frames) == 1 and frames[0].code.only and not self.memory.traps

    def _refused(self, task: Task, land: Userland, pending: Pending, refusal: NotRunnable) -> None:
        """Not found: the redirections count already (2>/dev/null hides the complaint)."""
        pending.saved = {}
        if self._redirect(task, land, pending.redirects, pending.saved):
            self._shell().complain(task, land, refusal.told(self.flavour))
            self.memory.status = refusal.status

    def op_finish_command(self, task: Task, land: Userland) -> Wait | None:
        """Wait for the program in the foreground; undo what was for it alone."""
        pending = self.machine.pending[-1]
        if pending.child:
            child = land.tasks.get(pending.child)
            if child is not None and child.status is None:
                return Wait(child=child.pid, holds=True)
            if child is not None and child.killed in TOLD:
                land.write(task, 2, f"{TOLD[child.killed]}\n")
            self.memory.status = self.take_status(land, pending.child)
        self.machine.pending.pop()
        self.settle(task, pending)
        return None

    def settle(self, task: Task, pending: Pending) -> None:
        """Redirections and assignments of a command end with it."""
        if pending.saved:
            restore_fds(task, pending.saved)
        for name, value in pending.restores.items():
            if value is None:
                self.memory.variables.pop(name, None)
            else:
                self.memory.variables[name] = value

    def op_operator(self, task: Task, land: Userland, text: str) -> None:
        """An operator in [[ ]]."""
        self.machine.pending[-1].words.append("\0" + text)

    def op_operand(self, task: Task, land: Userland) -> None:
        """A word in [[ ]]."""
        self.machine.pending[-1].words.append(self.machine.operands.pop())

    def op_test(self, task: Task, land: Userland) -> None:
        """[[ … ]]."""
        words = self.machine.pending.pop().words
        self.after = land.charge(task, BUILTIN_US)
        try:
            self.memory.status = int(not evaluate(words, land, task, self.memory, bash=True))
        except TestFault as fault:
            self._shell().complain(task, land, f"[[: {fault}")
            self.memory.status = 2
