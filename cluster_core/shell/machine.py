"""The shell itself: a stack machine whose state is data. One step is one instruction."""

from __future__ import annotations

from cluster_core.shell.compiler import compile_script
from cluster_core.shell.expansion import Expansion
from cluster_core.shell.launch import Launching
from cluster_core.shell.patterns import matches
from cluster_core.shell.prompt_text import syntax_text
from cluster_core.shell.state import STACK_MAX, Block, Frame, Machine, Memory, ShellError, restore_fds
from cluster_core.shell.syntax import ShellSyntaxError
from cluster_core.shell.task import SIGNALS, Task, Wait
from cluster_core.shell.userland import Userland
from cluster_core.shell.word_compiler import Code

SIGNAL_NAMES = {number: name for name, number in SIGNALS.items()}
LOOP_US = 2


class Shell(Launching, Expansion):
    """A shell process: `sh -c …`, a script, a subshell."""

    def __init__(self, code: Code, memory: Memory) -> None:
        self.memory = memory
        self.machine = Machine(frames=[Frame(code, "script", 0)])
        self.flavour = "busybox"
        self.after: Wait | None = None

    @property
    def frames(self) -> list[Frame]:
        """The codes that run, the innermost last."""
        return self.machine.frames

    def step(self, task: Task, land: Userland) -> Wait | None:
        """One instruction."""
        frame = self.machine.frames[-1]
        if not self.memory.pid:
            self.memory.pid = task.pid
        if frame.at >= len(frame.code.instructions):
            return self._returned(task, land)
        instruction = frame.code.instructions[frame.at]
        frame.at += 1
        try:
            wait: Wait | None = getattr(self, "op_" + instruction[0])(task, land, *instruction[1:])
        except ShellError as fault:
            if fault.text.endswith("\n"):
                land.write(task, 2, fault.text)
            elif fault.text:
                self.complain(task, land, fault.text)
            self.fail(task, land, fault.status)
            return None
        if wait is not None:
            # The instruction is not done: it is carried out again when what it waits for has come.
            frame.at -= 1
            return wait
        wait, self.after = self.after, None
        return wait

    def complain(self, task: Task, land: Userland, text: str) -> None:
        """Print a fault in the shell's way."""
        name = self.memory.name
        land.write(task, 2, f"{name}: {self._line_prefix()}{text}\n")

    def _line_prefix(self) -> str:
        """dash and bash say which line it was."""
        if self.flavour == "bash":
            return f"line {max(1, self.memory.line)}: "
        return f"{max(1, self.memory.line)}: " if self.flavour == "dash" else ""

    def fail(self, task: Task, land: Userland, status: int) -> None:
        """A fault of the shell's own ends it; at a prompt, the command."""
        self.memory.status = status
        self.quit(task, land)
        if self.memory.options.get("interactive"):
            self.machine.frames[0].at = 0

    def quit(self, task: Task, land: Userland) -> None:
        """Leave the outermost code: the EXIT trap runs, then the shell ends."""
        outer = self.machine.frames[0]
        self._unwind(task, 0)
        del self.machine.frames[1:]
        self._give_up(task, (0, 0, 0, 0))
        outer.at = len(outer.code.instructions)

    def _give_up(self, task: Task, heights: tuple[int, int, int, int]) -> None:
        for pending in reversed(self.machine.shrink(heights)):
            self.settle(task, pending)

    def _returned(self, task: Task, land: Userland) -> Wait | None:
        """A code has come to its end."""
        frame = self.machine.frames[-1]
        if frame.kind == "script":
            trap = self.memory.traps.pop("EXIT", "")
            if trap:
                frame.status = self.memory.status
                self.call(compiled(trap), "exit-trap")
                return None
            land.exit(task, self.memory.status)
            return None
        self.leave(task)
        return None

    def leave(self, task: Task) -> None:
        """Go back to the code that called."""
        frame = self.machine.frames.pop()
        self._unwind(task, frame.base)
        self._give_up(task, frame.heights)
        if frame.kind == "function":
            for name, value in frame.saved.items():
                self._restore(name, value)
            if frame.arguments is not None:
                self.memory.arguments = frame.arguments
        elif frame.kind == "source" and frame.arguments is not None:
            self.memory.arguments = frame.arguments
        elif frame.kind in ("trap", "exit-trap"):
            self.memory.status = self.machine.frames[0].status if frame.kind == "exit-trap" else frame.status

    def _restore(self, name: str, value: str | None) -> None:
        if value is None:
            self.memory.variables.pop(name, None)
        else:
            self.memory.variables[name] = value

    def call(self, code: Code, kind: str, arguments: list[str] | None = None) -> None:
        """Run another code, then go on here."""
        if len(self.machine.frames) >= STACK_MAX:
            raise ShellError("maximum function nesting level exceeded")
        frame = Frame(code, kind, len(self.machine.blocks), status=self.memory.status)
        frame.heights = self.machine.heights()
        if arguments is not None:
            frame.arguments, self.memory.arguments = self.memory.arguments, arguments
        self.machine.frames.append(frame)

    def _unwind(self, task: Task, base: int) -> None:
        """Undo blocks down to a height."""
        while len(self.machine.blocks) > base:
            self._undo(task, self.machine.blocks.pop())

    def _undo(self, task: Task, block: Block) -> None:
        if block.kind == "redirects":
            restore_fds(task, block.saved)

    def handles(self, number: int) -> bool:
        """Traps, and ^C at a prompt."""
        name = SIGNAL_NAMES.get(number, "")
        return name in self.memory.traps or (number in (2, 3, 15) and bool(self.memory.options.get("interactive")))

    def signal(self, task: Task, number: int, land: Userland) -> None:
        """A signal comes between two instructions: its trap runs next."""
        text = self.memory.traps.get(SIGNAL_NAMES.get(number, ""))
        if text is None:
            if number == 2:
                land.write(task, 2, "\n")
                self.machine.typed = ""
                self.fail(task, land, 130)
            return
        if not text:
            return
        if self._is_waiting():
            self.memory.status = 128 + number
            self.machine.frames[-1].at += 1
        self.call(compiled(text), "trap")

    def _is_waiting(self) -> bool:
        """Whether the builtin `wait` is what is being done: a signal with a trap ends it at once."""
        pending = self.machine.pending[-1] if self.machine.pending else None
        return pending is not None and pending.begun and bool(pending.words) and pending.words[0] == "wait"

    def op_prompt(self, task: Task, land: Userland) -> None:
        """A shell that reads its commands asks for the next."""
        from cluster_core.shell import prompt

        self.memory.pid = self.memory.pid or task.pid
        if "interactive" not in self.memory.options:
            end = task.fds.get(0)
            self.memory.options["interactive"] = end is not None and end.is_terminal
        prompt.prompt(self, task, land)

    def op_read_command(self, task: Task, land: Userland) -> Wait | None:
        """Read the next command."""
        from cluster_core.shell import prompt

        return prompt.read_command(self, task, land)

    def op_syntax_error(self, task: Task, land: Userland, text: str) -> None:
        """A script that is none."""
        land.write(task, 2, text)
        self.memory.status = 2

    # Flow.

    def op_jump(self, task: Task, land: Userland, place: int) -> None:
        """Go on elsewhere; going back costs time."""
        frame = self.machine.frames[-1]
        if place < frame.at:
            self.after = land.charge(task, LOOP_US)
        frame.at = place

    def op_jump_if_failed(self, task: Task, land: Userland, place: int) -> None:
        """&&, if, while."""
        if self.memory.status:
            self.machine.frames[-1].at = place

    def op_jump_if_succeeded(self, task: Task, land: Userland, place: int) -> None:
        """||, until."""
        if not self.memory.status:
            self.machine.frames[-1].at = place

    def op_negate(self, task: Task, land: Userland) -> None:
        """!."""
        self.memory.status = int(not self.memory.status)

    def op_succeed(self, task: Task, land: Userland) -> None:
        """The status of a command that did nothing."""
        self.memory.status = 0

    def op_check(self, task: Task, land: Userland) -> None:
        """`set -e`: a command that was not asked about has failed."""
        if self.memory.status and self.memory.options.get("errexit") and not self._tested():
            self.quit(task, land)

    def _tested(self) -> bool:
        return any(block.kind == "tested" for block in self.machine.blocks)

    def op_push_tested(self, task: Task, land: Userland) -> None:
        """A condition begins."""
        self.machine.blocks.append(Block("tested"))

    def op_pop_block(self, task: Task, land: Userland) -> None:
        """A condition, a loop, redirections end."""
        self._undo(task, self.machine.blocks.pop())

    def op_push_loop(self, task: Task, land: Userland, again: int, end: int) -> None:
        """A loop begins."""
        self.machine.blocks.append(Block("loop", again, end, heights=self.machine.heights()))

    def op_push_for(self, task: Task, land: Userland, again: int, end: int) -> None:
        """A loop over words begins."""
        words = self.machine.pending.pop().words
        words.reverse()
        self.machine.blocks.append(Block("loop", again, end, words, heights=self.machine.heights()))

    def op_next_item(self, task: Task, land: Userland, name: str, end: int) -> None:
        """The next word of a loop."""
        items = self.machine.blocks[-1].items
        if items:
            self.memory.set(name, items.pop())
        else:
            self.machine.frames[-1].at = end

    def op_note_status(self, task: Task, land: Userland) -> None:
        """A turn of a loop has ended."""
        self.machine.blocks[-1].status = self.memory.status

    def op_loop_status(self, task: Task, land: Userland) -> None:
        """A loop's status is that of its last turn."""
        self.memory.status = self.machine.blocks[-1].status

    def leave_loops(self, task: Task, count: int, again: bool) -> bool:
        """`break n`, `continue n`; False outside of a loop."""
        blocks, base = self.machine.blocks, self.machine.frames[-1].base
        loops = [number for number in range(base, len(blocks)) if blocks[number].kind == "loop"]
        if not loops:
            return False
        place = loops[-min(count, len(loops))]
        self._unwind(task, place + 1)
        block = blocks[-1]
        self._give_up(task, block.heights)
        self.machine.frames[-1].at = block.again if again else block.end
        if not again:
            blocks.pop()
        return True

    def op_pause(self, task: Task, land: Userland) -> Wait | None:
        """A loop that only sleeps: unless traps are set, nobody can see its turns."""
        return None if any(self.memory.traps.values()) else Wait()

    def op_match(self, task: Task, land: Userland, place: int) -> None:
        """A pattern of `case`."""
        pattern = self.machine.operands.pop()
        if matches(pattern, self.machine.operands[-1]):
            self.machine.frames[-1].at = place

    def op_drop(self, task: Task, land: Userland) -> None:
        """The word of `case` is not needed any more."""
        self.machine.operands.pop()

    def op_define(self, task: Task, land: Userland, name: str, code: Code) -> None:
        """A function."""
        self.memory.functions[name] = code
        self.memory.status = 0

    def op_compute(self, task: Task, land: Userland) -> None:
        """`((…))`: success if it is not zero."""
        self.memory.status = int(self.number(self.machine.operands.pop()) == 0)
        self.after = land.charge(task, LOOP_US)

    def op_calculate(self, task: Task, land: Userland) -> None:
        """Start and step of a counting loop."""
        self.number(self.machine.operands.pop())


def compiled(text: str) -> Code:
    """The code of a text that is run later; raises `ShellError`."""
    try:
        return compile_script(text)
    except ShellSyntaxError as fault:
        raise ShellError(syntax_text(fault)) from None
