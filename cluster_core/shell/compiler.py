"""Scripts as code for a small stack machine: what runs is data (a code and a place in it), so a world can be checkpointed
between any two instructions.

An instruction is a tuple whose first member names the method of `shell.machine.Shell` that carries it out. Jumps are absolute.
"""

from __future__ import annotations

from functools import lru_cache

from cluster_core.shell import syntax as tree
from cluster_core.shell.parser import parse
from cluster_core.shell.syntax import Literal, Parameter, Redirect, Sequence, Word
from cluster_core.shell.word_compiler import Code, WordCompiler


@lru_cache(maxsize=512)
def compile_script(text: str) -> Code:
    """The code of a script; raises `ShellSyntaxError`."""
    return compile_sequence(parse(text))


def compile_sequence(script: Sequence) -> Code:
    """The code of a list of commands."""
    compiler = Compiler()
    compiler.sequence(script)
    return Code(tuple(compiler.code), _is_single(script))


def _is_single(script: Sequence) -> bool:
    if len(script.items) != 1 or script.items[0].background:
        return False
    parts = script.items[0].command.parts
    single = len(parts) == 1 and len(parts[0][1].commands) == 1 and not parts[0][1].negated
    return single and isinstance(parts[0][1].commands[0], tree.Simple)


class Compiler(WordCompiler):
    """Emits the instructions of one code. `tested` counts the contexts in which a failure does not end a script with `set -e`."""

    def compiled(self, script: Sequence) -> Code:
        """The code of an inner list."""
        return compile_sequence(script)

    def sequence(self, script: Sequence) -> None:
        """A list."""
        for item in script.items:
            if item.background:
                self.emit("background", compile_sequence(Sequence((tree.Item(item.command, False),))), describe(item))
            else:
                self.and_or(item.command)

    def and_or(self, command: tree.AndOr) -> None:
        """A chain of && and ||: each operator skips its pipeline."""
        last = len(command.parts) - 1
        for number, (op, pipeline) in enumerate(command.parts):
            skip = self.emit("jump_if_failed" if op == "&&" else "jump_if_succeeded", 0) if op else None
            self.tested += number < last
            self.pipeline(pipeline)
            self.tested -= number < last
            if skip is not None:
                self.land(skip)

    def pipeline(self, pipeline: tree.Pipeline) -> None:
        """One command, or several at once."""
        self.tested += pipeline.negated
        if len(pipeline.commands) == 1:
            self.command(pipeline.commands[0])
        else:
            codes = tuple(compile_sequence(_alone(command)) for command in pipeline.commands)
            self.emit("pipe", codes, bool(self.tested))
            self.emit("await_pipe")
            self.check()
        self.tested -= pipeline.negated
        if pipeline.negated:
            self.emit("negate")

    def check(self) -> None:
        """Where `set -e` ends the script."""
        if not self.tested:
            self.emit("check")

    def command(self, command: tree.Command) -> None:
        """Any command."""
        getattr(self, "_" + command.__class__.__name__.lower())(command)

    def _simple(self, command: tree.Simple) -> None:
        self.emit("begin_command", command.line)
        for word in command.words:
            self.word(word, "fields")
        for assignment in command.assignments:
            self._assignment(assignment)
        for redirect in command.redirects:
            self._redirect(redirect)
        self.emit("execute", bool(self.tested))
        self.emit("finish_command")
        self.check()

    def _assignment(self, assignment: tree.Assignment) -> None:
        if assignment.items is not None:
            self.emit("begin_list")
            for item in assignment.items:
                self.word(item, "fields")
            self.emit("assign_list", assignment.name, assignment.append)
            return
        self.word(assignment.value, "text")
        self.emit("assign", assignment.name, assignment.append)

    def _redirect(self, redirect: Redirect) -> None:
        self.word(redirect.target, "text")
        self.emit("redirect", redirect.fd, redirect.op)

    def _redirected(self, command: tree.Redirected) -> None:
        self.emit("begin_command", 0)
        for redirect in command.redirects:
            self._redirect(redirect)
        skip = self.emit("push_redirects", 0)
        self.command(command.command)
        self.emit("pop_block")
        self.land(skip)

    def _test(self, command: tree.Test) -> None:
        self.emit("begin_command", command.line)
        operator = ""
        for item in command.items:
            if isinstance(item, str):
                operator = item
                self.emit("operator", item)
            else:
                self.word(item, "pattern" if operator in ("==", "=", "!=") else "text")
                self.emit("operand")
                operator = ""
        self.emit("test")
        self.check()

    def _compute(self, command: tree.Compute) -> None:
        self.word(command.word, "text")
        self.emit("compute")
        self.check()

    def condition(self, script: Sequence) -> None:
        """A list whose failure is an answer."""
        self.tested += 1
        self.emit("push_tested")
        self.sequence(script)
        self.emit("pop_block")
        self.tested -= 1

    def _if(self, command: tree.If) -> None:
        ends = []
        for condition, body in command.branches:
            self.condition(condition)
            skip = self.emit("jump_if_failed", 0)
            self.sequence(body)
            ends.append(self.emit("jump", 0))
            self.land(skip)
        if command.otherwise is not None:
            self.sequence(command.otherwise)
        else:
            self.emit("succeed")
        self.land(*ends)

    def _loop(self, command: tree.Loop) -> None:
        if not command.until and _does_nothing(command):
            self.emit("pause")
        enter = self.emit("push_loop", len(self.code) + 1, 0)
        begin = len(self.code)
        self.condition(command.condition)
        leave = self.emit("jump_if_succeeded" if command.until else "jump_if_failed", 0)
        self.sequence(command.body)
        self.emit("note_status")
        self.emit("jump", begin)
        self.land(leave)
        self.emit("loop_status")
        self.emit("pop_block")
        self.land(enter)

    def _for(self, command: tree.For) -> None:
        self.emit("begin_list")
        words = command.words if command.words is not None else (Word((Parameter("@", True),)),)
        for word in words:
            self.word(word, "fields")
        enter = self.emit("push_for", len(self.code) + 1, 0)
        begin = len(self.code)
        leave = self.emit("next_item", command.name, 0)
        self.sequence(command.body)
        self.emit("note_status")
        self.emit("jump", begin)
        self.land(leave)
        self.emit("loop_status")
        self.emit("pop_block")
        self.land(enter)

    def _count(self, command: tree.Count) -> None:
        self.word(command.start, "text")
        self.emit("calculate")
        over = self.emit("jump", 0)
        step = len(self.code)
        self.word(command.step, "text")
        self.emit("calculate")
        back = self.emit("jump", 0)
        self.land(over)
        enter = self.emit("push_loop", step, 0)
        self.land(back)
        if command.condition.parts and _text_of(command.condition).strip():
            self.word(command.condition, "text")
            self.emit("compute")
            leave = self.emit("jump_if_failed", 0)
        else:
            leave = None
        self.sequence(command.body)
        self.emit("note_status")
        self.emit("jump", step)
        if leave is not None:
            self.land(leave)
        self.emit("loop_status")
        self.emit("pop_block")
        self.land(enter)

    def _case(self, command: tree.Case) -> None:
        self.word(command.word, "text")
        ends, falls = [], None
        for patterns, body, end in command.branches:
            matches = []
            for pattern in patterns:
                self.word(pattern, "pattern")
                matches.append(self.emit("match", 0))
            skip = self.emit("jump", 0)
            self.land(*matches)
            self.emit("succeed")
            if falls is not None:
                self.land(falls)
            self.sequence(body)
            falls = self.emit("jump", 0) if end == ";&" else None
            if falls is None:
                ends.append(self.emit("jump", 0))
            self.land(skip)
        if falls is not None:
            self.land(falls)
        self.emit("succeed")
        over = self.emit("jump", 0)
        self.land(*ends)
        self.land(over)
        self.emit("drop")

    def _function(self, command: tree.Function) -> None:
        self.emit("define", command.name, compile_sequence(_alone(command.body)))

    def _group(self, command: tree.Group) -> None:
        self.sequence(command.body)

    def _subshell(self, command: tree.Subshell) -> None:
        self.emit("subshell", compile_sequence(command.body), bool(self.tested))
        self.emit("await_pipe")
        self.check()


def _alone(command: tree.Command) -> Sequence:
    pipeline = tree.Pipeline((command,), False)
    return Sequence((tree.Item(tree.AndOr((("", pipeline),)), False),))


def _text_of(word: Word) -> str:
    return "".join(part.text if isinstance(part, Literal) else "x" for part in word.parts)


def _does_nothing(loop: tree.Loop) -> bool:
    """Whether a loop only sleeps, for ever: a script that waits to be stopped. It needs no turns."""
    words = [_plain_words(loop.condition), _plain_words(loop.body)]
    if None in words:
        return False
    condition, body = (commands or [] for commands in words)
    idle = all(command[0] in ("sleep", ":", "true") for command in [*condition, *body])
    return idle and all(len(command) > 1 for command in body if command[0] == "sleep")


def _plain_words(script: Sequence) -> list[list[str]] | None:
    found = []
    for item in script.items:
        parts = item.command.parts
        command = parts[0][1].commands[0]
        simple = len(parts) == 1 and len(parts[0][1].commands) == 1 and not parts[0][1].negated and not item.background
        if not simple or not isinstance(command, tree.Simple) or command.redirects or command.assignments:
            return None
        words = [word.plain for word in command.words]
        if None in words:
            return None
        found.append([word or "" for word in words])
    return found


def describe(item: tree.Item) -> str:
    """A background command as `jobs` shows it: its first words."""
    command = item.command.parts[0][1].commands[0]
    words = command.words if isinstance(command, tree.Simple) else ()
    return " ".join(_text_of(word) for word in words)
