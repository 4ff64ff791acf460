"""A shell that reads its commands: from a terminal with a prompt, from standard input, or from a script file."""

from __future__ import annotations

from cluster_core.shell.compiler import compile_script
from cluster_core.shell.files import FileError
from cluster_core.shell.machine import Shell
from cluster_core.shell.state import Memory, ShellError
from cluster_core.shell.syntax import ShellSyntaxError, UnexpectedEnd
from cluster_core.shell.task import Task, Wait
from cluster_core.shell.terminal import Terminal
from cluster_core.shell.userland import Userland
from cluster_core.shell.word_compiler import Code

READING = Code((("prompt",), ("read_command",), ("jump", 0)))
INPUT_MAX = 1 << 17


class Reading(Shell):
    """A shell that runs a script file: the whole of it is one code."""

    def __init__(self, code: Code, memory: Memory, path: str) -> None:
        super().__init__(code, memory)
        self.path = path

    def step(self, task: Task, land: Userland) -> Wait | None:
        """The file is read when the shell starts."""
        if self.path:
            path, self.path = self.path, ""
            full = path if path.startswith("/") else f"{task.directory.rstrip('/')}/{path}"
            self.memory.pid = task.pid
            try:
                text = land.files.read(full).decode("utf-8", "surrogateescape")
                self.machine.frames[0].code = compile_script(text)
            except FileError as failure:
                word = "can't open" if self.flavour == "busybox" else "cannot open"
                told = f"{path}: {failure}" if self.flavour == "bash" else f"{word} {path}: {failure}"
                self.memory.name = task.argv[0]
                self.complain(task, land, told)
                land.exit(task, 127 if self.flavour == "bash" else 2)
                return None
            except ShellSyntaxError as fault:
                self.machine.frames[0].code = syntax_told(fault, self.memory.name, self.flavour)
        return super().step(task, land)


def syntax_told(fault: ShellSyntaxError, name: str, flavour: str, command: bool = False) -> Code:
    """The code of a script that cannot be parsed: it complains."""
    return Code((("syntax_error", told(fault, name, flavour, command)),))


def told(fault: ShellSyntaxError, name: str, flavour: str, command: bool = False) -> str:
    """The complaint of each shell about a script."""
    end = isinstance(fault, UnexpectedEnd)
    if flavour == "bash":
        place = f"{name}: {'-c: ' if command else ''}line {fault.line}: "
        if fault.message.startswith("unterminated"):
            return f"{place}unexpected EOF while looking for matching `\"'\n"
        return (
            f"{place}syntax error: unexpected end of file\n"
            if end
            else f"{place}syntax error near unexpected token `{fault.token}'\n"
        )
    if flavour == "dash":
        what = (
            fault.message.capitalize()
            if fault.message
            else f"{'end of file' if end else _quoted(fault.token)} unexpected"
        )
        return f"{name}: {fault.line}: Syntax error: {what}\n"
    what = fault.message or f"unexpected {'end of file' if end else _quoted(fault.token)}"
    place = "" if command else f"line {fault.line}: "
    return f"{name}: {place}syntax error: {what}\n"


def _quoted(token: str) -> str:
    return token if token == "newline" else f'"{token}"'


def prompt(shell: Shell, task: Task, land: Userland) -> None:
    """Show PS1, or PS2 in the middle of a command."""
    memory = shell.memory
    if not memory.options.get("interactive"):
        return
    if shell.machine.typed:
        shown = memory.get("PS2") or "> "
    else:
        text = memory.get("PS1")
        shown = _filled(default_prompt(shell, task, land) if text is None else text, task, land)
    land.write(task, 2, shown)
    terminal = task.fds.get(0)
    if isinstance(terminal, Terminal):
        terminal.prompt = shown.encode("utf-8", "surrogateescape")


def default_prompt(shell: Shell, task: Task, land: Userland) -> str:
    """As in the images: "/ # " of busybox, "# " of dash, "root@host:/# " of bash."""
    mark = "#" if task.user == "root" else "$"
    if shell.flavour == "bash":
        return "\\u@\\h:\\w" + mark + " "
    return f"{mark} " if shell.flavour == "dash" else f"\\w {mark} "


def _filled(text: str, task: Task, land: Userland) -> str:
    home = task.environment.get("HOME", "/root")
    where = task.directory
    if where == home or (home != "/" and where.startswith(home + "/")):
        where = "~" + where[len(home) :]
    mark = "#" if task.user == "root" else "$"
    values = {"\\u": task.user, "\\h": land.identity.hostname, "\\H": land.identity.hostname, "\\w": where, "\\$": mark}
    values |= {"\\W": where.rpartition("/")[2] or where, "\\n": "\n", "\\[": "", "\\]": "", "\\e": "\x1b", "\\s": "sh"}
    for escape, value in values.items():
        text = text.replace(escape, value)
    return text


def read_command(shell: Shell, task: Task, land: Userland) -> Wait | None:
    """Read lines until they are a command; run it."""
    end = task.fds.get(0)
    if end is None:
        return _ended(shell, task, land)
    data = end.read(land)
    if data is None:
        return Wait(reads=(0,))
    if not data:
        return _ended(shell, task, land)
    # A command may read what follows it: only whole lines are taken.
    cut = data.find(b"\n") + 1 or len(data)
    end.unread(data[cut:]) if data[cut:] else None
    machine = shell.machine
    machine.typed += data[:cut].decode("utf-8", "surrogateescape")
    if not machine.typed.endswith("\n") and not end.is_terminal and end.readable(land) is False:
        return Wait(reads=(0,))
    try:
        code = compile_script(machine.typed)
    except UnexpectedEnd as fault:
        if len(machine.typed) > INPUT_MAX or fault.message == "EOF in backquote substitution":
            machine.typed = ""
        return None
    except ShellSyntaxError as fault:
        machine.typed = ""
        raise SyntaxComplaint(told(fault, shell.memory.name, shell.flavour)) from None
    machine.typed = ""
    if code.instructions:
        shell.call(code, "eval")
    return None


class SyntaxComplaint(ShellError):
    """A line that is no command; its text is complete."""


def _ended(shell: Shell, task: Task, land: Userland) -> Wait | None:
    """End of input: the shell ends, with a complaint if it was in the middle of a command."""
    if shell.machine.typed and not shell.memory.options.get("interactive"):
        try:
            compile_script(shell.machine.typed)
        except ShellSyntaxError as fault:
            land.write(task, 2, told(fault, shell.memory.name, shell.flavour))
            shell.memory.status = 2
    elif shell.memory.options.get("interactive") and task.fds.get(0) is not None and task.fds[0].is_terminal:
        land.write(task, 2, "exit\n" if shell.flavour == "bash" else "\n" if shell.flavour == "dash" else "")
    shell.memory.options.pop("interactive", None)
    shell.quit(task, land)
    return None
