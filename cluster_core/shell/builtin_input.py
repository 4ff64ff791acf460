"""The builtin read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cluster_core.shell.task import Task, Wait
from cluster_core.shell.userland import Userland

if TYPE_CHECKING:
    from cluster_core.shell.machine import Shell
from cluster_core.shell.builtin_frame import Outcome
from cluster_core.shell.descriptors import Descriptor


def read(shell: Shell, task: Task, land: Userland, argv: list[str]) -> Outcome:
    """read a line into variables."""
    raw, prompt, timeout, names = _read_options(argv[1:])
    end = task.fds.get(0)
    if end is None:
        return 1
    pending = shell.machine.pending[-1]
    if prompt and not pending.items:
        land.write(task, 2, prompt)
    pending.items = pending.items or [str(task.clock)]
    data = end.read(land)
    if data is None:
        until = int(pending.items[0]) + timeout if timeout is not None else None
        if until is not None and task.clock >= until:
            return 142
        return Wait(until=until, reads=(0,))
    return _take_line(shell, end, data, raw, names, pending.items, land)


def _take_line(
    shell: Shell, end: Descriptor, data: bytes, raw: bool, names: list[str], kept: list[str], land: Userland
) -> Outcome:
    before = kept[1] if len(kept) > 1 else ""
    cut = data.find(b"\n")
    line = before + data[: cut if cut >= 0 else len(data)].decode("utf-8", "surrogateescape")
    if cut < 0 and data:
        kept[1:] = [line]
        return Wait(reads=(0,))
    if cut >= 0:
        end.unread(data[cut + 1 :])
        trailing = len(line) - len(line.rstrip("\\"))
        if not raw and trailing % 2:
            kept[1:] = [line[:-1]]
            return Wait(reads=(0,))
    _fill(shell, line if raw else re.sub(r"\\(.)", r"\1", line), names)
    return 0 if cut >= 0 else 1


def _fill(shell: Shell, line: str, names: list[str]) -> None:
    separators = shell.memory.get("IFS")
    separators = " \t\n" if separators is None else separators
    white = "".join(char for char in separators if char in " \t\n")
    rest = line.strip(white) if white else line
    for number, name in enumerate(names):
        if number == len(names) - 1:
            shell.memory.set(name, rest)
        elif separators:
            parts = re.split(
                f"[{re.escape(white)}]*[{re.escape(separators)}][{re.escape(white)}]*"
                if white
                else f"[{re.escape(separators)}]",
                rest,
                maxsplit=1,
            )
            shell.memory.set(name, parts[0])
            rest = parts[1].lstrip(white) if len(parts) > 1 else ""
        else:
            shell.memory.set(name, rest)
            rest = ""


def _read_options(words: list[str]) -> tuple[bool, str, int | None, list[str]]:
    raw, prompt, timeout = False, "", None
    while words and words[0].startswith("-") and len(words[0]) > 1:
        word, *words = words
        raw |= "r" in word
        if word[-1] == "p" and words:
            prompt, *words = words
        elif word[-1] == "t" and words:
            seconds, *words = words
            timeout = int(float(seconds) * 1_000_000) if re.fullmatch(r"\d{1,6}(\.\d*)?", seconds) else 0
        elif word[-1] in "nd" and words:
            words = words[1:]
    return raw, prompt, timeout, words or ["REPLY"]
