"""Redirections: what a descriptor of a task stands for from now on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster_core.shell.descriptors import Descriptor, FileHandle, Source, Zeroes
from cluster_core.shell.files import DIRECTORY, IS_DIRECTORY, LIVE, FileError, parent_of
from cluster_core.shell.state import ShellError, save_fd
from cluster_core.shell.task import Task
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell

OWN = re.compile(r"/dev/(stdin|stdout|stderr|fd/(\d+))|/proc/(self|\d+)/fd/(\d+)")
NETWORK = re.compile(r"/dev/tcp/([^/]+)/(\d+)")
NUMBERS = {"stdin": 0, "stdout": 1, "stderr": 2}
NOISE = bytes((index * 167 + 89) % 251 for index in range(251))


def apply(
    task: Task,
    land: Userland,
    redirects: list[tuple[int, str, str]],
    saved: dict[int, tuple[int, bool]] | None,
    shell: Shell,
) -> None:
    """Put redirections into force, from left to right; `saved` (None: for good) takes what they replace.

    FileError, ShellError: the shell's complaint.
    """
    for fd, op, target in redirects:
        if op in ("&>", "&>>") or (op == ">&" and fd == 1 and not re.fullmatch(r"\d+-?|-", target)):
            end = _open(task, land, ">>" if op == "&>>" else ">", target, shell)
            _set(task, 1, end, saved)
            _set(task, 2, end, saved)
        elif op in (">&", "<&"):
            _duplicate(task, fd, target, saved, shell)
        else:
            _set(task, fd, _open(task, land, op, target, shell), saved)


def _set(task: Task, fd: int, end: Descriptor, saved: dict[int, tuple[int, bool]] | None) -> None:
    if saved is not None:
        save_fd(task, fd, saved)
    task.fds[fd] = end


def _duplicate(task: Task, fd: int, target: str, saved: dict[int, tuple[int, bool]] | None, shell: Shell) -> None:
    number = target.removesuffix("-")
    if not number and target == "-":
        if saved is not None:
            save_fd(task, fd, saved)
        task.fds.pop(fd, None)
        return
    if not number.isdigit() or int(number[:4]) not in task.fds:
        raise ShellError(f"{target}: Bad file descriptor" if shell.flavour != "dash" else f"{target}: bad fd number")
    _set(task, fd, task.fds[int(number[:4])], saved)


def _open(task: Task, land: Userland, op: str, target: str, shell: Shell) -> Descriptor:
    if op in ("<<", "<<<"):
        text = target + ("\n" if op == "<<<" else "")
        return Source(text.encode("utf-8", "surrogateescape"), True)
    if shell.flavour == "bash" and NETWORK.fullmatch(target):
        return _connect(task, land, target)
    try:
        return open_path(task, land, op, target, bool(shell.memory.options.get("noclobber")))
    except FileError as failure:
        raise ShellError(_told(shell.flavour, op, target, str(failure), land), 1) from None


def _told(flavour: str, op: str, target: str, failure: str, land: Userland) -> str:
    """The complaint of each shell about a file that does not open."""
    if flavour == "bash":
        return f"{target}: {failure}"
    verb = "open" if op.startswith("<") else "create"
    if failure == "No such file or directory":
        failure = "no such file" if verb == "open" else "nonexistent directory"
        if flavour == "dash":
            failure = "No such file" if verb == "open" else "Directory nonexistent"
    return f"cannot {verb} {target}: {failure}" if flavour == "dash" else f"can't {verb} {target}: {failure}"


def open_path(task: Task, land: Userland, op: str, target: str, noclobber: bool = False) -> Descriptor:
    """What a path stands for when a task opens it for reading ("<") or writing (">", ">>"); raises `FileError`."""
    path = absolute(task, target)
    special = _special(task, land, path)
    if special is not None:
        return special
    files = land.files
    if op == "<":
        node = files.stat(path)
        if node.kind == DIRECTORY:
            return Directory()
        return FileHandle(files, files.resolve(path))
    place = files.resolve(path)
    found = files.look(place)
    if path.endswith("/") or (found is not None and found.kind == DIRECTORY):
        raise FileError(IS_DIRECTORY)
    if found is not None and found.kind == LIVE:
        raise FileError("Permission denied")
    if op == ">" and found is not None and noclobber:
        raise FileError("File exists")
    if found is None or op == ">":
        files.stat(parent_of(place))
        files.write(place, b"", task.clock)
    return FileHandle(files, place, appends=op == ">>", reads=op == "<>", writes=True)


class Directory(Descriptor):
    """A directory that was opened to be read: reading fails."""

    __slots__ = ()

    def read(self, kernel: object, limit: int = 0) -> bytes | None:
        """EISDIR."""
        raise FileError(IS_DIRECTORY)


def _special(task: Task, land: Userland, path: str) -> Descriptor | None:
    if not path.startswith(("/dev/", "/proc/")):
        return None
    if path in ("/dev/null", "/dev/full"):
        return Descriptor()
    if path in ("/dev/zero", "/dev/urandom", "/dev/random"):
        return Zeroes(b"\0" if path == "/dev/zero" else NOISE)
    if path == "/dev/tty":
        for end in task.fds.values():
            if end.is_terminal:
                return end
        raise FileError("No such device or address")
    own = OWN.fullmatch(path)
    if own is None:
        return None
    holder = land.tasks.get(int(own[3])) if own[3] and own[3].isdigit() and own[3] != "self" else task
    number = NUMBERS.get(own[1] or "", int((own[2] or own[4] or "0")[:4]))
    if holder is None or number not in holder.fds:
        raise FileError("No such file or directory")
    return holder.fds[number]


def _connect(task: Task, land: Userland, target: str) -> Descriptor:
    """bash's /dev/tcp/host/port."""
    found = NETWORK.fullmatch(target)
    assert found is not None
    host, port = found[1], int(found[2][:5])
    address = host
    if not host.replace(".", "").isdigit():
        answer = land.outside.resolve(host)
        task.clock += answer.took
        if not answer.addresses:
            raise ShellError(f"{host}: Name or service not known", 1)
        address = answer.addresses[0]
    connection = land.outside.connect(address, port)
    task.clock += connection.took
    if connection.result != "open":
        why = {"refused": "Connection refused", "lost": "Connection timed out"}.get(
            connection.result, "No route to host"
        )
        raise ShellError(f"connect: {why}", 1)
    return Descriptor()


def absolute(task: Task, path: str) -> str:
    """A path as seen from the directory of a task."""
    return path if path.startswith("/") else f"{task.directory.rstrip('/')}/{path}"
